"""Distances between embeddings, against loops and by hand; largest values; limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.coreml.mil.dtypes import BY_NAME, Array
from photosearch.coreml.mil.program import Function, Named, Op
from photosearch.coreml.mil.values import TensorType
from photosearch.verify.measures import (
    LIMITS,
    Watch,
    agreement,
    direction,
    largest,
    limits_of,
    overlap,
    spread,
    squared,
)

Vectors = NDArray[np.float64]


def vectors(seed: int, count: int = 7) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, 5))


def test_the_spread_is_the_distance_from_the_mean() -> None:
    corners = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    assert spread(corners + 7) == pytest.approx(math.sqrt(2))


def test_vectors_that_are_alike_have_no_spread() -> None:
    assert spread(np.ones((4, 3))) == 0


def test_an_error_is_a_distance_in_units_of_the_spread() -> None:
    wanted = np.array([[2.0, 0], [-2, 0]])
    found = agreement(["a", "b"], np.array([[2.0, 1], [-2, 0]]), wanted)
    assert found.spread == pytest.approx(2)
    assert found.errors == pytest.approx((0.5, 0))
    assert found.error == pytest.approx(0.5 / math.sqrt(2))


def test_equal_vectors_have_no_error_and_the_same_direction() -> None:
    found = agreement([str(i) for i in range(7)], vectors(0), vectors(0))
    assert found.error == 0
    assert found.direction == pytest.approx(1)


def test_as_far_off_as_another_input_is_an_error_of_about_one() -> None:
    wanted = vectors(0, 400)
    found = agreement([""] * 400, np.roll(wanted, 1, axis=0), wanted)
    assert found.error == pytest.approx(math.sqrt(2), rel=0.1)


def test_the_direction_is_the_mean_cosine_of_all_differences() -> None:
    ours, theirs = vectors(1), vectors(2)
    cosines = []
    for i, j in combinations(range(7), 2):
        a, b = ours[i] - ours[j], theirs[i] - theirs[j]
        cosines.append(float(a @ b) / math.hypot(*a) / math.hypot(*b))
    assert direction(ours, theirs) == pytest.approx(sum(cosines) / len(cosines))


def test_pairs_that_torch_embeds_alike_do_not_count() -> None:
    wanted = np.array([[0.0, 0], [0, 0], [1, 0]])
    found = np.array([[0.0, 0], [0, 1e-3], [1, 0]])
    assert direction(found, wanted) == pytest.approx(1, abs=1e-5)


def test_all_alike_has_no_direction() -> None:
    assert direction(np.ones((3, 2)), vectors(0, 3)[:, :2]) == 0
    assert direction(vectors(0, 3), np.ones((3, 5))) == 0


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_not_finite_is_an_infinite_error(wrong: float) -> None:
    found = vectors(0)
    found[3, 2] = wrong
    result = agreement([""] * 7, found, vectors(0))
    assert result.errors[3] == result.error == math.inf
    assert result.direction == 0


def test_overlap_is_the_share_of_the_best_that_is_the_same() -> None:
    wanted = np.arange(20.0)[None, :]
    found = wanted.copy()
    found[0, :3] = [100, 101, 102]  # three of the last are now first
    assert overlap(found, wanted) == pytest.approx(0.7)


def test_equal_rankings_overlap_in_full_whatever_the_scores() -> None:
    scores = np.random.default_rng(0).random((4, 30))
    assert overlap(scores**3 - 5, scores) == 1


def test_of_few_choices_fewer_are_compared() -> None:
    """Ten of ten are always the same; of five of ten, reversed, none is."""
    wanted = np.arange(10.0)[None, :]
    assert overlap(-wanted, wanted) == 0


HALF = TensorType(BY_NAME["fp16"], (1, 4))


def op(kind: str, index: int, **inputs: str) -> Op:
    sources = {name: (each,) for name, each in inputs.items()}
    return Op(kind, index, "main", sources, (Named(f"v{index}", HALF),))


def function(ops: Sequence[Op]) -> Function:
    return Function("main", "CoreML7", (Named("x", HALF),), tuple(ops), (f"v{len(ops) - 1}",))


def watched(ops: Sequence[Op], *runs: Mapping[int, Sequence[float]]) -> Watch:
    watch = Watch()
    for run in runs:
        for index, values in run.items():
            watch(ops[index], {f"v{index}": np.array(values, np.float32)})
    return watch


OPS = [op("relu", 0, x="x"), op("mul", 1, x="v0", y="v0"), op("add", 2, x="v1", y="x")]


def test_the_largest_value_over_all_runs_is_kept() -> None:
    watch = watched(OPS, {0: [1, -9], 1: [0]}, {0: [4, 4], 1: [-2]})
    assert [each.largest for each in watch.ranges(function(OPS))] == [9, 2]


def test_ranges_are_in_the_programs_order_with_names_and_types() -> None:
    watch = watched(OPS, {2: [1], 0: [1], 1: [1]})
    found = [(each.op, each.type) for each in watch.ranges(function(OPS))]
    assert found == [("v0", "relu"), ("v1", "mul"), ("v2", "add")]


def test_the_first_that_is_not_finite_is_named_whenever_it_came() -> None:
    watch = watched(OPS, {0: [1], 1: [1], 2: [math.inf]}, {0: [1], 1: [math.nan], 2: [1]})
    first = watch.first_not_finite()
    assert first is not None
    assert "mul 'v1'" in first


def test_finite_values_have_no_first() -> None:
    assert watched(OPS, {0: [65504]}).first_not_finite() is None


def test_a_value_that_was_not_finite_once_stays_so() -> None:
    watch = watched(OPS, {0: [math.nan]}, {0: [3]})
    assert not math.isfinite(watch.ranges(function(OPS))[0].largest)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([-3.0, 2], 3), ([], 0), ([1, math.inf], math.inf)],
)
def test_the_largest_of_an_array(values: list[float], expected: float) -> None:
    assert largest(np.array(values, np.float32)) == expected


def test_truth_values_have_no_range() -> None:
    array: Array = np.array([True])
    assert largest(array) == 0


def test_what_is_multiplied_by_itself_or_normalised_is_squared() -> None:
    norm = op("layer_norm", 3, x="v2")
    assert squared(function([*OPS, norm])) == {"v0", "v2"}
    assert [each.squared for each in watched(OPS, {0: [1], 1: [1]}).ranges(function(OPS))] == [
        True,
        False,
    ]


def test_fewer_bits_are_allowed_more() -> None:
    order = [limits_of(name) for name in ("fp16", "int8", "palette6", "palette4")]
    errors = [each.error for each in order]
    assert errors == sorted(errors)
    assert [each.overlap for each in order] == sorted((x.overlap for x in order), reverse=True)
    assert set(LIMITS) == {"fp16", "int8", "mixed", "palette6", "palette4"}
