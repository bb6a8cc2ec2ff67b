"""Negative controls: mistakes put into a package on purpose, which the verification must notice.

A gate that lets one of them pass would let a broken package pass, so it fails the verification.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from photosearch.coreml import ReferenceModel
from photosearch.coreml.mil import Constant, Function, Op
from photosearch.coreml.mil.constexpr import CONSTEXPRS
from photosearch.coreml.mil.dtypes import BY_NAME
from photosearch.coreml.mil.program import Named, Operand
from photosearch.errors import PackageError
from photosearch.verify.measures import Limits, agreement
from photosearch.verify.records import Agreement, Control, Tower
from photosearch.verify.towers import (
    Floats,
    Inputs,
    Picture,
    embed,
    picture_inputs,
    text_inputs_of,
)

# The operations whose weights make a layer, and the input that holds them.
_WEIGHTS = {"conv": "weight", "linear": "weight", "matmul": "y", "gather": "x"}
_ADDED = "mistaken input"
# Late in a program little comes after that could make up for a layer; all but the head's last.
_ZEROED = 0.9
_MIDDLE_GRAY = 127.5
Mistake = tuple[str, ReferenceModel, list[Inputs]]


def passes(found: Agreement, limits: Limits) -> bool:
    """The gate of one tower, the same for the packages and for the controls."""
    return found.error <= limits.error and found.direction >= limits.direction


def image_controls(
    model: ReferenceModel, photos: Sequence[Picture], wanted: Floats, limits: Limits
) -> tuple[Control, ...]:
    """On a few photos in colour, with torch's embeddings of them [N, D]."""
    given = [picture_inputs(model.path, model, each) for each in photos]
    return _run("image", _image_mistakes(model, given), wanted, limits)


def text_controls(
    model: ReferenceModel, texts: Sequence[str], wanted: Floats, limits: Limits
) -> tuple[Control, ...]:
    """On a few texts, with torch's embeddings of them [N, D]."""
    return _run("text", _text_mistakes(model, texts), wanted, limits)


def _image_mistakes(model: ReferenceModel, given: list[Inputs]) -> Iterator[Mistake]:
    swapped: list[Inputs] = [{name: x[..., ::-1] for name, x in one.items()} for one in given]
    yield "channels swapped", model, swapped
    yield "wrong scale: 0 to 1 in place of 0 to 255", rescaled(model, 1 / 255), given
    yield "wrong bias: middle gray too bright", shifted(model, _MIDDLE_GRAY), given
    yield _without_weight(model, given)


def _text_mistakes(model: ReferenceModel, texts: Sequence[str]) -> Iterator[Mistake]:
    yield "tokenizer off by one", model, text_inputs_of(model.path, model, texts, off_by=-1)
    yield _without_weight(model, text_inputs_of(model.path, model, texts))


def _without_weight(model: ReferenceModel, given: list[Inputs]) -> Mistake:
    names = weights(model)
    if not names:
        raise PackageError(f"{model.path} holds no weights, expected a tower")
    name = names[int(_ZEROED * len(names))]
    return f"weight {name} zeroed", without(model, name), given


def _run(
    tower: Tower, mistakes: Iterator[Mistake], wanted: Floats, limits: Limits
) -> tuple[Control, ...]:
    return tuple(
        _control(tower, mistake, _embedded(model, given, wanted), limits)
        for mistake, model, given in mistakes
    )


def _embedded(model: ReferenceModel, given: list[Inputs], wanted: Floats) -> Agreement:
    names = [str(i) for i in range(len(given))]
    return agreement(names, embed(model, given, lambda inputs: inputs), wanted)


def _control(tower: Tower, mistake: str, found: Agreement, limits: Limits) -> Control:
    return Control(tower, mistake, found.error, found.direction, not passes(found, limits))


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
    sources: dict[str, tuple[Operand, ...]] = {"x": (given.name,), "y": (number,)}
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
