"""Largest values, operation by operation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from photosearch.coreml.mil.dtypes import BY_NAME, Array
from photosearch.coreml.mil.program import Function, Named, Op
from photosearch.coreml.mil.values import TensorType
from photosearch.verify.ranges import Watch, largest, squared

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
