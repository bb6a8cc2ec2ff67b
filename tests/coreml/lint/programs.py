"""Programs written by hand, as records: nothing is converted, and nothing needs to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from photosearch.coreml.lint.accuracy import accuracy
from photosearch.coreml.lint.residency import constants, residency
from photosearch.coreml.lint.rules import Finding, View
from photosearch.coreml.lint.speed import moves, speed
from photosearch.coreml.mil.dtypes import BY_NAME
from photosearch.coreml.mil.program import Function, Named, Op, Operand
from photosearch.coreml.mil.values import Constant, TensorType

Shape = Sequence[int | None]


def named(name: str, shape: Shape, dtype: str = "fp16") -> Named:
    return Named(name, TensorType(BY_NAME[dtype], tuple(shape)))


def constant(value: object, dtype: str = "int32") -> Constant:
    return Constant(BY_NAME[dtype], np.array(value, BY_NAME[dtype].numpy))


def op(
    kind: str,
    shape: Shape = (1, 32, 1, 64),
    inputs: Mapping[str, Operand] | None = None,
    *,
    dtype: str = "fp16",
    name: str = "y",
) -> Op:
    sources = {key: (each,) for key, each in (inputs or {"x": "x"}).items()}
    return Op(kind, 0, "main", sources, (named(name, shape, dtype),))


def weight(name: str, shape: Shape) -> Op:
    """A constant of zeros."""
    values = Constant(BY_NAME["fp16"], np.zeros([size or 0 for size in shape], np.float16))
    return op("const", shape, {"val": values}, name=name)


def function(*ops: Op, given: Named | None = None) -> Function:
    inputs = (given or named("x", (1, 32, 1, 64)),)
    return Function("main", "CoreML7", inputs, ops, (ops[-1].outputs[0].name,))


def findings(*ops: Op, given: Named | None = None) -> list[Finding]:
    """What all rules say of a program."""
    view = View(function(*ops, given=given))
    found = list(moves(view))
    for each in ops:
        found += constants(each)
    for each in view.computing():
        found += [*residency(each, view), *speed(each, view), *accuracy(each, view)]
    return found


def rules(*ops: Op, given: Named | None = None) -> list[str]:
    return [each.rule for each in findings(*ops, given=given)]
