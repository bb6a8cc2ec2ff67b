"""Rules about leaving the Neural Engine."""

from __future__ import annotations

import math

import pytest

from photosearch.coreml.mil.program import Operand
from tests.coreml.lint.programs import constant, findings, named, op, rules, weight

IDS = named("ids", (1, 8), "int32")


def test_an_operation_in_four_axes_of_fp16_is_fine() -> None:
    assert rules(op("relu")) == []


@pytest.mark.parametrize(
    "kind",
    ["gather_nd", "scatter", "reduce_argmax", "select", "shape", "fill", "topk", "cumsum"],
)
def test_what_it_is_not_known_to_run_is_an_error_with_a_remedy(kind: str) -> None:
    (found,) = findings(op(kind))
    assert (found.rule, found.severity, found.op) == ("unsupported-operation", "error", kind)
    assert found.remedy
    assert found.source


def test_looking_up_words_is_an_error_that_is_accepted() -> None:
    table = weight("table", (100, 32))
    lookup = op("gather", (1, 8, 32), {"x": "table", "indices": "ids", "axis": constant(0)})
    (found,) = findings(table, lookup, given=IDS)
    assert (found.rule, found.severity, found.accepted) == ("embedding-lookup", "error", True)
    assert "fp16[100, 32]" in found.detail


@pytest.mark.parametrize("case", ["computed", "columns", "cube"])
def test_any_other_gather_is_not_accepted(case: str) -> None:
    table = weight("table", (100, 32, 2) if case == "cube" else (100, 32))
    source = "made" if case == "computed" else "table"
    made = op("relu", (100, 32), {"x": "table"}, name="made")
    axis = constant(1 if case == "columns" else 0)
    lookup = op("gather", (1, 8, 32), {"x": source, "indices": "ids", "axis": axis})
    found = findings(table, made, lookup, given=IDS)
    assert [(each.rule, each.accepted) for each in found] == [("unsupported-operation", False)]


@pytest.mark.parametrize(
    ("dtype", "rule"),
    [("int32", "integer-compute"), ("bool", "integer-compute"), ("fp32", "fp32-compute")],
)
def test_only_fp16_is_computed_there(dtype: str, rule: str) -> None:
    assert rules(op("add", dtype=dtype)) == [rule]


def test_an_open_size_is_an_error() -> None:
    assert "symbolic-shape" in rules(op("relu", (None, 32, 1, 64)))


def test_more_than_five_axes_are_an_error() -> None:
    assert rules(op("relu", (1, 2, 2, 2, 2, 32))) == ["rank"]


def test_a_size_beyond_16384_is_an_error() -> None:
    assert "dimension" in rules(op("relu", (1, 16_385, 1, 1)))
    assert "dimension" not in rules(op("relu", (1, 16_384, 1, 1)))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_constant_that_is_not_finite_is_an_error(value: float) -> None:
    given: dict[str, Operand] = {"x": "x", "y": constant(value, "fp16")}
    (found,) = findings(op("add", inputs=given))
    assert found.rule == "constant-not-finite"
    assert "1 values" in found.detail


def test_a_constant_beyond_fp16_is_an_error() -> None:
    big = op("const", (1,), {"val": constant([1e6], "fp32")}, dtype="fp32", name="big")
    (found,) = findings(big, op("relu"))
    assert found.rule == "constant-beyond-fp16"
    assert "1e+06" in found.detail


def test_a_finding_says_where_it_is() -> None:
    (found,) = findings(op("cumsum", name="sums"))
    assert found.where == "main: 'sums'"
    assert str(found).startswith("error unsupported-operation main: 'sums': got cumsum")
