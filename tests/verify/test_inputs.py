"""What every verification runs on."""

from __future__ import annotations

import pytest

from photosearch.verify.inputs import TEXTS, photos

pytest.importorskip("skimage")
pytest.importorskip("sklearn")


def test_there_are_enough_photos_and_texts_to_rank() -> None:
    assert len(photos()) >= 30
    assert len(TEXTS) >= 40


def test_no_photo_and_no_text_comes_twice() -> None:
    assert len({each.picture.resize((32, 32)).tobytes() for each in photos()}) == len(photos())
    assert len({each.name for each in photos()}) == len(photos())
    assert len(set(TEXTS)) == len(TEXTS)


def test_the_photos_that_controls_use_are_in_colour() -> None:
    colour = {each.name for each in photos() if each.colour}
    assert {"astronaut", "coffee", "chelsea"} <= colour
    assert not {"camera", "moon", "page"} & colour
    assert len(colour) >= 8


def test_texts_are_short_and_long_and_in_several_alphabets() -> None:
    lengths = [len(text) for text in TEXTS]
    assert min(lengths) < 5
    assert max(lengths) > 150
    assert any(not text.isascii() for text in TEXTS)
