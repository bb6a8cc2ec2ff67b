"""Rules about speed."""

from __future__ import annotations

import pytest

from photosearch.coreml.lint.speed import padding
from photosearch.coreml.mil.program import Operand
from tests.coreml.lint.programs import constant, findings, named, op, rules

ROW = named("x", (1, 64, 512))


def test_linear_is_a_warning() -> None:
    (found,) = findings(op("linear"))
    assert (found.rule, found.severity) == ("linear", "warning")
    assert "--layout ane" in found.remedy


@pytest.mark.parametrize(
    ("kind", "parameter", "rule"),
    [("layer_norm", "axes", "norm-axis"), ("softmax", "axis", "softmax-axis")],
)
def test_channels_and_keys_belong_on_axis_1(kind: str, parameter: str, rule: str) -> None:
    def on(axis: object) -> list[str]:
        return rules(op(kind, (1, 64, 512), {"x": "x", parameter: constant(axis)}), given=ROW)

    listed = kind == "layer_norm"
    assert on([1] if listed else 1) == []
    assert on([-2] if listed else -2) == []
    assert on([2] if listed else 2) == [rule]
    assert on([-1] if listed else -1) == [rule]


def test_five_axes_are_a_warning() -> None:
    assert rules(op("relu", (1, 2, 2, 2, 32))) == ["rank-5"]


def test_dilated_convolutions_are_a_warning() -> None:
    dilated: dict[str, Operand] = {"x": "x", "dilations": constant([2, 2])}
    assert rules(op("conv", inputs=dilated)) == ["dilated-convolution"]
    assert rules(op("conv", inputs={"x": "x", "dilations": constant([1, 1])})) == []


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [
        ((1, 8, 1, 32), "fp16", 0),
        ((1, 8, 1, 1), "fp16", 8 * 62),
        ((1, 8, 3, 33), "fp16", 8 * 3 * 62),
        ((1, 8, 1, 1), "fp32", 8 * 60),
        ((1, None, 1, 1), "fp16", 0),
        ((), "fp16", 0),
    ],
)
def test_the_last_axis_is_filled_up_to_64_bytes(
    shape: tuple[int | None, ...], dtype: str, expected: int
) -> None:
    assert padding(named("x", shape, dtype).type) == expected


def test_much_padding_is_a_warning_and_little_is_not() -> None:
    assert rules(op("relu", (1, 960, 8, 8))) == ["last-axis"]
    assert rules(op("relu", (1, 512, 1, 1))) == []


@pytest.mark.parametrize(("value", "found"), [(1e-12, True), (1e-6, True), (1e-4, False)])
def test_an_epsilon_that_fp16_cannot_hold_is_a_warning(value: float, found: bool) -> None:
    given: dict[str, Operand] = {"x": "x", "epsilon": constant(value, "fp16")}
    assert rules(op("rsqrt", inputs=given)) == ["subnormal-epsilon"] * found


def test_zero_is_an_epsilon_only_by_that_name() -> None:
    assert rules(op("rsqrt", inputs={"x": "x", "epsilon": constant(0, "fp16")})) != []
    assert rules(op("add", inputs={"x": "x", "y": constant(0, "fp16")})) == []


def test_a_small_number_that_is_added_counts_as_an_epsilon() -> None:
    given: dict[str, Operand] = {"x": "x", "y": constant(1e-6, "fp16")}
    assert rules(op("add", inputs=given)) == ["subnormal-epsilon"]


def test_moving_values_often_is_a_warning_about_the_function() -> None:
    ops = [op("transpose" if i % 4 == 0 else "relu", name=f"v{i}") for i in range(40)]
    (found,) = findings(*ops)
    assert (found.rule, found.op, found.where) == ("memory-copies", "", "main")
    assert "10 transpose and 0 reshape" in found.detail
    assert rules(*(op("transpose" if i == 0 else "relu", name=f"v{i}") for i in range(40))) == []


def test_a_large_tensor_is_a_note() -> None:
    (found,) = findings(op("relu", (1, 128, 128, 128)))
    assert (found.rule, found.severity) == ("large-tensor", "note")
