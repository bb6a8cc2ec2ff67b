"""What a step draws."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.train.samplers import (
    NOISES,
    CaptionSampler,
    CategorySampler,
    ClassSampler,
    LabelSampler,
)

PHOTOS = 6


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def captions(texts_each: int = 2, batch: int = 4) -> CaptionSampler:
    """Sentences 3p, 3p + 1 and 3p + 2 are about photo p."""
    about = [[3 * photo + i for i in range(3)] for photo in range(PHOTOS)]
    return CaptionSampler(range(PHOTOS), about, batch=batch, texts_each=texts_each)


def test_the_captions_of_a_photo_are_drawn_without_repetition(random: np.random.Generator) -> None:
    drawn = captions(texts_each=3).draw(np.arange(4), random)
    assert sorted(drawn.texts) == list(range(12))


def test_a_caption_belongs_to_its_own_photo_alone(random: np.random.Generator) -> None:
    drawn = captions().draw(np.array([4, 2]), random)
    assert drawn.photos.tolist() == [4, 2]
    owners = np.array(drawn.texts) // 3
    assert np.array_equal(drawn.positive, drawn.photos[:, None] == owners[None, :])


@pytest.mark.parametrize("batch", [1, 2, 3, 6, 9])
def test_every_photo_comes_once_in_an_epoch(batch: int) -> None:
    sampler = captions(batch=batch)
    steps = PHOTOS // min(batch, PHOTOS)
    for epoch in range(3):
        chosen = [sampler.chosen(epoch * steps + step, (0, 1)) for step in range(steps)]
        assert sorted(np.concatenate(chosen)) == list(range(PHOTOS))


def test_what_does_not_fill_a_batch_waits_for_another_epoch() -> None:
    chosen = [captions(batch=4).chosen(step, (0, 1)) for step in range(40)]  # two of six wait
    assert all(len(set(photos)) == 4 for photos in chosen)
    assert set(np.concatenate(chosen)) == set(range(PHOTOS))


def test_each_epoch_and_each_seed_has_an_order_of_its_own() -> None:
    sampler = captions(batch=PHOTOS)
    orders = [tuple(sampler.chosen(epoch, (seed, 1))) for epoch in range(4) for seed in range(2)]
    assert len(set(orders)) > 6


def test_near_synonyms_are_neither_right_nor_wrong(random: np.random.Generator) -> None:
    alike = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], np.bool_)
    sampler = LabelSampler([2, 3, 4], [0, 1, 2], [[[0]], [[1]], [[2]]], batch=20, alike=alike)
    drawn = sampler.draw(random)
    assert drawn.ignored is not None
    for row, photo in enumerate(drawn.photos - 2):
        for column, text in enumerate(drawn.texts):
            assert drawn.positive[row, column] == (photo == text)
            assert drawn.ignored[row, column] == (photo != text and alike[photo, text])


def test_a_name_is_drawn_by_the_root_of_its_count() -> None:
    sampler = LabelSampler(range(5), [0, 0, 0, 0, 1], [[[0]]] * 5, batch=4)
    by_label = np.bincount([0, 0, 0, 0, 1], sampler.odds)
    assert by_label == pytest.approx(np.array([2, 1]) / 3)


def test_every_photo_of_a_name_matches_every_sentence_of_it(random: np.random.Generator) -> None:
    sampler = LabelSampler([2, 3, 4], [7, 7, 8], [[[2]], [[3]], [[4]]], batch=20)
    drawn = sampler.draw(random)
    is_eight = np.array(drawn.texts) == 4
    assert np.array_equal(is_eight, drawn.photos == 4)
    assert np.array_equal(drawn.positive, is_eight[:, None] == is_eight[None, :])


def test_a_class_is_drawn_once_under_one_of_its_names(random: np.random.Generator) -> None:
    sampler = ClassSampler([[[3 * n], [3 * n + 1, 3 * n + 2]] for n in range(5)], batch=4)
    drawn = sampler.draw(random)
    assert len(set(drawn.classes)) == 4
    assert [text // 3 for text in drawn.texts] == drawn.classes.tolist()
    assert drawn.noise in NOISES


def test_categories_are_drawn_once_each(random: np.random.Generator) -> None:
    drawn = CategorySampler(range(10, 16), batch=4).draw(random)
    assert len(set(drawn)) == 4
    assert set(drawn) <= set(range(6))


def test_the_same_seed_draws_the_same() -> None:
    first, again = (captions().draw(np.arange(4), np.random.default_rng(3)) for _ in range(2))
    assert first.texts == again.texts
