"""Texts in batches of like length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.errors import UsageError
from photosearch.models.texts import TEXTS, check_texts, in_batches


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
