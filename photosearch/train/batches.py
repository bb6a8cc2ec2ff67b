"""What a step of training looks at, prepared on other threads while the step before it computes.

Everything in a batch follows from the seed and the number of its step, so that a run that goes on
after an interruption sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from photosearch.train.pictures import Bytes, Pictures, Recolour, draw_recolour
from photosearch.train.samplers import (
    CaptionSampler,
    CategorySampler,
    ClassDraw,
    ClassSampler,
    LabelSampler,
    Numbers,
    Pairs,
    SentenceSampler,
)
from photosearch.train.texts import TextBank, drop_words

_ORDER, _DRAWN, _CROPPED = 1, 2, 3  # streams of random numbers
_AHEAD = 2  # batches in memory


@dataclass(frozen=True)
class Batch:
    """One step's photos and sentences. The captioned photos come first, then the labelled ones.

    A part of which the data folder has nothing is None.
    """

    captioned: Pairs | None
    labelled: Pairs | None
    classes: ClassDraw | None
    categories: Numbers | None
    sentences: Numbers | None  # in the text bank
    pixels: Bytes  # uint8 [N, S, S, 3]
    recolour: Recolour
    ids: Sequence[Sequence[int]]  # of captions, names, classes, categories and sentences

    @property
    def photos(self) -> Numbers:
        """The numbers of all photos: [N]."""
        pairs = (self.captioned, self.labelled)
        return np.concatenate([each.photos for each in pairs if each is not None])

    @property
    def described(self) -> Numbers:
        """The captions and the sentences, by their numbers in the text bank: [M]."""
        captions = () if self.captioned is None else self.captioned.texts
        return np.array([*captions, *(() if self.sentences is None else self.sentences)])

    @property
    def counts(self) -> list[int]:
        """How many of `ids` are captions, names, classes, categories and sentences."""
        of_photos = (self.captioned, self.labelled, self.classes)
        alone = (self.categories, self.sentences)
        return [
            *(0 if each is None else len(each.texts) for each in of_photos),
            *(0 if each is None else len(each) for each in alone),
        ]


@dataclass(frozen=True)
class Batches:
    """Draws batches by the number of their step."""

    captions: CaptionSampler | None
    labels: LabelSampler | None
    classes: ClassSampler | None
    categories: CategorySampler | None
    sentences: SentenceSampler | None
    pictures: Pictures
    bank: TextBank
    seed: int
    word_dropout: float

    def draw(self, step: int) -> Batch:
        """Raises ImageError for a photo that cannot be opened."""
        random = np.random.default_rng((self.seed, _DRAWN, step))
        captioned = self._captioned(step, random)
        labelled = self.labels.draw(random) if self.labels else None
        classes = self.classes.draw(random) if self.classes else None
        categories = self.categories.draw(random) if self.categories else None
        sentences = self.sentences.draw(random) if self.sentences else None
        photos = np.concatenate([each.photos for each in (captioned, labelled) if each is not None])
        return Batch(
            captioned=captioned,
            labelled=labelled,
            classes=classes,
            categories=categories,
            sentences=sentences,
            pixels=self.pictures.cropped(photos, (self.seed, _CROPPED, step)),
            recolour=draw_recolour(len(photos), self.pictures.config, random),
            ids=[
                *self._shortened(captioned, random),
                *self.bank.chosen(labelled.texts if labelled else []),
                *self.bank.chosen(classes.texts if classes else []),
                *self.bank.chosen(self._category_texts(categories)),
                *self.bank.chosen([] if sentences is None else sentences.tolist()),
            ],
        )

    def _captioned(self, step: int, random: np.random.Generator) -> Pairs | None:
        if self.captions is None:
            return None
        return self.captions.draw(self.captions.chosen(step, (self.seed, _ORDER)), random)

    def _shortened(self, pairs: Pairs | None, random: np.random.Generator) -> list[list[int]]:
        chosen = self.bank.chosen(pairs.texts if pairs else [])
        return [drop_words(ids, self.word_dropout, random) for ids in chosen]

    def _category_texts(self, categories: Numbers | None) -> list[int]:
        if self.categories is None or categories is None:
            return []
        return [self.categories.sentences[row] for row in categories]

    def ahead(self, first: int, end: int) -> Iterator[Batch]:
        """The batches of the steps `first` to `end` - 1, drawn before they are asked for."""
        with ThreadPoolExecutor(1, "batches") as thread:
            begun = range(first, min(first + _AHEAD, end))
            waiting = [thread.submit(self.draw, step) for step in begun]
            for step in range(first, end):
                batch = waiting.pop(0).result()
                if step + _AHEAD < end:
                    waiting.append(thread.submit(self.draw, step + _AHEAD))
                yield batch
