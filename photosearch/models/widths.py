"""Embeddings cut to fewer values, where the model was trained for it (Matryoshka).

Kusupati et al. 2022, arXiv:2205.13147. Shape legend: N photos or texts, D width.
"""

from __future__ import annotations

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import UsageError

_TINY = np.float32(1e-12)


def choose_width(width: int | None, widths: tuple[int, ...]) -> int:
    """The width to use; None is the widest. Raises UsageError if the model has no such width."""
    if width is None:
        return widths[0]
    if width not in widths:
        listed = ", ".join(map(str, widths))
        raise UsageError(f"embedding width: got {width}, expected one of {listed}")
    return width


def named_space(space: str, width: int, widths: tuple[int, ...]) -> str:
    """Vectors of two widths are never compared, so a cut embedding has a space of its own."""
    return space if width == widths[0] else f"{space}/{width}"


def cut(vectors: Floats, width: int) -> Floats:
    """The first values, made unit again: [N, D] -> [N, width]."""
    if vectors.shape[1] == width:
        return vectors
    head = vectors[:, :width]
    norm = np.linalg.norm(head, axis=1, keepdims=True)
    return np.asarray(head / np.maximum(norm, _TINY), np.float32)
