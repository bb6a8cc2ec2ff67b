"""Samplers: which photos, views and sentences a step of training looks at, drawn at random.

Legend: N photos, M texts, K classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Choice = Sequence[int]
Numbers = NDArray[np.int64]
NOISES = (0.3, 0.6)  # of made-up features, as shares of the real ones' deviation


@dataclass(frozen=True)
class Pairs:
    """Photos, each in one view, and the sentences that belong to them."""

    photos: Numbers  # [N], as numbered in the corpus
    views: Numbers  # [N]
    texts: Sequence[int]  # M numbers in the text bank
    positive: NDArray[np.bool_]  # [N, M]


@dataclass(frozen=True)
class ClassDraw:
    """Classes whose photos are made up, and how."""

    classes: Numbers  # [K]
    texts: Sequence[int]  # K numbers in the text bank
    noise: float
    along_covariance: bool


class CaptionSampler:
    """Photos with sentences that people wrote about them."""

    def __init__(self, photos: Choice, captions: Sequence[Choice], *, texts_each: int) -> None:
        self.photos = np.asarray(photos)
        self.captions = captions  # by photo number
        self.texts_each = texts_each

    def draw(self, chosen: Numbers, *, views: int, random: np.random.Generator) -> Pairs:
        """A view, of so many, and some captions of each chosen photo."""
        seen = random.integers(views, size=len(chosen))
        texts = [
            number
            for photo in chosen
            for number in random.choice(self.captions[photo], self.texts_each, replace=False)
        ]
        owner = np.arange(len(texts)) // self.texts_each
        return Pairs(chosen, seen, texts, np.arange(len(chosen))[:, None] == owner[None, :])


class LabelSampler:
    """Photos with a name; rarer names are drawn more often than their share."""

    def __init__(
        self, photos: Choice, labels: Choice, sentences: Sequence[Sequence[Choice]], *, batch: int
    ) -> None:
        self.photos, self.labels = np.asarray(photos), np.asarray(labels)
        self.sentences = sentences  # for each photo: kinds of sentence, each a choice of numbers
        self.batch = batch
        odds = np.bincount(self.labels)[self.labels] ** -0.5
        self.odds = odds / odds.sum()

    def draw(self, *, views: int, random: np.random.Generator) -> Pairs:
        """A batch, each photo with one sentence; those of the same name match."""
        rows = random.choice(len(self.photos), self.batch, p=self.odds)
        seen = random.integers(views, size=self.batch)
        texts = [_any(_any(self.sentences[row], random), random) for row in rows]
        labels = self.labels[rows]
        return Pairs(self.photos[rows], seen, texts, labels[:, None] == labels[None, :])


class ClassSampler:
    """Classes of the published classifier, each under one of its names."""

    def __init__(self, sentences: Sequence[Sequence[Choice]], *, batch: int) -> None:
        self.sentences = sentences  # class -> synonym -> numbers in the text bank
        self.batch = batch

    def draw(self, random: np.random.Generator) -> ClassDraw:
        """A batch of different classes."""
        classes = random.permutation(len(self.sentences))[: self.batch]
        texts = [_any(_any(self.sentences[number], random), random) for number in classes]
        return ClassDraw(classes, texts, _any(NOISES, random), bool(random.integers(2)))


class CategorySampler:
    """Names of categories of which CLIP's embedding is known."""

    def __init__(self, sentences: Choice, *, batch: int) -> None:
        self.sentences = sentences  # by category: its number in the text bank
        self.batch = batch

    def draw(self, random: np.random.Generator) -> Numbers:
        """A batch of different categories: [K]."""
        return random.permutation(len(self.sentences))[: self.batch]


def _any(choices: Sequence[T], random: np.random.Generator) -> T:
    return choices[int(random.integers(len(choices)))]
