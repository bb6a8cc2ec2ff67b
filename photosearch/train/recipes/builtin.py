"""The recipe of the built-in model: from the data folder to two tuned towers.

Caption, label, class and CLIP streams are learned at once; see `photosearch/assets/LOG.md` for
what was tried. The folder is described in the model card.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from photosearch.models.mobilenet import load_weights
from photosearch.models.quantizable import quantize_towers
from photosearch.models.towers import ImageTower, TextTower
from photosearch.progress import Listener, counting, silent
from photosearch.text import WordPiece
from photosearch.train.cached_views import cache_views
from photosearch.train.checkpoint import load_checkpoint, save_checkpoint
from photosearch.train.config import TrainConfig
from photosearch.train.corpus import (
    BACKBONE_FILE,
    caption_stream,
    class_stream,
    clip_stream,
    label_stream,
    read_corpus,
)
from photosearch.train.identity import identity
from photosearch.train.loop import Rate, Trainer, build_optimizer, moving_average, take_average
from photosearch.train.minilm import find_minilm, initialise, keep_english, read_minilm
from photosearch.train.objectives import Lesson, LessonLosses
from photosearch.train.quantization import end_rounding, prepare_rounding, round_weights
from photosearch.train.samplers import ContrastConfig
from photosearch.train.student import Student
from photosearch.train.teacher import Teacher, become_teacher
from photosearch.train.texts import TextBank
from photosearch.train.workdir import keep_recipe
from photosearch.weights import Int4, quantize_int4
from photosearch.weights import Tensor as Stored

_TOLD = {".jsonl", ".npz", ".safetensors", ".txt"}  # sentences, labels, published weights


def learn(data: Path, work: Path, config: TrainConfig, *, progress: Listener = silent) -> Lesson:
    """Trains all generations; returns the last lesson, its student trained."""
    keep_recipe(work, config)
    teacher: Teacher | None = None
    frozen: TextBank | None = None
    for generation in range(1, config.generations + 1):
        seeded = replace(config, seed=config.seed + generation - 1)
        lesson = prepare(data, work, seeded, progress=progress, frozen=frozen)
        frozen = lesson.student.bank
        lesson.teacher = teacher
        epoch = counting(progress, f"generation {generation}", config.epochs)
        checkpoint, of = work / f"generation-{generation}.pt", _identity(data, seeded)
        train(lesson, checkpoint, of=of, on_epoch=_journal(work, epoch))
        if generation < config.generations:
            paths = read_corpus(data).paths
            heard = counting(progress, "teacher", 2 * len(paths))
            side = config.shipped_side
            teacher = become_teacher(lesson.student, paths, side=side, tick=heard)
    return lesson


def _identity(data: Path, config: TrainConfig) -> str:
    """What a checkpoint depends on: the recipe and every file of the data, in their order."""
    files = sorted(path for path in data.rglob("*") if path.is_file() and path.suffix in _TOLD)
    return identity([repr(config), *files, *read_corpus(data).paths])


def _journal(work: Path, epoch: Callable[[int], object]) -> Callable[[int, dict[str, float]], None]:
    """Keeps each epoch's mean losses in `losses.jsonl`."""

    def write(number: int, losses: dict[str, float]) -> None:
        with (work / "losses.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"epoch": number, **losses}) + "\n")
        epoch(1)

    return write


def prepare(
    data: Path,
    work: Path,
    config: TrainConfig,
    *,
    progress: Listener = silent,
    frozen: TextBank | None = None,
) -> Lesson:
    """Reads the data, computes what stays frozen, builds the student and its streams.

    `frozen` is the bank of an earlier generation: the same sentences under the same frozen layers.
    """
    torch.manual_seed(config.seed)
    corpus = read_corpus(data)
    published = read_minilm(find_minilm())
    vocabulary = keep_english(published.vocabulary, limit=config.towers.vocabulary)
    bank = TextBank(WordPiece(vocabulary, context=config.towers.context))
    backbone_tensors = load_file(data / BACKBONE_FILE)
    captions = caption_stream(corpus, bank, config)
    labels = label_stream(corpus, bank, config)
    classes = class_stream(data, backbone_tensors, bank, config)
    clip = clip_stream(data, corpus, bank, config)
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
    dim = config.towers.dim
    contrast = ContrastConfig((dim, dim // 2, dim // 4))
    return Lesson(
        student, captions, labels, classes, clip, contrast, config, vocabulary, embeddings
    )


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
        text.layers[: config.frozen_layers],
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


def build_trainer(lesson: Lesson) -> Trainer:
    """Three learning rates: new heads, the tuned blocks, the tuned text layers."""
    config, student = lesson.config, lesson.student
    prepare_rounding(student)
    learned = nn.ModuleDict({"student": student, "clip": lesson.clip})
    heads: Iterable[nn.Parameter] = [
        *student.image.head.parameters(),
        *student.text.head.parameters(),
        *lesson.clip.parameters(),
        student.log_scale,
    ]
    rates = (
        Rate(heads, config.head_rate),
        Rate(list(student.image.backbone.parameters()), config.backbone_rate),
        Rate(list(student.text.layers.parameters()), config.text_rate),
    )
    losses = LessonLosses(lesson)
    return Trainer(
        module=learned,
        optimizer=build_optimizer(rates, weight_decay=config.weight_decay),
        average=moving_average(learned, decay=config.ema_decay),
        losses=losses,
        total_steps=losses.total,
        warmup_steps=config.warmup_steps,
    )


def train(
    lesson: Lesson,
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
    trainer = build_trainer(lesson)
    _resume(trainer, checkpoint, of)
    steps = lesson.epoch_steps
    sums: dict[str, float] = {}
    while trainer.step < trainer.total_steps:
        for name, value in trainer.advance().items():
            sums[name] = sums.get(name, 0.0) + value
        if trainer.step % steps == 0:
            save_checkpoint(checkpoint, trainer.state(), of=of)
            on_epoch(trainer.step // steps, {name: value / steps for name, value in sums.items()})
            sums = {}
    take_average(trainer.module, trainer.average)
    end_rounding(lesson.student)


def _resume(trainer: Trainer, checkpoint: Path, of: str) -> None:
    state = load_checkpoint(checkpoint, of=of)
    if state is not None:
        trainer.restore(state)


def shipped_tensors(lesson: Lesson) -> dict[str, Stored]:
    """Both towers as the bundle stores them, under `image.` and `text.`."""
    towers = {"image": lesson.student.image, "text": lesson.student.text}
    values = {
        f"{tower}.{name}": value.detach().numpy()
        for tower, module in towers.items()
        for name, value in module.state_dict().items()
    }
    return {**quantize_towers(values), "text.tokens.weight": lesson.embeddings}
