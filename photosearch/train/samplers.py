"""Samplers: which photos and sentences a step of training looks at, drawn at random.

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
    """Photos, and the sentences that belong to them."""

    photos: Numbers  # [N], as numbered in the corpus
    texts: Sequence[int]  # M numbers in the text bank
    positive: NDArray[np.bool_]  # [N, M]
    ignored: NDArray[np.bool_] | None = None  # [N, M]: neither right nor wrong


@dataclass(frozen=True)
class ClassDraw:
    """Classes whose photos are made up, and how."""

    classes: Numbers  # [K]
    texts: Sequence[int]  # K numbers in the text bank
    noise: float
    along_covariance: bool


class CaptionSampler:
    """Photos with sentences that people wrote about them; each comes once in an epoch."""

    def __init__(
        self, photos: Choice, captions: Sequence[Choice], *, batch: int, texts_each: int
    ) -> None:
        self.photos = np.asarray(photos)
        self.captions = captions  # by photo number
        self.batch, self.texts_each = min(batch, len(photos)), texts_each

    def chosen(self, step: int, seed: tuple[int, ...]) -> Numbers:
        """The photos of a step: [N]."""
        epoch, place = divmod(step, len(self.photos) // self.batch)
        order = np.random.default_rng((*seed, epoch)).permutation(self.photos)
        return order[place * self.batch :][: self.batch]

    def draw(self, chosen: Numbers, random: np.random.Generator) -> Pairs:
        """Some captions of each chosen photo; fewer where it has fewer."""
        texts: list[int] = []
        owner: list[int] = []
        for place, photo in enumerate(chosen):
            own = self.captions[photo]
            some = random.choice(own, min(self.texts_each, len(own)), replace=False)
            texts += some.tolist()
            owner += [place] * len(some)
        return Pairs(chosen, texts, np.arange(len(chosen))[:, None] == np.array(owner)[None, :])


class LabelSampler:
    """Photos with a name; rarer names are drawn more often than their share.

    `alike` [L, L] says which names mean nearly the same: these are not pushed apart.
    """

    def __init__(
        self,
        photos: Choice,
        labels: Choice,
        sentences: Sequence[Sequence[Choice]],
        *,
        batch: int,
        power: float = -0.5,
        alike: NDArray[np.bool_] | None = None,
    ) -> None:
        self.photos, self.labels = np.asarray(photos), np.asarray(labels)
        self.sentences = sentences  # for each photo: kinds of sentence, each a choice of numbers
        self.batch, self.alike = batch, alike
        odds = np.bincount(self.labels)[self.labels] ** power
        self.odds = odds / odds.sum()

    def draw(self, random: np.random.Generator) -> Pairs:
        """A batch, each photo with one sentence; those of the same name match."""
        rows = random.choice(len(self.photos), self.batch, p=self.odds)
        texts = [_any(_any(self.sentences[row], random), random) for row in rows]
        labels = self.labels[rows]
        same = labels[:, None] == labels[None, :]
        ignored = None if self.alike is None else self.alike[np.ix_(labels, labels)] & ~same
        return Pairs(self.photos[rows], texts, same, ignored)


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


class SentenceSampler:
    """Sentences without photos, of which teachers say how well they describe the others."""

    def __init__(self, sentences: Choice, *, batch: int) -> None:
        self.sentences = np.asarray(sentences)  # numbers in the text bank
        self.batch = batch

    def draw(self, random: np.random.Generator) -> Numbers:
        """A batch of different sentences, by their numbers in the text bank: [M]."""
        return random.permutation(self.sentences)[: self.batch]


def _any(choices: Sequence[T], random: np.random.Generator) -> T:
    return choices[int(random.integers(len(choices)))]
