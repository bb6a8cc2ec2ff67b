"""The data folder as photos in one numbering, and the samplers that draw from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from photosearch.data.photos import (
    DEV,
    CaptionedPhoto,
    LabelledPhoto,
    read_captioned,
    read_labelled,
)
from photosearch.errors import UsageError
from photosearch.train.classes import Classes, build_classes
from photosearch.train.config import TrainConfig
from photosearch.train.samplers import CaptionSampler, CategorySampler, ClassSampler, LabelSampler
from photosearch.train.teacher import ClipTeacher
from photosearch.train.texts import TextBank, phrases, styled

CAPTIONED_FOLDER, LABELLED_FOLDER = "flickr8k", "labelled"
BACKBONE_FILE = "mobilenet_v2/mobilenet_v2_1.0_224.safetensors"
CLASSES_FILE = "mobilenet_v2/imagenet_labels.txt"
CLIP_FOLDER = "clip_vitb32"


@dataclass(frozen=True)
class Corpus:
    """All photos in one numbering: the captioned ones first."""

    captioned: list[CaptionedPhoto]
    labelled: list[LabelledPhoto]

    @property
    def paths(self) -> list[Path]:
        return [p.path for p in self.captioned] + [p.path for p in self.labelled]

    def training_captioned(self) -> list[int]:
        return [i for i, photo in enumerate(self.captioned) if photo.split != DEV]

    def training_labelled(self) -> list[int]:
        return [i for i, photo in enumerate(self.labelled) if not photo.held_out]


def read_corpus(data: Path) -> Corpus:
    """Raises UsageError for what is missing or wrong, and for a captioned photo without a split."""
    corpus = Corpus(read_captioned(data / CAPTIONED_FOLDER), read_labelled(data / LABELLED_FOLDER))
    for photo in corpus.captioned:
        if photo.split is None:
            raise UsageError(f"{photo.path}: got no split, expected train, {DEV} or extra")
    return corpus


def caption_sampler(corpus: Corpus, bank: TextBank, config: TrainConfig) -> CaptionSampler:
    """The captions of all photos but those of the dev split."""
    sentences = [[bank.add(c) for c in photo.captions] for photo in corpus.captioned]
    return CaptionSampler(corpus.training_captioned(), sentences, texts_each=config.captions_each)


def label_sampler(corpus: Corpus, bank: TextBank, config: TrainConfig) -> LabelSampler:
    """The labelled photos, each with its name in many phrases, its captions and its style."""
    chosen = corpus.training_labelled()
    photos = [corpus.labelled[i] for i in chosen]
    numbers = {label: n for n, label in enumerate(sorted({p.label for p in photos}))}
    kinds = [
        (phrases(photo.label), list(photo.captions), styled(photo.label, photo.style))
        for photo in photos
    ]
    sentences = [[[bank.add(s) for s in kind] for kind in row if kind] for row in kinds]
    offset = len(corpus.captioned)
    return LabelSampler(
        [offset + i for i in chosen],
        [numbers[p.label] for p in photos],
        sentences,
        batch=config.batch_labelled,
    )


def class_sampler(
    data: Path, backbone: dict[str, Tensor], bank: TextBank, config: TrainConfig
) -> tuple[Classes, ClassSampler]:
    """The published classifier, and the names of its classes."""
    lines = (data / CLASSES_FILE).read_text(encoding="utf-8").splitlines()
    classes = build_classes(backbone, lines, bank)
    return classes, ClassSampler(classes.sentences, batch=config.batch_classes)


def clip_teacher(
    data: Path, corpus: Corpus, bank: TextBank, config: TrainConfig
) -> tuple[ClipTeacher, CategorySampler]:
    """CLIP's embeddings of training photos, matched by the stem of the file, and of categories."""
    by_stem = {photo.path.stem: i for i, photo in enumerate(corpus.captioned)}
    photos = np.load(data / CLIP_FOLDER / "flickr8k_image_embeddings.npz")
    texts = np.load(data / CLIP_FOLDER / "category_text_embeddings.npz")
    images = nn.functional.normalize(torch.from_numpy(photos["embeddings"]).float(), dim=1)
    rows = {by_stem[Path(str(name)).stem]: row for row, name in enumerate(photos["names"])}
    trained = set(corpus.training_captioned())
    sentences = [bank.add(str(prompt)) for prompt in texts["prompts"]]
    teacher = ClipTeacher(
        {photo: row for photo, row in rows.items() if photo in trained},
        images,
        torch.from_numpy(texts["embeddings"]).float(),
        dim=config.towers.dim,
    )
    return teacher, CategorySampler(sentences, batch=config.batch_categories)
