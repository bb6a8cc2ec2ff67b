"""Texts in batches of like length. Shape legend: N texts, D embedding width."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import UsageError

TEXTS = 64  # per forward pass


def check_texts(texts: Iterable[str]) -> list[str]:
    """The texts, from whatever gives them one by one.

    Raises UsageError for anything else, a lone string too, and for the first that is no string.
    """
    listed = list_texts(texts)
    for place, text in enumerate(listed):
        if not isinstance(text, str):
            got = f"{type(text).__name__} at place {place}"
            raise UsageError(f"texts: got {got}, expected a list of strings")
    return listed


def list_texts(texts: object) -> list[Any]:
    """Each of several, read once. Raises UsageError for what cannot be several texts."""
    if isinstance(texts, str):
        got = f"the string {texts[:20]!r}"
    elif isinstance(texts, np.ndarray) and (texts.dtype.kind not in "OU" or not texts.ndim):
        got = f"an array {texts.dtype} {list(texts.shape)}"
    elif isinstance(texts, bytes | bytearray | memoryview) or not isinstance(texts, Iterable):
        got = type(texts).__name__
    else:
        return list(texts)
    raise UsageError(f"texts: got {got}, expected a list of strings")


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
