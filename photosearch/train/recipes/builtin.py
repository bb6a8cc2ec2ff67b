"""Trains the built-in model: from the data folder to two tuned towers.

Captions, names, classes and CLIP are learned from at once, and from the similarities that teachers
see; see `photosearch/assets/LOG.md` for what was tried. The folder is described in `train.corpus`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from torch import nn

from photosearch.progress import Listener, counting, silent
from photosearch.text import WordPiece
from photosearch.train.batches import Batch, Batches
from photosearch.train.classes import Classifier, Opinions
from photosearch.train.config import ContrastConfig, Machine, TrainConfig
from photosearch.train.corpus import (
    MOBILENET_FILE,
    caption_sampler,
    class_sampler,
    clip_teacher,
    data_files,
    label_sampler,
    names_of,
    read_corpus,
    sentence_sampler,
    told_apart,
)
from photosearch.train.kept import Part, fingerprint
from photosearch.train.loop import Trainer, build_optimizer, moving_average, take_average
from photosearch.train.minilm import find_minilm, keep_english, read_minilm
from photosearch.train.objectives import Objective
from photosearch.train.opinions import opinions
from photosearch.train.pictures import Pictures
from photosearch.train.quantization import end_rounding, prepare_rounding, round_now
from photosearch.train.recipes.bundle import leave_bundle
from photosearch.train.recipes.english import with_english
from photosearch.train.recipes.parts import (
    Towers,
    alike,
    build_towers,
    classifiers,
    keep_gains,
    learned_rates,
)
from photosearch.train.student import Student
from photosearch.train.teacher import Teacher, kept_teacher
from photosearch.train.texts import TextBank, words_of
from photosearch.train.tower_files import TOWERS, backbone_of, save_towers
from photosearch.train.workdir import Workdir, load_checkpoint, save_checkpoint

_CHECKPOINT = "checkpoint 4"  # changes with what a checkpoint holds
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taught:
    """Where a run starts, if not from published weights, and who teaches beside the data.

    Files that `tower_files.save_towers` wrote.
    """

    start: Path | None = None
    teachers: tuple[Path, ...] = ()

    def parts(self) -> list[Part]:
        """For a fingerprint."""
        return ["start", *([self.start] if self.start else []), "teachers", *self.teachers]


ALONE = Taught()


@dataclass(frozen=True)
class Run:
    """One run over the data: what it learns, from what, and what ships besides the towers."""

    objective: Objective
    batches: Batches
    towers: Towers
    vocabulary: list[str]
    config: TrainConfig
    machine: Machine

    @property
    def student(self) -> Student:
        return self.objective.student

    def words(self) -> list[str]:
        """Those that it has read more than once, the most frequent first, then English ones."""
        return with_english(words_of(self.batches.bank.texts))


def train(
    data: Path,
    work: Path,
    config: TrainConfig,
    machine: Machine,
    taught: Taught = ALONE,
    *,
    caches: Path | None = None,
    progress: Listener = silent,
) -> Run:
    """Trains, if need be on from the last checkpoint, and leaves the averaged weights.

    They are in the folder `work` too: as a file that may start or teach another run, and as a
    bundle, by which `load_encoder` takes the folder for a model. `caches`, or the same folder,
    holds what several may share. Raises UsageError for a folder that served another recipe, other
    data or other teachers, and for a device that is not there.
    """
    machine.require()
    workdir = Workdir.claim(work, config)
    run = prepare_run(data, caches or work, config, machine, taught, progress=progress)
    paths = run.batches.pictures.paths
    of = fingerprint([_CHECKPOINT, repr(config), *taught.parts(), *data_files(data), *paths])
    told = counting(progress, f"training {config.backbone}", config.steps)
    train_run(run, workdir, of=of, tick=told)
    save_towers(work / TOWERS, run.student.image, run.student.text)
    leave_bundle(run, work)
    return run


def prepare_run(
    data: Path,
    caches: Path,
    config: TrainConfig,
    machine: Machine,
    taught: Taught = ALONE,
    *,
    progress: Listener = silent,
) -> Run:
    """Reads the data and the published weights, and computes once what the teachers think."""
    torch.manual_seed(config.seed)
    corpus, sentences = read_corpus(data), read_minilm(find_minilm())
    vocabulary = keep_english(sentences.vocabulary, limit=config.towers.vocabulary)
    bank = TextBank(WordPiece(vocabulary, context=config.towers.context))
    encoder = build_towers(config, sentences, vocabulary, None)  # names mean what was published
    known = len(encoder.published.classifier_bias)
    near = alike(names_of(corpus), encoder.text, bank.tokenizer, least=config.synonyms)
    clip, categories = clip_teacher(data, corpus, bank, config) or (None, None)
    batches = Batches(
        captions=caption_sampler(corpus, bank, config),
        labels=label_sampler(corpus, bank, config, near & ~told_apart(corpus)),
        classes=class_sampler(data, bank, config, classes=known),
        categories=categories,
        sentences=sentence_sampler(data, bank, config) if taught.teachers else None,
        pictures=Pictures(corpus.paths, config.augment, workers=machine.workers),
        bank=bank,
        seed=config.seed,
        word_dropout=config.word_dropout,
    )
    towers = build_towers(config, sentences, vocabulary, taught.start)

    def student_of(path: Path) -> Student:
        shape = replace(config, backbone=backbone_of(path))
        return _student(build_towers(shape, sentences, vocabulary, path), shape, machine)

    objective = Objective(
        student=_student(towers, config, machine),
        classifier=Classifier(towers.published.classifier_weight, towers.published.classifier_bias),
        opinions=_opinions(data, batches.pictures, caches, machine, progress),
        clip=clip,
        contrast=_contrast(config.towers.dim),
        weights=config.weights,
        teachers=[
            _teacher(path, student_of, batches, caches, config.whole_side, progress)
            for path in taught.teachers
        ],
    )
    return Run(objective, batches, towers, vocabulary, config, machine)


def _opinions(
    data: Path, pictures: Pictures, caches: Path, machine: Machine, progress: Listener
) -> Opinions:
    asked, files = classifiers(data), [data / MOBILENET_FILE]
    tick = counting(progress, "opinions", len(asked) * len(pictures.paths))
    of = [path for path in files if path.is_file()]
    return opinions(asked, pictures, caches, machine, of=of, tick=tick)


def _student(towers: Towers, config: TrainConfig, machine: Machine) -> Student:
    student = Student(towers.image, towers.text, machine=machine, drop_path=config.drop_path)
    return student.to(machine.device)


def _teacher(
    path: Path,
    student_of: Callable[[Path], Student],
    batches: Batches,
    caches: Path,
    side: int,
    progress: Listener,
) -> Teacher:
    pictures, bank = batches.pictures, batches.bank
    tick = counting(progress, f"teacher {path.stem}", len(pictures.paths))
    make = partial(student_of, path)
    return kept_teacher(make, pictures, bank, caches, of=path, side=side, tick=tick)


def _contrast(dim: int) -> ContrastConfig:
    return ContrastConfig((dim, dim // 2, dim // 4))


def build_trainer(run: Run) -> Trainer[Batch]:
    """The optimizer over everything that learns: towers, classifier, the way to CLIP."""
    config, objective = run.config, run.objective
    keep_gains(run.towers)
    prepare_rounding(run.student)
    learned = nn.ModuleDict({"student": run.student, "classifier": objective.classifier})
    if objective.clip is not None:
        learned["clip"] = objective.clip
    learned.to(run.machine.device)
    return Trainer(
        module=learned,
        optimizer=build_optimizer(learned_rates(objective, config.rates)),
        average=moving_average(learned, decay=config.rates.average),
        losses=objective,
        seed=config.seed,
        total_steps=config.steps,
        warmup_steps=config.rates.warmup_steps,
        largest_norm=config.rates.largest_norm,
    )


def train_run(run: Run, workdir: Workdir, *, of: str, tick: Callable[[int], object]) -> None:
    """Runs to the end, from the last checkpoint if there is one; leaves the averaged weights.

    `of` is what the checkpoint depends on, as a hash: a checkpoint of another is refused with
    UsageError. A run that was interrupted gives the same weights as one that never was.
    """
    trainer = build_trainer(run)
    state = load_checkpoint(workdir.checkpoint, of=of)
    if state is not None:
        trainer.restore(state)
        tick(trainer.step)
    workdir.keep_losses(trainer.step)
    saved = time.monotonic()
    for batch in run.batches.ahead(trainer.step, trainer.total_steps):
        if trainer.step >= run.config.rounded_from * trainer.total_steps:
            round_now(run.student)
        losses = advance(trainer, batch, run.objective)
        workdir.note_losses(trainer.step, losses)
        tick(1)
        done = trainer.step == trainer.total_steps
        if done or time.monotonic() - saved > run.machine.save_every:
            save_checkpoint(workdir.checkpoint, trainer.state(), of=of)
            saved = time.monotonic()
    take_average(trainer.module, trainer.average)
    end_rounding(run.student)
    run.student.to("cpu")


def advance(trainer: Trainer[Batch], batch: Batch, objective: Objective) -> dict[str, float]:
    """One step; where the accelerator's memory is too small, parts are computed twice instead."""
    student, seen = objective.student, objective.classifier.seen
    try:
        return trainer.advance(batch)
    except torch.OutOfMemoryError:
        if student.recompute:
            raise
        _log.warning("the accelerator's memory is full: activations are computed twice from now on")
        student.recompute = True
        objective.classifier.seen = seen  # a step's features count once
        torch.cuda.empty_cache()
    return trainer.advance(batch)
