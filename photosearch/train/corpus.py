"""The data folder as photos in one numbering, and the four streams drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from photosearch.data.photos import CaptionedPhoto, LabelledPhoto, read_captioned, read_labelled
from photosearch.train.classes import build_classes
from photosearch.train.config import TrainConfig
from photosearch.train.prompts import phrases, styled
from photosearch.train.samplers import CaptionStream, ClassStream, ClipStream, LabelStream
from photosearch.train.texts import TextBank

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
        return [i for i, photo in enumerate(self.captioned) if photo.split != "dev"]

    def training_labelled(self) -> list[int]:
        return [i for i, photo in enumerate(self.labelled) if not photo.held_out]


def read_corpus(data: Path) -> Corpus:
    return Corpus(read_captioned(data / "flickr8k"), read_labelled(data / "labelled"))


def caption_stream(corpus: Corpus, bank: TextBank, config: TrainConfig) -> CaptionStream:
    """The captions of all photos but those of the dev split."""
    sentences = [[bank.add(c) for c in photo.captions] for photo in corpus.captioned]
    return CaptionStream(corpus.training_captioned(), sentences, texts_each=config.captions_each)


def label_stream(corpus: Corpus, bank: TextBank, config: TrainConfig) -> LabelStream:
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
    return LabelStream(
        [offset + i for i in chosen],
        [numbers[p.label] for p in photos],
        sentences,
        batch=config.batch_labelled,
    )


def class_stream(
    data: Path, backbone: dict[str, Tensor], bank: TextBank, config: TrainConfig
) -> ClassStream:
    """The names of the published classifier's classes."""
    lines = (data / CLASSES_FILE).read_text(encoding="utf-8").splitlines()
    return ClassStream(build_classes(backbone, lines, bank), batch=config.batch_classes)


def clip_stream(data: Path, corpus: Corpus, bank: TextBank, config: TrainConfig) -> ClipStream:
    """CLIP's embeddings of training photos, matched by the stem of the file's name."""
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
