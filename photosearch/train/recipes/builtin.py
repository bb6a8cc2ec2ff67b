"""Trains the built-in model: from the data folder to two tuned towers.

Captions, labels, class names and CLIP are learned from at once; see `photosearch/assets/LOG.md` for
what was tried. The folder is described in the model card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from photosearch.models import quantize_towers
from photosearch.models.inverted_residuals import load_weights
from photosearch.models.towers import ImageTower, TextTower
from photosearch.progress import Listener, counting, silent
from photosearch.text import WordPiece
from photosearch.train.cached_views import cache_views
from photosearch.train.checkpoint import fingerprint, load_checkpoint, save_checkpoint
from photosearch.train.config import ContrastConfig, TrainConfig
from photosearch.train.corpus import (
    BACKBONE_FILE,
    caption_sampler,
    class_sampler,
    clip_teacher,
    label_sampler,
    read_corpus,
)
from photosearch.train.loop import Rate, Trainer, build_optimizer, moving_average, take_average
from photosearch.train.minilm import find_minilm, initialise, keep_english, read_minilm
from photosearch.train.objectives import Objective
from photosearch.train.quantization import end_rounding, prepare_rounding, round_weights
from photosearch.train.student import Student
from photosearch.train.teacher import Teacher, become_teacher
from photosearch.train.texts import TextBank
from photosearch.train.workdir import Workdir
from photosearch.weights import Int4, quantize_int4
from photosearch.weights import Tensor as Stored

_CHECKPOINT = "checkpoint 2"  # changes with what a checkpoint holds
_DATA = {".jsonl", ".npz", ".safetensors", ".txt"}  # sentences, labels, published weights


@dataclass(frozen=True)
class Generation:
    """One run over the data: what it is trained on, and what ships besides the trained towers."""

    objective: Objective
    vocabulary: list[str]
    embeddings: Int4  # of the word pieces, as they will be stored

    @property
    def student(self) -> Student:
        return self.objective.student

    @property
    def config(self) -> TrainConfig:
        return self.objective.config


def train_generations(
    data: Path, work: Path, config: TrainConfig, *, progress: Listener = silent
) -> Generation:
    """Trains all generations; returns the last one, its student trained."""
    workdir = Workdir.claim(work, config)
    teacher: Teacher | None = None
    frozen: TextBank | None = None
    for number in range(1, config.generations + 1):
        seeded = replace(config, seed=config.seed + number - 1)
        generation = prepare_generation(data, work, seeded, progress=progress, frozen=frozen)
        frozen = generation.student.bank
        generation.objective.teacher = teacher
        epoch = counting(progress, f"generation {number}", config.epochs)
        journal = _journal(workdir, epoch)
        of = _made_of(data, seeded)
        train_generation(generation, workdir.checkpoint(number), of=of, on_epoch=journal)
        if number < config.generations:
            paths = read_corpus(data).paths
            heard = counting(progress, "teacher", 2 * len(paths))
            side = config.shipped_side
            teacher = become_teacher(generation.student, paths, side=side, tick=heard)
    return generation


def _made_of(data: Path, config: TrainConfig) -> str:
    """What a checkpoint depends on: the recipe and every file of the data, in their order."""
    files = sorted(path for path in data.rglob("*") if path.is_file() and path.suffix in _DATA)
    return fingerprint([_CHECKPOINT, repr(config), *files, *read_corpus(data).paths])


def _journal(
    workdir: Workdir, tick: Callable[[int], object]
) -> Callable[[int, dict[str, float]], None]:
    def note(epoch: int, losses: dict[str, float]) -> None:
        workdir.note_losses(epoch, losses)
        tick(1)

    return note


def prepare_generation(
    data: Path,
    work: Path,
    config: TrainConfig,
    *,
    progress: Listener = silent,
    frozen: TextBank | None = None,
) -> Generation:
    """Reads the data, computes what stays frozen, builds the student and its samplers.

    `frozen` is the bank of an earlier generation: the same sentences under the same frozen layers.
    """
    torch.manual_seed(config.seed)
    corpus = read_corpus(data)
    published = read_minilm(find_minilm())
    vocabulary = keep_english(published.vocabulary, limit=config.towers.vocabulary)
    bank = TextBank(WordPiece(vocabulary, context=config.towers.context))
    backbone_tensors = load_file(data / BACKBONE_FILE)
    captions = caption_sampler(corpus, bank, config)
    labels = label_sampler(corpus, bank, config)
    classes, class_names = class_sampler(data, backbone_tensors, bank, config)
    clip, categories = clip_teacher(data, corpus, bank, config)
    image, text = _towers(config)
    load_weights(image.backbone, backbone_tensors)
    initialise(text, published, vocabulary, config.towers)
    embeddings = _round_frozen(image, text, config)
    if frozen is None:
        seen = counting(progress, "sentences", len(bank.ids))
        bank.freeze(text, layers=config.frozen_layers, tick=seen)
    else:
        bank.adopt(frozen)
    student = _freeze(image, text, bank, corpus.paths, work, config, progress=progress)
    objective = Objective(
        student=student,
        captions=captions,
        labels=labels,
        class_names=class_names,
        categories=categories,
        classes=classes,
        clip=clip,
        contrast=_contrast(config.towers.dim),
        config=config,
    )
    return Generation(objective, vocabulary, embeddings)


def _contrast(dim: int) -> ContrastConfig:
    return ContrastConfig((dim, dim // 2, dim // 4))


def _round_frozen(image: ImageTower, text: TextTower, config: TrainConfig) -> Int4:
    """What is not tuned takes its stored values at once: the rest learns to live with it.

    Returns the word embeddings as they will be stored.
    """
    embeddings = quantize_int4(text.tokens.weight.detach().numpy())
    with torch.no_grad():
        text.tokens.weight.copy_(torch.from_numpy(embeddings.dense()))
    for part in (
        image.backbone.stem,
        image.backbone.blocks[: config.views.frozen_blocks],
        nn.ModuleDict({"layers": text.layers[: config.frozen_layers]}),
    ):
        round_weights(part)
    return embeddings


def _freeze(
    image: ImageTower,
    text: TextTower,
    bank: TextBank,
    paths: Sequence[Path],
    work: Path,
    config: TrainConfig,
    *,
    progress: Listener,
) -> Student:
    """The towers over what their frozen parts say of every sentence and photo."""
    seen = counting(progress, "views", len(paths) * config.views.views)
    return Student(
        image,
        text,
        views=cache_views(image.backbone, paths, work, config.views, tick=seen),
        bank=bank,
        frozen_blocks=config.views.frozen_blocks,
        frozen_layers=config.frozen_layers,
    )


def _towers(config: TrainConfig) -> tuple[ImageTower, TextTower]:
    towers = config.towers
    image = ImageTower(dim=towers.dim, hidden=towers.head_hidden, dropout=config.image_dropout)
    image.backbone.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return image, TextTower(towers, dropout=config.text_dropout)


def build_trainer(objective: Objective) -> Trainer:
    """Three learning rates: new heads, the tuned blocks, the tuned text layers."""
    config, student = objective.config, objective.student
    prepare_rounding(student)
    learned = nn.ModuleDict({"student": student, "clip": objective.clip})
    heads: Iterable[nn.Parameter] = [
        *student.image.head.parameters(),
        *student.text.head.parameters(),
        *objective.clip.parameters(),
        student.log_scale,
    ]
    rates = (
        Rate(heads, config.head_rate),
        Rate(list(student.image.backbone.parameters()), config.backbone_rate),
        Rate(list(student.text.layers.parameters()), config.text_rate),
    )
    return Trainer(
        module=learned,
        optimizer=build_optimizer(rates, weight_decay=config.weight_decay),
        average=moving_average(learned, decay=config.ema_decay),
        losses=objective,
        total_steps=objective.total_steps,
        warmup_steps=config.warmup_steps,
    )


def train_generation(
    generation: Generation,
    checkpoint: Path,
    *,
    of: str,
    on_epoch: Callable[[int, dict[str, float]], object],
) -> None:
    """Runs to the end, if need be from the last checkpoint; leaves the averaged weights.

    `of` is the recipe and the data, as a hash: a checkpoint of others is refused with UsageError.
    `on_epoch(epoch, losses)` hears of each epoch's mean losses. A run that went on after an
    interruption draws other random numbers than one that was never stopped.
    """
    trainer = build_trainer(generation.objective)
    _resume(trainer, checkpoint, of)
    steps = generation.objective.epoch_steps
    sums: dict[str, float] = {}
    while trainer.step < trainer.total_steps:
        for name, value in trainer.advance().items():
            sums[name] = sums.get(name, 0.0) + value
        if trainer.step % steps == 0:
            save_checkpoint(checkpoint, trainer.state(), of=of)
            on_epoch(trainer.step // steps, {name: value / steps for name, value in sums.items()})
            sums = {}
    take_average(trainer.module, trainer.average)
    end_rounding(generation.student)


def _resume(trainer: Trainer, checkpoint: Path, of: str) -> None:
    state = load_checkpoint(checkpoint, of=of)
    if state is not None:
        trainer.restore(state)


def shipped_tensors(generation: Generation) -> dict[str, Stored]:
    """Both towers as the bundle stores them, under `image.` and `text.`."""
    towers = {"image": generation.student.image, "text": generation.student.text}
    values = {
        f"{tower}.{name}": value.detach().numpy()
        for tower, module in towers.items()
        for name, value in module.state_dict().items()
    }
    return {**quantize_towers(values), "text.tokens.weight": generation.embeddings}
