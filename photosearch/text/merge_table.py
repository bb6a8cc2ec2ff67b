"""The merging step of byte-pair encoding.

R. Sennrich, B. Haddow and A. Birch, "Neural machine translation of rare words with subword units"
(2016). A heap instead of a scan, so that a word of n symbols takes n log n steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import TypeAlias

Merges: TypeAlias = dict[tuple[int, int], tuple[int, int]]  # pair of ids -> rank, merged id
_GONE = -1


def merge(symbols: Sequence[int], merges: Merges) -> list[int]:
    """Joins neighbours until none can be joined: the lowest rank first, then the leftmost.

    A pair that was queued before one of its sides changed is passed over, unless what stands
    there now merges to the same piece: as the reference does.
    """
    ids, end = list(symbols), len(symbols)
    after, before = list(range(1, end + 1)), list(range(-1, end - 1))
    queue: list[tuple[int, int, int]] = []  # rank, place of the left side, merged id

    def offer(left: int, right: int) -> None:
        found = merges.get((ids[left], ids[right])) if left >= 0 and right < end else None
        if found:
            heappush(queue, (found[0], left, found[1]))

    for place in range(end - 1):
        offer(place, place + 1)
    while queue:
        _, left, joined = heappop(queue)
        right = after[left]
        if ids[left] == _GONE or right >= end:
            continue
        if merges.get((ids[left], ids[right]), (0, _GONE))[1] != joined:
            continue
        ids[left], ids[right], after[left] = joined, _GONE, after[right]
        if after[left] < end:
            before[after[left]] = left
        offer(before[left], left)
        offer(left, after[left])
    return [symbol for symbol in ids if symbol != _GONE]
