"""Reads an ML Program into frozen records: every name defined once, and before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from photosearch.coreml.mil.values import Constant, TensorType, Values, tensor_type
from photosearch.errors import PackageError

Operand = str | Constant  # another operation's output by name, or a value written in place


@dataclass(frozen=True, slots=True)
class Named:
    """A value by name, and its type."""

    name: str
    type: TensorType


@dataclass(frozen=True, slots=True)
class Op:
    """One operation. Attributes are held as inputs: opsets differ only in where they put them."""

    type: str
    index: int  # among the function's operations
    function: str
    inputs: Mapping[str, tuple[Operand, ...]]
    outputs: tuple[Named, ...]

    def __str__(self) -> str:
        name = self.outputs[0].name if self.outputs else "no output"
        return f"{self.type} '{name}' (function {self.function}, operation {self.index})"


@dataclass(frozen=True, slots=True)
class Function:
    """A whole function: inputs, operations in the order of their use, names of outputs."""

    name: str
    opset: str  # CoreML5 (iOS 15) to CoreML9 (iOS 26)
    inputs: tuple[Named, ...]
    ops: tuple[Op, ...]
    outputs: tuple[str, ...]


def read_program(message: Any, values: Values) -> dict[str, Function]:
    """Every function of a program, in the order of their names.

    Raises PackageError, with the function and operation, for whatever cannot be right.
    """
    return {
        name: _function(name, message.functions[name], values) for name in sorted(message.functions)
    }


def _function(name: str, message: Any, values: Values) -> Function:
    block = message.blocks.get(message.opset)
    if block is None:
        raise PackageError(f"function {name} holds no program for its opset {message.opset!r}")
    function = Function(
        name=name,
        opset=message.opset,
        inputs=tuple(_named(each, f"function {name}, input") for each in message.inputs),
        ops=tuple(_op(name, i, each, values) for i, each in enumerate(block.operations)),
        outputs=tuple(block.outputs),
    )
    _check_names(function)
    return function


def _named(message: Any, where: str) -> Named:
    try:
        return Named(message.name, tensor_type(message.type))
    except PackageError as error:
        raise PackageError(f"{where} '{message.name}': {error}") from error


def _op(function: str, index: int, message: Any, values: Values) -> Op:
    where = f"function {function}, operation {index} ({message.type})"
    if not message.outputs:
        raise PackageError(f"{where} has no output")
    try:
        inputs = {
            name: tuple(_source(each, values) for each in message.inputs[name].bindings)
            for name in message.inputs
        }
        for name in message.attributes:
            if name != "name":
                inputs[name] = (values.decode(message.attributes[name]),)
    except PackageError as error:
        raise PackageError(f"{where}: {error}") from error
    outputs = tuple(_named(each, f"{where}, output") for each in message.outputs)
    return Op(message.type, index, function, inputs, outputs)


def _source(binding: Any, values: Values) -> Operand:
    if binding.HasField("value"):
        return values.decode(binding.value)
    return str(binding.name)


def _check_names(function: Function) -> None:
    known: set[str] = set()
    _define(known, function.inputs, f"function {function.name}")
    for op in function.ops:
        for source in (each for group in op.inputs.values() for each in group):
            if isinstance(source, str) and source not in known:
                raise PackageError(f"{op} uses '{source}', which no operation before it defines")
        _define(known, op.outputs, str(op))
    for name in function.outputs:
        if name not in known:
            raise PackageError(f"function {function.name}: no operation defines output '{name}'")


def _define(known: set[str], names: Iterable[Named], where: str) -> None:
    for each in names:
        if each.name in known:
            raise PackageError(f"{where} defines '{each.name}' a second time")
        known.add(each.name)
