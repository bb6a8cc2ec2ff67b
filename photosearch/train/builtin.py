"""The recipe of the built-in model: from the data folder to two tuned towers.

Caption, label, class and CLIP streams are learned at once; see `photosearch/assets/LOG.md` for
what was tried. The folder is described in the model card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from photosearch.models.bundle import pack
from photosearch.models.mobilenet import load_weights
from photosearch.models.towers import ImageTower, TextTower
from photosearch.text.wordpiece import WordPiece
from photosearch.train.checkpoint import load_checkpoint, save_checkpoint
from photosearch.train.classes import build_classes, describe
from photosearch.train.config import TrainConfig
from photosearch.train.data import CaptionedPhoto, LabelledPhoto, read_captioned, read_labelled
from photosearch.train.loop import MovingAverage, Rate, Trainer, build_optimizer
from photosearch.train.minilm import find_minilm, initialise, keep_english, read_minilm
from photosearch.train.prompts import phrases, styled
from photosearch.train.quantization import (
    end_rounding,
    prepare_rounding,
    round_now,
    round_weights,
)
from photosearch.train.streams import (
    CaptionStream,
    ClassStream,
    ClipStream,
    ContrastConfig,
    LabelStream,
)
from photosearch.train.student import Student
from photosearch.train.texts import TextBank
from photosearch.train.views import cache_views
from photosearch.weights import Int4, quantize_int4
from photosearch.weights import Tensor as Stored

BACKBONE_FILE = "mobilenet_v2/mobilenet_v2_1.0_224.safetensors"
CLASSES_FILE = "mobilenet_v2/imagenet_labels.txt"
CLIP_FOLDER = "clip_vitb32"
STATISTICS_PHOTOS = 2048  # on which the feature space is described, once an epoch

Tick = Callable[[int], object]


@dataclass(frozen=True)
class Corpus:
    """All photos in one numbering: the captioned ones first."""

    captioned: list[CaptionedPhoto]
    labelled: list[LabelledPhoto]

    @property
    def paths(self) -> list[Path]:
        return [p.path for p in self.captioned] + [p.path for p in self.labelled]

    def training_captioned(self) -> list[int]:
        return [i for i, photo in enumerate(self.captioned) if photo.split != "dev"]

    def training_labelled(self) -> list[int]:
        return [i for i, photo in enumerate(self.labelled) if not photo.held_out]


def read_corpus(data: Path) -> Corpus:
    return Corpus(read_captioned(data / "flickr8k"), read_labelled(data / "labelled"))


@dataclass
class Lesson:
    """Everything that the steps of one run draw from."""

    student: Student
    captions: CaptionStream
    labels: LabelStream
    classes: ClassStream
    clip: ClipStream
    contrast: ContrastConfig
    config: TrainConfig
    vocabulary: list[str]
    embeddings: Int4  # of the word pieces, as they will be stored

    @property
    def epoch_steps(self) -> int:
        return len(self.captions.photos) // self.config.batch_captioned


def prepare(
    data: Path, work: Path, config: TrainConfig, *, tick: Callable[[str, int], Tick]
) -> Lesson:
    """Reads the data, computes what stays frozen, builds the student and its streams.

    `tick(what, total)` gives a function that hears of progress on one part.
    """
    torch.manual_seed(config.seed)
    corpus = read_corpus(data)
    published = read_minilm(find_minilm())
    vocabulary = keep_english(published.vocabulary, limit=config.towers.vocabulary)
    bank = TextBank(WordPiece(vocabulary, context=config.towers.context))
    backbone_tensors = load_file(data / BACKBONE_FILE)
    captions = _caption_stream(corpus, bank, config)
    labels = _label_stream(corpus, bank, config)
    lines = (data / CLASSES_FILE).read_text(encoding="utf-8").splitlines()
    classes = build_classes(backbone_tensors, lines, bank)
    clip = _clip_stream(data, corpus, bank, config)
    image, text = _towers(config)
    load_weights(image.backbone, backbone_tensors)
    initialise(text, published, vocabulary, config.towers)
    embeddings = quantize_int4(text.tokens.weight.detach().numpy())
    _round_frozen(image, text, embeddings, config)
    bank.freeze(text, layers=config.frozen_layers, tick=tick("sentences", len(bank.ids)))
    paths = corpus.paths
    seen = tick("views", len(paths) * config.views.views)
    views = cache_views(image.backbone, paths, work, config.views, tick=seen)
    student = Student(
        image,
        text,
        views=views,
        bank=bank,
        frozen_blocks=config.views.frozen_blocks,
        frozen_layers=config.frozen_layers,
    )
    stream = ClassStream(classes, batch=config.batch_classes)
    dim = config.towers.dim
    contrast = ContrastConfig((dim, dim // 2, dim // 4))
    return Lesson(student, captions, labels, stream, clip, contrast, config, vocabulary, embeddings)


def _round_frozen(
    image: ImageTower, text: TextTower, embeddings: Int4, config: TrainConfig
) -> None:
    """What is not tuned takes its stored values at once: the rest learns to live with it."""
    with torch.no_grad():
        text.tokens.weight.copy_(torch.from_numpy(embeddings.dense()))
    for part in (
        image.backbone.stem,
        image.backbone.blocks[: config.views.frozen_blocks],
        text.layers[: config.frozen_layers],
    ):
        round_weights(part)


def _towers(config: TrainConfig) -> tuple[ImageTower, TextTower]:
    towers = config.towers
    image = ImageTower(dim=towers.dim, hidden=towers.head_hidden, dropout=config.image_dropout)
    image.backbone.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return image, TextTower(towers, dropout=config.text_dropout)


def _caption_stream(corpus: Corpus, bank: TextBank, config: TrainConfig) -> CaptionStream:
    sentences = [[bank.add(c) for c in photo.captions] for photo in corpus.captioned]
    return CaptionStream(corpus.training_captioned(), sentences, texts_each=config.captions_each)


def _label_stream(corpus: Corpus, bank: TextBank, config: TrainConfig) -> LabelStream:
    chosen = corpus.training_labelled()
    photos = [corpus.labelled[i] for i in chosen]
    numbers = {label: n for n, label in enumerate(sorted({p.label for p in photos}))}
    kinds = [
        (phrases(photo.label), list(photo.captions), styled(photo.label, photo.style))
        for photo in photos
    ]
    sentences = [[[bank.add(s) for s in kind] for kind in row if kind] for row in kinds]
    offset = len(corpus.captioned)
    return LabelStream(
        [offset + i for i in chosen],
        [numbers[p.label] for p in photos],
        sentences,
        batch=config.batch_labelled,
    )


def _clip_stream(data: Path, corpus: Corpus, bank: TextBank, config: TrainConfig) -> ClipStream:
    by_stem = {photo.path.stem: i for i, photo in enumerate(corpus.captioned)}
    photos = np.load(data / CLIP_FOLDER / "flickr8k_image_embeddings.npz")
    texts = np.load(data / CLIP_FOLDER / "category_text_embeddings.npz")
    images = nn.functional.normalize(torch.from_numpy(photos["embeddings"]).float(), dim=1)
    rows = {by_stem[Path(str(name)).stem]: row for row, name in enumerate(photos["names"])}
    trained = set(corpus.training_captioned())
    return ClipStream(
        {photo: row for photo, row in rows.items() if photo in trained},
        images,
        torch.from_numpy(texts["embeddings"]).float(),
        [bank.add(str(prompt)) for prompt in texts["prompts"]],
        dim=config.towers.dim,
        batch=config.batch_categories,
    )


class BuiltinLosses:
    """Gives the weighted losses of each step; keeps the order of photos and the feature space."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.random = np.random.default_rng(lesson.config.seed)
        self.total = lesson.epoch_steps * lesson.config.epochs

    def __call__(self, step: int) -> Mapping[str, Tensor]:
        lesson, weights = self.lesson, self.lesson.config.weights
        self._start_epoch(step)
        batch = lesson.config.batch_captioned
        first = step % lesson.epoch_steps * batch
        chosen = self.order[first : first + batch]
        captions, seen = lesson.captions.loss(lesson.student, chosen, lesson.contrast, self.random)
        labels, named = lesson.labels.loss(lesson.student, lesson.contrast, self.random)
        grounding, classifier = lesson.classes.loss(
            lesson.student, self.space, [seen, named], lesson.contrast, self.random
        )
        mimic, categories = lesson.clip.loss(lesson.student, seen, self.random)
        return {
            "captions": weights.captions * captions,
            "labels": weights.labels * labels,
            "grounding": weights.grounding * grounding,
            "classifier": weights.classifier * classifier,
            "mimic": weights.mimic * mimic,
            "categories": weights.categories * categories,
        }

    def _start_epoch(self, step: int) -> None:
        if step % self.lesson.epoch_steps == 0:
            self.order = self.random.permutation(self.lesson.captions.photos)
            self._describe_features()
        if step == int(self.lesson.config.quantised_from * self.total):
            round_now(self.lesson.student)

    @torch.no_grad()
    def _describe_features(self) -> None:
        """Tuning moves the features: the made-up ones must move with them."""
        student = self.lesson.student
        pool = np.concatenate([self.lesson.captions.photos, self.lesson.labels.photos])
        chosen = self.random.choice(pool, min(STATISTICS_PHOTOS, len(pool)), replace=False)
        parts = [
            student.features(part, np.zeros(len(part), np.int64))
            for part in np.array_split(chosen, max(1, len(chosen) // 128))
        ]
        self.space = describe(torch.cat(parts), self.lesson.classes.classes)


def build_trainer(lesson: Lesson) -> Trainer:
    """Three learning rates: new heads, the tuned blocks, the tuned text layers."""
    config, student = lesson.config, lesson.student
    prepare_rounding(student)
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
    losses = BuiltinLosses(lesson)
    return Trainer(
        module=student,
        optimizer=build_optimizer(rates, weight_decay=config.weight_decay),
        average=MovingAverage(student, decay=config.ema_decay),
        losses=losses,
        total_steps=losses.total,
        warmup_steps=config.warmup_steps,
    )


def train(
    lesson: Lesson, checkpoint: Path, *, on_epoch: Callable[[int, dict[str, float]], object]
) -> None:
    """Runs to the end, if need be from the last checkpoint; leaves the averaged weights.

    `on_epoch(epoch, losses)` hears of each epoch's mean losses. A run that went on after an
    interruption draws other random numbers than one that was never stopped.
    """
    trainer = build_trainer(lesson)
    _resume(trainer, checkpoint)
    steps = lesson.epoch_steps
    sums: dict[str, float] = {}
    while trainer.step < trainer.total_steps:
        for name, value in trainer.advance().items():
            sums[name] = sums.get(name, 0.0) + value
        if trainer.step % steps == 0:
            save_checkpoint(checkpoint, trainer.state())
            on_epoch(trainer.step // steps, {name: value / steps for name, value in sums.items()})
            sums = {}
    trainer.average.swap(lesson.student)
    end_rounding(lesson.student)


def _resume(trainer: Trainer, checkpoint: Path) -> None:
    state = load_checkpoint(checkpoint)
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
    return {**pack(values), "text.tokens.weight": lesson.embeddings}
