"""Batches by the number of their step."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import ImageError
from photosearch.train.batches import Batch, Batches
from photosearch.train.config import AugmentConfig
from photosearch.train.pictures import Pictures
from photosearch.train.samplers import (
    CaptionSampler,
    CategorySampler,
    ClassSampler,
    LabelSampler,
    SentenceSampler,
)
from photosearch.train.texts import TextBank

STEPS = 5
# The bank holds four sentences: a caption each of photos 0 to 3, two of which serve as names.
CAPTIONS, NAMES = [[0, 1], [1], [2, 3], [3]], [0, 2]


@pytest.fixture
def batches(photos: list[Path], bank: TextBank) -> Batches:
    return make(photos, bank)


def make(photos: list[Path], bank: TextBank, *, workers: int = 2, seed: int = 7) -> Batches:
    return Batches(
        captions=CaptionSampler(range(4), CAPTIONS, batch=2, texts_each=2),
        labels=LabelSampler([4, 5], [0, 1], [[[name]] for name in NAMES], batch=3),
        classes=ClassSampler([[[1]], [[2]], [[3]]], batch=2),
        categories=CategorySampler([3, 0, 1], batch=2),
        sentences=SentenceSampler([2, 0, 3], batch=2),
        pictures=Pictures(photos, AugmentConfig(side=32), workers=workers),
        bank=bank,
        seed=seed,
        word_dropout=0.3,
    )


def same(one: Batch, two: Batch) -> bool:
    colours = [
        (getattr(one.recolour, name), getattr(two.recolour, name)) for name in vars(one.recolour)
    ]
    return (
        np.array_equal(one.photos, two.photos)
        and np.array_equal(one.pixels, two.pixels)
        and list(one.ids) == list(two.ids)
        and all(bool((a == b).all()) for a, b in colours)
        and one.classes is not None
        and two.classes is not None
        and np.array_equal(one.classes.classes, two.classes.classes)
        and one.classes.noise == two.classes.noise
        and np.array_equal(one.categories, two.categories)  # type: ignore[arg-type]
        and np.array_equal(one.sentences, two.sentences)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("workers", [1, 4])
def test_the_same_seed_gives_the_same_batches_whatever_the_workers(
    photos: list[Path], bank: TextBank, batches: Batches, workers: int
) -> None:
    others = make(photos, bank, workers=workers)
    assert all(same(others.draw(step), batches.draw(step)) for step in range(STEPS))


def test_a_batch_does_not_depend_on_what_was_drawn_before(batches: Batches) -> None:
    expected = list(batches.ahead(0, STEPS))
    for first in range(STEPS):
        found = batches.ahead(first, STEPS)
        assert all(map(same, found, expected[first:]))


def test_batches_ahead_are_those_of_their_steps(batches: Batches) -> None:
    found = list(batches.ahead(1, STEPS))
    assert len(found) == STEPS - 1
    assert all(same(batch, batches.draw(step)) for step, batch in enumerate(found, start=1))


@pytest.mark.parametrize("first", [STEPS, STEPS + 1])
def test_behind_the_last_step_there_is_no_batch(batches: Batches, first: int) -> None:
    assert list(batches.ahead(first, STEPS)) == []


def test_another_seed_or_step_draws_something_else(
    photos: list[Path], bank: TextBank, batches: Batches
) -> None:
    assert not same(make(photos, bank, seed=8).draw(0), batches.draw(0))
    assert not same(batches.draw(1), batches.draw(0))


def test_captioned_photos_come_before_labelled_ones(batches: Batches) -> None:
    batch = batches.draw(0)
    assert batch.captioned is not None
    assert batch.labelled is not None
    assert batch.photos.tolist() == [*batch.captioned.photos, *batch.labelled.photos]
    assert set(batch.photos[:2]) <= set(range(4))
    assert set(batch.photos[2:]) <= {4, 5}
    assert len(batch.pixels) == len(batch.recolour.brightness) == len(batch.photos)


def test_texts_come_as_captions_names_classes_categories_and_sentences(
    batches: Batches, bank: TextBank
) -> None:
    whole = replace(batches, word_dropout=0.0)
    batch = whole.draw(2)
    assert batch.captioned is not None
    assert batch.labelled is not None
    assert batch.classes is not None
    assert batch.categories is not None
    assert batch.sentences is not None
    named = [[3, 0, 1][row] for row in batch.categories]
    parts = (batch.captioned.texts, batch.labelled.texts, batch.classes.texts)
    numbers = [*(text for part in parts for text in part), *named, *batch.sentences]
    assert list(batch.ids) == [bank.ids[number] for number in numbers]
    assert batch.counts == [*map(len, parts), 2, 2]
    assert batch.described.tolist() == [*parts[0], *batch.sentences]


def test_only_captions_lose_words(batches: Batches, bank: TextBank) -> None:
    always = replace(batches, word_dropout=1.0)
    batch = always.draw(0)
    assert batch.captioned is not None
    count = len(batch.captioned.texts)
    assert all(len(ids) == 3 for ids in batch.ids[:count])
    assert all(ids in bank.ids for ids in batch.ids[count:])


@pytest.mark.parametrize("part", ["captions", "labels", "classes", "categories", "sentences"])
def test_what_the_data_has_nothing_of_is_none(batches: Batches, part: str) -> None:
    lacking = {
        "captions": replace(batches, captions=None),
        "labels": replace(batches, labels=None),
        "classes": replace(batches, classes=None),
        "categories": replace(batches, categories=None),
        "sentences": replace(batches, sentences=None),
    }[part]
    batch = lacking.draw(0)
    fields = {"captions": "captioned", "labels": "labelled"}
    assert getattr(batch, fields.get(part, part)) is None
    assert len(batch.pixels) == len(batch.photos)
    place = ["captions", "labels", "classes", "categories", "sentences"].index(part)
    assert batch.counts[place] == 0
    assert len(batch.ids) == sum(batch.counts)


def test_a_photo_that_cannot_be_opened_is_said_where_batches_are_asked_for(
    photos: list[Path], bank: TextBank, tmp_path: Path
) -> None:
    broken = [*photos[:5], tmp_path / "gone.jpg"]
    with pytest.raises(ImageError, match=r"gone\.jpg"):
        list(make(broken, bank).ahead(0, STEPS))


def test_who_stops_asking_leaves_no_thread_behind(batches: Batches) -> None:
    asked = batches.ahead(0, 1000)
    next(asked)
    asked.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batches")]
