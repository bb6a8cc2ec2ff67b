"""Padding."""

from __future__ import annotations

import numpy as np

from photosearch.text.batch import pad


def test_rows_are_padded_on_the_right_to_the_longest() -> None:
    assert pad([[1], [2, 3]], pad_id=7).tolist() == [[1, 7], [2, 3]]


def test_no_rows_are_an_empty_batch() -> None:
    batch = pad([], pad_id=0)
    assert batch.shape == (0, 0)
    assert batch.dtype == np.int32
