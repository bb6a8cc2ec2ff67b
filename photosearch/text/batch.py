"""Token lists to the array that a text tower reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import UsageError


def pad(rows: Sequence[Sequence[int]], *, pad_id: int) -> NDArray[np.int32]:
    """Rows of ids to int32 [N, T], padded on the right to the longest."""
    width = max(map(len, rows), default=0)
    batch = np.full((len(rows), width), pad_id, dtype=np.int32)
    for index, row in enumerate(rows):
        batch[index, : len(row)] = row
    return batch


def check_context(context: int) -> int:
    """The context itself. Raises UsageError if start and end would not fit."""
    if context < 2:
        raise UsageError(f"context: got {context} tokens, expected at least 2 (start and end)")
    return context
