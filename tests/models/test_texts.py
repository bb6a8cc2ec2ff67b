"""Texts in batches of like length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.errors import UsageError
from photosearch.models.texts import TEXTS, check_texts, in_batches
from photosearch.testing import FakeEncoder


def test_the_order_is_kept_and_like_lengths_go_together() -> None:
    spread: list[int] = []

    def lengths(texts: Sequence[str]) -> Floats:
        spread.append(len(texts[-1]) - len(texts[0]))
        return np.array([[len(text)] for text in texts], np.float32)

    texts = ["x" * (i * 7 % 100) for i in range(3 * TEXTS)]
    assert in_batches(texts, lengths, dim=1)[:, 0].tolist() == [len(text) for text in texts]
    assert max(spread) <= 40


def test_a_lone_string_is_refused() -> None:
    with pytest.raises(UsageError, match="got the string 'dog'"):
        check_texts("dog")


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (None, "got NoneType"),
        (5, "got int"),
        (b"x", "got bytes"),
        ([3], "got int at place 0"),
        (["a", None], "got NoneType at place 1"),
        ([b"x"], "got bytes at place 0"),
        (np.zeros(3, np.float32), r"got an array float32 \[3\]"),
        (np.array("dog"), r"got an array <U3 \[\]"),
    ],
)
def test_what_is_no_list_of_strings_is_named(given: Any, got: str) -> None:
    with pytest.raises(UsageError, match=f"texts: {got}, expected a list of strings"):
        FakeEncoder().encode_texts(given)


def test_texts_may_come_one_by_one() -> None:
    assert check_texts(text for text in ["a", "b"]) == ["a", "b"]
