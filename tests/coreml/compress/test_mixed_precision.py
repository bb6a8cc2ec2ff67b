"""The bits of each layer under a budget."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.coreml.compress.calibration_set import CalibrationSet
from photosearch.coreml.compress.mixed_precision import (
    Key,
    Losses,
    MixedPrecisionSearch,
    Sizes,
    choose,
    disorder,
    least_bytes,
)
from photosearch.coreml.compress.quantizers import BITS, Bits, quantized_bytes
from photosearch.coreml.families.convertible import open_model
from photosearch.errors import UsageError
from photosearch.progress import Progress, silent
from tests.coreml.towers import random_pixels

A, B = ("image", "a"), ("text", "b")
BYTES: dict[Bits, int] = {"fp16": 200, "int8": 100, "palette6": 75, "palette4": 50}
SIZES: Sizes = {A: BYTES, B: BYTES}


def losses(**by_group: tuple[float, float, float]) -> Losses:
    """Of int8, palette6 and palette4; fp16 loses nothing."""
    keys = {"a": A, "b": B}
    return {
        keys[name]: dict(zip(BITS, (0.0, *each), strict=True)) for name, each in by_group.items()
    }


def size(choice: dict[Key, Bits]) -> int:
    return sum(SIZES[key][bits] for key, bits in choice.items())


def test_with_room_for_all_nothing_is_narrowed() -> None:
    found = choose(losses(a=(0.1, 0.2, 0.3), b=(0.1, 0.2, 0.3)), SIZES, 400)
    assert found == {A: "fp16", B: "fp16"}


def test_what_loses_least_becomes_narrow() -> None:
    found = choose(losses(a=(0.001, 0.002, 0.003), b=(0.1, 0.2, 0.3)), SIZES, 250)
    assert found == {A: "palette4", B: "fp16"}


def test_a_width_that_costs_more_than_a_narrower_one_is_passed_over() -> None:
    found = choose(losses(a=(0.9, 0.9, 0.01), b=(0.2, 0.5, 0.9)), SIZES, 250)
    assert found[A] == "palette4"


def test_what_costs_nothing_is_narrowed_no_further_than_it_has_to_be() -> None:
    found = choose(losses(a=(0.0, 0.0, 0.0), b=(0.1, 0.2, 0.3)), SIZES, 300)
    assert found == {A: "int8", B: "fp16"}


def test_what_is_left_over_goes_where_it_helps() -> None:
    cheap_at_last = losses(a=(0.5, 0.5, 0.01), b=(0.6, 0.7, 0.012))
    assert size(choose(cheap_at_last, SIZES, 250)) == 250


figures = st.tuples(*[st.floats(-0.1, 1.0)] * 3)


@given(a=figures, b=figures, limit=st.integers(least_bytes(SIZES), 450))
def test_the_limit_is_kept_whatever_the_losses(
    a: tuple[float, float, float], b: tuple[float, float, float], limit: int
) -> None:
    assert size(choose(losses(a=a, b=b), SIZES, limit)) <= limit


def test_order_kept_is_no_loss() -> None:
    scores = np.random.default_rng(0).standard_normal((5, 60)).astype(np.float32)
    assert disorder(scores * 3 + 1, scores) == 0
    assert disorder(-scores, scores) == 1


def test_one_pair_turned_round_is_its_share_of_all_pairs() -> None:
    reference = np.arange(60, 0, -1, dtype=np.float32)[None]
    scores = reference.copy()
    scores[0, [9, 10]] = scores[0, [10, 9]]  # the tenth and the eleventh
    assert disorder(scores, reference) == pytest.approx(1 / (10 * 50))


def test_order_within_the_best_does_not_count() -> None:
    reference = np.arange(60, 0, -1, dtype=np.float32)[None]
    scores = reference.copy()
    scores[0, [0, 9]] = scores[0, [9, 0]]
    assert disorder(scores, reference) == 0


@pytest.fixture(scope="module")
def search(mobileclip_b: Path) -> MixedPrecisionSearch:
    source = open_model(mobileclip_b)
    ids = tuple((514, *range(start, start + 4), 515) for start in range(10, 40, 3))
    return MixedPrecisionSearch(
        source, CalibrationSet(random_pixels(source.image.spec.size, 12), ids)
    )


@pytest.mark.parametrize("bits", ["int8", "palette6"])
def test_the_recipe_loses_less_than_one_width_for_all_of_the_same_size(
    search: MixedPrecisionSearch, bits: Bits
) -> None:
    uniform = search.loss(dict.fromkeys(search.sizes, bits))
    budget = sum(each[bits] for each in search.sizes.values())
    found = search.find(budget + 1000, 1000, silent)
    assert found.loss <= uniform
    chosen = found.allocation["image"] | found.allocation["text"]
    shapes = {
        name: search.towers[side].values(name).shape
        for side, each in found.allocation.items()
        for name in each
    }
    taken = [quantized_bytes(shapes[name], chosen[name]) for name in shapes]
    assert sum(taken) <= budget


def test_a_budget_that_cannot_be_met_names_the_least(search: MixedPrecisionSearch) -> None:
    with pytest.raises(UsageError, match=r"got 0\.01 MB, expected at least (\d+\.\d\d) MB") as said:
        search.find(10_000, 0, silent)
    least = float(str(said.value).split()[-2])
    found = search.find(round(least * 1e6), 0, silent)
    assert set(found.by_fingerprint.values()) == {"palette4"}


def test_progress_reaches_its_end_twice(search: MixedPrecisionSearch) -> None:
    heard: list[Progress] = []
    search.find(10**9, 0, heard.append)
    last = [now for now in heard if now.done == now.total]
    assert len(last) == 2
    assert [now.done for now in heard] == 2 * list(range(1, len(heard) // 2 + 1))
