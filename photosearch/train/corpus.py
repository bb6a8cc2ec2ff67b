"""The data folder as photos in one numbering, and the samplers that draw from it.

Every folder in it, or the folder itself, that holds `captions.jsonl` or `labels.jsonl` is read.
What else there may be, published by others, is used if it is there:

    mobilenet_v2/imagenet_labels.txt    the names of the published classifiers' classes
    clip_vitb32/*.npz                   CLIP's embeddings of some photos and of category names
    captions/*.txt                      sentences about other photos, one a line, for the teachers
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from photosearch.data.photos import (
    CAPTIONS,
    LABELS,
    CaptionedPhoto,
    LabelledPhoto,
    read_captioned,
    read_labelled,
    read_sentences,
)
from photosearch.errors import UsageError
from photosearch.train.classes import class_sentences
from photosearch.train.config import TrainConfig
from photosearch.train.samplers import (
    CaptionSampler,
    CategorySampler,
    ClassSampler,
    LabelSampler,
    SentenceSampler,
)
from photosearch.train.teacher import ClipTeacher
from photosearch.train.texts import TextBank, phrases, styled

MOBILENET_FILE = Path("mobilenet_v2/mobilenet_v2_1.0_224.safetensors")
CLASSES_FILE = Path("mobilenet_v2/imagenet_labels.txt")
CLIP_PHOTOS = Path("clip_vitb32/flickr8k_image_embeddings.npz")
CLIP_CATEGORIES = Path("clip_vitb32/category_text_embeddings.npz")
SENTENCES = Path("captions")


@dataclass(frozen=True)
class Corpus:
    """All photos in one numbering: the captioned ones first."""

    captioned: list[CaptionedPhoto]
    labelled: list[LabelledPhoto]

    @property
    def paths(self) -> list[Path]:
        return [p.path for p in self.captioned] + [p.path for p in self.labelled]

    def training_captioned(self) -> list[int]:
        return [i for i, photo in enumerate(self.captioned) if photo.trainable]

    def training_labelled(self) -> list[int]:
        return [i for i, photo in enumerate(self.labelled) if photo.trainable]


def read_corpus(data: Path) -> Corpus:
    """Raises UsageError if there is no photo to train on, or a file is wrong."""
    corpus = Corpus(
        [photo for path in _lists(data, CAPTIONS) for photo in read_captioned(path.parent)],
        [photo for path in _lists(data, LABELS) for photo in read_labelled(path.parent)],
    )
    if not corpus.training_captioned() and not corpus.training_labelled():
        raise UsageError(f"{data}: got no photo to train on, expected {CAPTIONS} or {LABELS} in it")
    return corpus


def _lists(data: Path, name: str) -> list[Path]:
    """The files of that name in the folder and in the folders in it."""
    found = [data / name, *sorted(data.glob(f"*/{name}"))]
    return [path for path in found if path.is_file()]


def data_files(data: Path) -> list[Path]:
    """Everything that a run depends on, but for the photos."""
    optional = (MOBILENET_FILE, CLASSES_FILE, CLIP_PHOTOS, CLIP_CATEGORIES)
    there = [data / path for path in optional if (data / path).is_file()]
    return [*_lists(data, CAPTIONS), *_lists(data, LABELS), *there, *_sentence_files(data)]


def _sentence_files(data: Path) -> list[Path]:
    return sorted((data / SENTENCES).glob("*.txt"))


def absent(data: Path, corpus: Corpus) -> tuple[str, ...]:
    """What a run on this folder does without, in words."""
    optional = {
        "photos with captions": bool(corpus.training_captioned()),
        "photos with names": bool(corpus.training_labelled()),
        f"{CLASSES_FILE} (names of classes)": (data / CLASSES_FILE).is_file(),
        f"{MOBILENET_FILE} (one of the classifiers)": (data / MOBILENET_FILE).is_file(),
        f"{CLIP_PHOTOS.parent} (CLIP as a teacher)": _has_clip(data),
        f"{SENTENCES} (sentences without photos)": bool(_sentence_files(data)),
    }
    return tuple(name for name, there in optional.items() if not there)


def _has_clip(data: Path) -> bool:
    return (data / CLIP_PHOTOS).is_file() and (data / CLIP_CATEGORIES).is_file()


def caption_sampler(corpus: Corpus, bank: TextBank, config: TrainConfig) -> CaptionSampler | None:
    """The captions of all photos but those held out."""
    sentences = [
        [bank.add(c) for c in photo.captions] if photo.trainable else []
        for photo in corpus.captioned
    ]
    photos = corpus.training_captioned()
    if not photos:
        return None
    return CaptionSampler(
        photos, sentences, batch=config.batch_captioned, texts_each=config.captions_each
    )


def names_of(corpus: Corpus) -> list[str]:
    """The names of the labelled photos that are trained on, sorted."""
    return sorted({corpus.labelled[i].label for i in corpus.training_labelled()})


def told_apart(corpus: Corpus) -> NDArray[np.bool_]:
    """Which names one set holds both of, as whoever gathered it told them apart: [L, L].

    In the order of `names_of`.
    """
    names = {label: n for n, label in enumerate(names_of(corpus))}
    both = np.zeros((len(names), len(names)), np.bool_)
    sets: dict[str, set[int]] = {}
    for i in corpus.training_labelled():
        photo = corpus.labelled[i]
        sets.setdefault(photo.source, set()).add(names[photo.label])
    for each in map(sorted, sets.values()):
        both[np.ix_(each, each)] = True
    return both


def label_sampler(
    corpus: Corpus, bank: TextBank, config: TrainConfig, alike: NDArray[np.bool_]
) -> LabelSampler | None:
    """The labelled photos, each with its name in many phrases, its captions and its style.

    `alike` [L, L] is of `names_of`, in their order.
    """
    chosen = corpus.training_labelled()
    if not chosen:
        return None
    photos = [corpus.labelled[i] for i in chosen]
    numbers = {label: n for n, label in enumerate(names_of(corpus))}
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
        power=config.label_power,
        alike=alike,
    )


def class_sampler(
    data: Path, bank: TextBank, config: TrainConfig, *, classes: int
) -> ClassSampler | None:
    """The names of the published classifiers' classes. Raises UsageError for more than those."""
    if not (data / CLASSES_FILE).is_file():
        return None
    sentences = class_sentences(read_sentences(data / CLASSES_FILE), bank)
    if len(sentences) > classes:
        raise UsageError(
            f"{data / CLASSES_FILE}: got {len(sentences):,} classes behind the first line, "
            f"expected at most the {classes:,} of the published classifiers"
        )
    return ClassSampler(sentences, batch=config.batch_classes)


def sentence_sampler(data: Path, bank: TextBank, config: TrainConfig) -> SentenceSampler | None:
    """Sentences about photos that are not there. Raises UsageError for a file that is no text."""
    lines = [line for path in _sentence_files(data) for line in read_sentences(path)]
    if not lines:
        return None
    return SentenceSampler([bank.add(line) for line in lines], batch=config.batch_sentences)


def clip_teacher(
    data: Path, corpus: Corpus, bank: TextBank, config: TrainConfig
) -> tuple[ClipTeacher, CategorySampler] | None:
    """CLIP's embeddings of training photos, matched by the stem of the file, and of categories."""
    if not _has_clip(data):
        return None
    by_stem = {photo.path.stem: i for i, photo in enumerate(corpus.captioned)}
    names, images = _embeddings(data / CLIP_PHOTOS, "names")
    prompts, categories = _embeddings(data / CLIP_CATEGORIES, "prompts")
    if images.shape[1] != categories.shape[1]:
        raise UsageError(
            f"{data / CLIP_CATEGORIES}: got embeddings {categories.shape[1]} wide, expected "
            f"{images.shape[1]}, as those of the photos are"
        )
    stems = [Path(name).stem for name in names]
    rows = {by_stem[stem]: row for row, stem in enumerate(stems) if stem in by_stem}
    trained = set(corpus.training_captioned())
    sentences = [bank.add(prompt) for prompt in prompts]
    teacher = ClipTeacher(
        {photo: row for photo, row in rows.items() if photo in trained},
        images,
        categories,
        dim=config.towers.dim,
    )
    return teacher, CategorySampler(sentences, batch=config.batch_categories)


def _embeddings(path: Path, key: str) -> tuple[list[str], torch.Tensor]:
    """What CLIP saw, by its name, and the unit vectors: [N, E]. Raises UsageError."""
    try:
        with np.load(path) as file:
            names, rows = [str(name) for name in file[key]], torch.from_numpy(file["embeddings"])
            if rows.ndim != 2 or len(rows) != len(names) or not rows.isfinite().all():
                raise ValueError(f"{len(names)} names beside {tuple(rows.shape)} numbers")
    except (OSError, ValueError, KeyError, TypeError, BadZipFile, EOFError) as error:
        raise UsageError(
            f"{path}: expected {key} [N] and finite embeddings [N, E]: {error}"
        ) from error
    return names, nn.functional.normalize(rows.float(), dim=1)
