"""Embeddings cut to fewer values."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.encoder import choose_width, cut, named_space
from photosearch.errors import UsageError


def test_no_wish_means_the_widest() -> None:
    assert choose_width(None, (512, 256)) == 512


def test_an_unknown_width_lists_the_known() -> None:
    with pytest.raises(UsageError, match="got 100, expected one of 512, 256"):
        choose_width(100, (512, 256))


def test_a_cut_vector_points_where_its_beginning_did() -> None:
    vectors = np.array([[0.6, 0.0, 0.8, 0.0]], np.float32)
    assert cut(vectors, 2).tolist() == [[1.0, 0.0]]


def test_a_beginning_of_zeros_stays_finite() -> None:
    assert cut(np.array([[0.0, 0.0, 1.0]], np.float32), 2).tolist() == [[0.0, 0.0]]


def test_each_width_is_a_space_of_its_own() -> None:
    assert named_space("ab", 512, (512, 256)) == "ab"
    assert named_space("ab", 256, (512, 256)) == "ab/256"
