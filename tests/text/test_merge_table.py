"""The merging step against the plainest possible one."""

from __future__ import annotations

import random
from itertools import pairwise

from photosearch.text.merge_table import Merges, merge


def _plain_merge(symbols: list[int], merges: Merges) -> list[int]:
    """Looks at every pair each time; only for merges that each make a piece of their own."""
    ids = list(symbols)
    while True:
        found = [
            (merges[pair][0], place, merges[pair][1])
            for place, pair in enumerate(pairwise(ids))
            if pair in merges
        ]
        if not found:
            return ids
        _, place, joined = min(found)
        ids[place : place + 2] = [joined]


def test_random_merges_are_like_plain_ones() -> None:
    draw = random.Random(0)
    merges: Merges = {}
    for new in range(4, 60):
        merges[draw.randrange(new), draw.randrange(new)] = (draw.randrange(1000), new)
    for _ in range(500):
        word = draw.choices(range(4), k=draw.randrange(1, 40))
        assert merge(word, merges) == _plain_merge(word, merges)


def test_the_leftmost_of_equal_pairs_goes_first() -> None:
    assert merge([0, 0, 0], {(0, 0): (0, 1)}) == [1, 0]


def test_the_pair_learned_first_goes_first() -> None:
    assert merge([0, 1, 2], {(0, 1): (1, 3), (1, 2): (0, 4)}) == [0, 4]


def test_a_hundred_thousand_symbols_take_no_more_than_moments() -> None:
    merges: Merges = {(0, 0): (0, 1), (1, 1): (1, 2), (2, 2): (2, 3)}
    assert merge([0] * 100_000, merges) == [3] * 12_500


def test_nothing_to_merge() -> None:
    assert merge([], {}) == []
    assert merge([7], {}) == [7]
