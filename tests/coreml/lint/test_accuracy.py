"""Rules about programs that compute something else than the model they were made of."""

from __future__ import annotations

import pytest

from photosearch.coreml.mil.program import Operand
from tests.coreml.lint.programs import constant, findings, named, op, rules

MAP = named("x", (1, 4, 9, 7))


def by_scale(height: float, width: float) -> list[str]:
    scales: dict[str, Operand] = {
        "x": "x",
        "scale_factor_height": constant(height, "fp32"),
        "scale_factor_width": constant(width, "fp32"),
    }
    return rules(op("upsample_nearest_neighbor", (1, 4, 21, 16), scales), given=MAP)


@pytest.mark.parametrize(
    ("height", "width", "found"),
    [
        (21.0001 / 9, 16.0001 / 7, 2),  # what coremltools writes for a resize to 21 x 16
        (2.0, 16.0001 / 7, 1),
        (2.0, 3.0, 0),
        (2.3, 2.3, 0),  # a scale that was asked for
    ],
)
def test_a_size_written_as_a_scale_is_a_warning(height: float, width: float, found: int) -> None:
    assert by_scale(height, width) == ["nearest-by-scale"] * found


def test_the_log_of_a_softmax_is_a_warning() -> None:
    axis: dict[str, Operand] = {"x": "x", "axis": constant(1)}
    softmax = op("softmax", inputs=axis, name="shares")
    (found,) = findings(softmax, op("log", inputs={"x": "shares"}))
    assert (found.rule, found.op) == ("log-of-softmax", "log")
    assert rules(softmax, op("log", inputs={"x": "x"})) == []
