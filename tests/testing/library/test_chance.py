"""Draws: the same under every version of Python, and as often as they should be."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from photosearch.testing.library.chance import Chance, Wheel


def test_a_stream_gives_the_numbers_that_it_always_gave() -> None:
    chance = Chance(1, "test")
    assert [chance.below(1000) for _ in range(5)] == [62, 622, 205, 79, 425]
    assert Chance(1, "test").shuffled("abcdef") == list("bcefda")


def test_streams_of_other_seeds_and_purposes_differ() -> None:
    streams = [Chance(1, "a"), Chance(2, "a"), Chance(1, "b")]
    assert len({tuple(stream.below(10**6) for _ in range(3)) for stream in streams}) == 3


@given(st.integers(0, 2**40), st.integers(-5, 5), st.integers(0, 9))
def test_whole_numbers_stay_within_their_bounds(seed: int, least: int, more: int) -> None:
    chance = Chance(seed, "bounds")
    found = {chance.between(least, least + more) for _ in range(20)}
    assert found <= set(range(least, least + more + 1))


@given(st.lists(st.integers(), max_size=30), st.integers(0, 99))
def test_shuffling_loses_nothing(values: list[int], seed: int) -> None:
    assert sorted(Chance(seed, "deck").shuffled(values)) == sorted(values)


def test_a_count_has_its_mean() -> None:
    chance = Chance(3, "count")
    drawn = Counter(chance.count(2.25) for _ in range(4000))
    assert set(drawn) == {2, 3}
    assert abs(drawn[3] / 4000 - 0.25) < 0.03


def test_a_wheel_draws_by_weight() -> None:
    chance, wheel = Chance(4, "wheel"), Wheel([1, 0, 3])
    drawn = Counter(wheel.draw(chance) for _ in range(4000))
    assert set(drawn) == {0, 2}
    assert abs(drawn[2] / 4000 - 0.75) < 0.03


def test_days_are_heavy_tailed() -> None:
    chance = Chance(5, "heavy")
    drawn = sorted(chance.heavy() for _ in range(4000))
    assert 1 <= drawn[0] < drawn[2000] < 2 < 20 < drawn[-1] <= 40
