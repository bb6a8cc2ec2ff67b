"""Loads a saved ML Program and runs it on any machine with torch.

fp16 is "storage" mode: an operation computes in float32, and each of its outputs that is declared
as fp16 is rounded to fp16 (to infinity beyond 65504). That is what a device does whose
accumulators are wider than its registers; the Neural Engine's own accumulation is not published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from photosearch.coreml.mil.bind import (
    Plan,
    Step,
    bind,
    check_operations,
    compute_dtype,
    from_tensor,
)
from photosearch.coreml.mil.describe import (
    Feature,
    Precision,
    Signature,
    to_half,
    to_input,
    to_output,
)
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.package import read_package
from photosearch.coreml.mil.program import Function, Named, Op
from photosearch.errors import PackageError, UsageError

if TYPE_CHECKING:
    from PIL.Image import Image

Observer = Callable[[Op, Mapping[str, Array]], None]
_FAILURES = (
    RuntimeError, IndexError, ValueError, TypeError, ArithmeticError, AttributeError, MemoryError,
)  # fmt: skip


class ReferenceModel:
    """Runs an `.mlpackage` as MIL defines its operations; says nothing about a device's speed.

    >>> model = ReferenceModel("image.mlpackage")  # doctest: +SKIP
    >>> model.predict({"image": pixels})["embedding"].shape  # doctest: +SKIP
    (1, 512)

    It needs torch and protobuf, not coremltools. Compressed weights are expanded when a function
    first runs, so it holds them as float32.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        """Reads the whole package.

        Raises PackageError if it is missing, damaged or no ML Program, UnknownOperation if a
        function holds an operation that cannot be run, and MissingExtra without protobuf.
        """
        self.path = Path(path)
        self.package = read_package(self.path)
        for function in self.package.functions.values():
            check_operations(function)
        self._plans: dict[str, Plan] = {}

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of those that the package describes, the default one first."""
        default = self.package.default
        return default, *(name for name in self.package.signatures if name != default)

    @property
    def inputs(self) -> Mapping[str, Feature]:
        """What the default function takes; `signature(name)` says it of the others."""
        return self.signature().inputs

    @property
    def outputs(self) -> Mapping[str, Feature]:
        return self.signature().outputs

    def signature(self, function: str | None = None) -> Signature:
        """What a function takes and gives. Raises UsageError if there is none of that name."""
        name = self.package.default if function is None else function
        if name not in self.package.signatures:
            raise UsageError(f"function: got {name!r}, expected one of {list(self.functions)}")
        return self.package.signatures[name]

    def predict(
        self,
        inputs: Mapping[str, Array | Image],
        *,
        function: str | None = None,
        precision: Precision = "fp16",
        observe: Observer | None = None,
    ) -> dict[str, Array]:
        """Arrays by name to arrays by name.

        A picture is uint8 RGB [H, W, 3] or a PIL picture, of exactly the declared size. `fp16`
        computes in float32 and rounds every value that the program declares as fp16; `fp32`
        rounds none. `observe` is called after each operation with it and its outputs by name.
        Raises UsageError for names that are missing or too many, ShapeError for arrays that do
        not fit, and PackageError, naming the operation, if the program cannot be right.
        """
        if precision not in ("fp16", "fp32"):
            raise UsageError(f"precision: got {precision!r}, expected fp16 or fp32")
        signature = self.signature(function)
        if inputs.keys() != signature.inputs.keys():
            raise UsageError(f"inputs: got {sorted(inputs)}, expected {sorted(signature.inputs)}")
        with torch.inference_mode():
            fed = {
                name: to_input(feature, inputs[name], precision)
                for name, feature in signature.inputs.items()
            }
            plan = self._plan(self.package.default if function is None else function)
            found = run(plan, fed, precision=precision, observe=observe)
            return {
                name: to_output(feature, found[name], precision)
                for name, feature in signature.outputs.items()
            }

    def altered(self, function: Function) -> ReferenceModel:
        """The same package with another function in the place of that name; in memory only."""
        other = copy(self)
        other.package = replace(
            self.package, functions={**self.package.functions, function.name: function}
        )
        other._plans = {}
        return other

    def _plan(self, function: str) -> Plan:
        if function not in self._plans:
            try:
                self._plans[function] = bind(self.package.functions[function])
            except PackageError as error:
                raise PackageError(f"{self.path}: {error}") from error
        return self._plans[function]


def run(
    plan: Plan, inputs: Mapping[str, Tensor], *, precision: Precision, observe: Observer | None
) -> dict[str, Tensor]:
    """The function's outputs by name. Raises PackageError that names the operation that failed."""
    known = {**plan.constants, **inputs}
    for step in plan.steps:
        results = _outputs(step, known, half=precision == "fp16")
        known |= results
        if observe is not None:
            observe(step.op, {name: each.numpy() for name, each in results.items()})
        for name in step.last_used:
            known.pop(name, None)
    return {name: known[name] for name in plan.function.outputs}


def _outputs(step: Step, known: Mapping[str, Tensor], *, half: bool) -> dict[str, Tensor]:
    try:
        result = step.implementation.call(**step.fixed, **_moving(step, known))
    except PackageError as error:
        raise PackageError(f"{step.op}: {error}") from error
    except _FAILURES as error:
        reason = str(error).partition("\n")[0] or repr(error)
        raise PackageError(f"{step.op}: {reason}") from error
    made = result if isinstance(result, tuple) else (result,)
    if len(made) != len(step.op.outputs):
        raise PackageError(f"{step.op}: expected {len(made)} outputs, got {len(step.op.outputs)}")
    rounds = half and not step.implementation.exact
    return {
        named.name: _settled(each, named, step.op, rounds=rounds)
        for named, each in zip(step.op.outputs, made, strict=True)
    }


def _moving(step: Step, known: Mapping[str, Tensor]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind, parts in step.moving:
        tensors = [known[part] if isinstance(part, str) else part for part in parts]
        if kind == "Tensors":
            values[name] = tensors
        elif kind == "Tensor":
            values[name] = tensors[0]
        else:
            values[name] = from_tensor(tensors[0], kind, f"parameter '{name}'")
    return values


def _settled(value: Tensor, named: Named, op: Op, *, rounds: bool) -> Tensor:
    """The value in its declared type. Raises PackageError if it has another type or shape."""
    declared = named.type
    wanted = compute_dtype(declared.dtype)
    if value.dtype == torch.int64 and wanted == torch.int32:
        value = value.int()
    shape = tuple(value.shape)
    if value.dtype != wanted or (shape != declared.shape and not _allows(declared.shape, shape)):
        got = f"{str(value.dtype).removeprefix('torch.')}{list(shape)}"
        raise PackageError(f"{op}: computed {got}, declared {declared}")
    return to_half(value) if rounds and declared.dtype.name == "fp16" else value


def _allows(declared: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    """Whether a shape is one of those that were left open."""
    return len(declared) == len(shape) and all(
        want in (None, size) for want, size in zip(declared, shape, strict=True)
    )
