"""Programs with a mistake put in, as a wrong conversion would have made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from photosearch.coreml.mil.constexpr import CONSTEXPRS
from photosearch.coreml.mil.dtypes import BY_NAME
from photosearch.coreml.mil.model import ReferenceModel
from photosearch.coreml.mil.program import Function, Named, Op, Source
from photosearch.coreml.mil.values import Constant
from photosearch.errors import PackageError

# The operations whose weights make a layer, and the input that holds them.
_WEIGHTS = {"conv": "weight", "linear": "weight", "matmul": "y", "gather": "x"}
_ADDED = "mistaken input"


def rescaled(model: ReferenceModel, factor: float) -> ReferenceModel:
    """Every value of the picture times a factor."""
    return _before(model, "mul", factor)


def shifted(model: ReferenceModel, amount: float) -> ReferenceModel:
    """Every value of the picture plus an amount, in pixels' own unit."""
    return _before(model, "add", amount)


def without(model: ReferenceModel, weight: str) -> ReferenceModel:
    """The weight tensor of that name is zero everywhere."""
    function = _default(model)
    ops = tuple(_zero(op) if op.outputs[0].name == weight else op for op in function.ops)
    return model.altered(replace(function, ops=ops))


def weights(model: ReferenceModel) -> list[str]:
    """The names of the weight tensors, in the order in which the program uses them."""
    return list(dict.fromkeys(_weights(_default(model))))


def _weights(function: Function) -> Iterator[str]:
    constant = {
        op.outputs[0].name for op in function.ops if op.type == "const" or op.type in CONSTEXPRS
    }
    for op in function.ops:
        (name,) = op.inputs.get(_WEIGHTS.get(op.type, ""), (None,))[:1]
        if isinstance(name, str) and name in constant:
            yield name


def _default(model: ReferenceModel) -> Function:
    return model.package.functions[model.package.default]


def _before(model: ReferenceModel, kind: str, value: float) -> ReferenceModel:
    """With one operation more, between the first picture and all that uses it."""
    function = _default(model)
    picture = next((each for each in model.inputs.values() if each.kind == "image"), None)
    given = next((each for each in function.inputs if picture and each.name == picture.name), None)
    if given is None:
        raise PackageError(f"{model.path} takes no picture, expected one")
    number = Constant(BY_NAME["fp32"], np.array(value, np.float32))
    sources: dict[str, tuple[Source, ...]] = {"x": (given.name,), "y": (number,)}
    added = Op(kind, -1, function.name, sources, (Named(_ADDED, given.type),))
    later = (_renamed(op, given.name) for op in function.ops)
    return model.altered(replace(function, ops=(added, *later)))


def _renamed(op: Op, old: str) -> Op:
    inputs = {
        name: tuple(_ADDED if each == old else each for each in sources)
        for name, sources in op.inputs.items()
    }
    return replace(op, inputs=inputs)


def _zero(op: Op) -> Op:
    """A constant of zeros of the type that a constant, or a compressed one, is declared as."""
    (named,) = op.outputs
    shape = [size or 0 for size in named.type.shape]
    zeros = Constant(named.type.dtype, np.zeros(shape, named.type.dtype.numpy))
    return replace(op, type="const", inputs={"val": (zeros,)})
