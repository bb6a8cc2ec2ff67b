"""The fake encoder, which knows colours only."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest

import photosearch.testing
from photosearch.encoder import Encoder
from photosearch.errors import ShapeError, UsageError
from photosearch.testing import COLORS, DRAWINGS, FakeEncoder, draw_photo, draw_photos


def test_the_docstring_is_true() -> None:
    assert doctest.testmod(photosearch.testing).failed == 0


def test_the_fake_is_an_encoder() -> None:
    assert isinstance(FakeEncoder(), Encoder)


@pytest.mark.parametrize("dim", [8, 9, 32, 200])
def test_words_find_the_drawing_of_their_colors(tmp_path: Path, dim: int) -> None:
    photos = draw_photos(tmp_path)
    encoder = FakeEncoder(dim=dim)
    images = encoder.encode_images(list(photos.values()))
    assert images.shape == (len(DRAWINGS), dim)
    np.testing.assert_allclose(np.linalg.norm(images, axis=1), 1, atol=1e-6)
    best = (encoder.encode_texts(list(photos)) @ images.T).argmax(axis=1)
    assert best.tolist() == list(range(len(DRAWINGS)))


def test_every_text_is_a_unit_vector() -> None:
    texts = ["", "a dog", "red", "RED, blue!", "🐕", "no colors at all here"]
    vectors = FakeEncoder(dim=12).encode_texts(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_wider_fake_tells_layouts_apart() -> None:
    upper, lower = (np.zeros((1, 32, 32, 3), np.uint8) for _ in range(2))
    upper[:, :16], lower[:, 16:] = 255, 255
    narrow, wide = FakeEncoder(), FakeEncoder(dim=16)
    assert np.allclose(narrow.encode_pixels(upper), narrow.encode_pixels(lower))
    assert not np.allclose(wide.encode_pixels(upper), wide.encode_pixels(lower))


def test_it_counts_the_photos_it_embedded() -> None:
    encoder = FakeEncoder()
    encoder.encode_images([draw_photo(text) for text in DRAWINGS])
    assert encoder.photos_encoded == len(DRAWINGS)


def test_fakes_of_different_width_or_name_are_different_spaces() -> None:
    fakes = (FakeEncoder(), FakeEncoder(dim=9), FakeEncoder(name="other"))
    assert len({encoder.space for encoder in fakes}) == 3


def test_it_refuses_what_real_ones_refuse() -> None:
    with pytest.raises(ShapeError):
        FakeEncoder().encode_pixels(np.zeros((1, 8, 8, 3), np.uint8))
    with pytest.raises(UsageError):
        FakeEncoder().encode_texts("red")


def test_it_needs_room_for_the_colors() -> None:
    with pytest.raises(UsageError, match="got 4, expected at least 8"):
        FakeEncoder(dim=4)


def test_its_tokenizer_gives_one_id_a_word() -> None:
    ids = FakeEncoder().tokenizer.encode("red Red, dog")
    assert (len(ids), ids[0], ids[-1]) == (5, 1, 2)
    assert ids[1] == ids[2] != ids[3]


def test_there_are_eight_colors() -> None:
    assert len(set(COLORS)) == 8
