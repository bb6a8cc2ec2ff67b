"""Texts in batches of like length. Shape legend: N texts, D embedding width."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import UsageError

TEXTS = 64  # per forward pass


def check_texts(texts: Sequence[str]) -> Sequence[str]:
    """The texts. Raises UsageError for a lone string, which is a sequence of letters."""
    if isinstance(texts, str):
        raise UsageError(f"texts: got the string {texts[:20]!r}, expected a list of strings")
    return texts


def in_batches(
    texts: Sequence[str], encode: Callable[[Sequence[str]], Floats], *, dim: int
) -> Floats:
    """Encodes short texts with short ones, to save padding: float32 [N, D] in the given order."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    vectors = np.empty((len(texts), dim), np.float32)
    for start in range(0, len(order), TEXTS):
        chosen = order[start : start + TEXTS]
        vectors[chosen] = encode([texts[index] for index in chosen])
    return vectors
