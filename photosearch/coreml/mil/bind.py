"""Makes a function ready to run: constants resolved, parameters bound to operations.

Done once for each function. What cannot work is found here, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from photosearch.coreml.mil.constexpr import CONSTEXPRS
from photosearch.coreml.mil.dtypes import Array, DType
from photosearch.coreml.mil.ops import OPS
from photosearch.coreml.mil.ops.registry import Implementation
from photosearch.coreml.mil.program import Function, Op, Operand
from photosearch.coreml.mil.values import Constant
from photosearch.errors import PackageError, UnknownOperation

Moving = tuple[str, str, tuple[str | Tensor, ...]]  # parameter, its kind, what it is made from


@dataclass(frozen=True, slots=True)
class Step:
    op: Op
    implementation: Implementation
    fixed: Mapping[str, Any]  # parameters that are constants
    moving: tuple[Moving, ...]  # parameters that depend on the inputs
    last_used: tuple[str, ...]  # names that no later step needs


@dataclass(frozen=True, slots=True)
class Plan:
    function: Function
    steps: tuple[Step, ...]
    constants: Mapping[str, Tensor]  # those that the function gives out as they are


def check_operations(function: Function) -> None:
    """Raises UnknownOperation for the first that is not in the tables."""
    for op in function.ops:
        if op.type != "const" and op.type not in OPS and op.type not in CONSTEXPRS:
            raise UnknownOperation(f"{op}: no such operation here")


def bind(function: Function) -> Plan:
    """Raises PackageError if an operation's parameters or constants cannot be right."""
    constants = _Constants()
    bound = [_bind(op, constants) for op in function.ops if not constants.take(op)]
    steps = tuple(
        Step(op, OPS[op.type], fixed, moving, last)
        for (op, fixed, moving), last in zip(bound, _last_uses(bound, function), strict=True)
    )
    given = [name for name in function.outputs if name in constants.arrays]
    return Plan(function, steps, {name: constants.tensor(name) for name in given})


class _Constants:
    """The constants of one function by name; compressed ones are resolved as they come."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}
        self._tensors: dict[str, Tensor] = {}

    def take(self, op: Op) -> bool:
        """Keeps the outputs of an operation if it is a constant."""
        if op.type != "const" and op.type not in CONSTEXPRS:
            return False
        try:
            given = {name: self._array(sources) for name, sources in op.inputs.items()}
            if op.type == "const":
                made: tuple[Array, ...] = (given["val"],)
            else:
                made = CONSTEXPRS[op.type](given)
        except PackageError as error:
            raise PackageError(f"{op}: {error}") from error
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            raise PackageError(f"{op}: {error!r}") from error
        if len(made) != len(op.outputs):
            raise PackageError(f"{op}: expected {len(made)} outputs, got {len(op.outputs)}")
        for named, array in zip(op.outputs, made, strict=True):
            if array.shape != named.type.shape or array.dtype != named.type.dtype.numpy:
                got = f"{array.dtype}{list(array.shape)}"
                raise PackageError(f"{op}: got {got}, declared {named.type}")
            self.arrays[named.name] = array
        return True

    def _array(self, sources: Sequence[Operand]) -> Array:
        if len(sources) != 1:
            raise PackageError(f"a constant made of {len(sources)} values")
        source = sources[0]
        if isinstance(source, Constant):
            return source.value
        if source not in self.arrays:
            raise PackageError(f"'{source}' is no constant")
        return self.arrays[source]

    def tensor(self, name: str) -> Tensor:
        if name not in self._tensors:
            self._tensors[name] = to_tensor(self.arrays[name])
        return self._tensors[name]


def _bind(op: Op, constants: _Constants) -> tuple[Op, dict[str, Any], tuple[Moving, ...]]:
    implementation = OPS[op.type]
    fixed: dict[str, Any] = {}
    moving: list[Moving] = []
    for name, sources in op.inputs.items():
        kind = implementation.kinds.get(name)
        if kind is None:
            raise PackageError(f"{op}: parameter '{name}' is unknown")
        if not sources or (kind != "Tensors" and len(sources) != 1):
            raise PackageError(f"{op}: parameter '{name}': got {len(sources)} values")
        if (
            kind not in ("Tensor", "Tensors")
            and (array := _constant(sources[0], constants)) is not None
        ):
            fixed[name] = _plain(array, kind, f"{op}: parameter '{name}'")
            continue
        parts = tuple(_part(source, constants) for source in sources)
        if kind == "Tensor" and isinstance(parts[0], Tensor):
            fixed[name] = parts[0]
        else:
            moving.append((name, kind, parts))
    if missing := sorted(implementation.required - op.inputs.keys()):
        raise PackageError(f"{op}: parameters {missing} are missing")
    return op, fixed, tuple(moving)


def _constant(source: Operand, constants: _Constants) -> Array | None:
    return source.value if isinstance(source, Constant) else constants.arrays.get(source)


def _part(source: Operand, constants: _Constants) -> str | Tensor:
    if isinstance(source, Constant):
        return to_tensor(source.value)
    return constants.tensor(source) if source in constants.arrays else source


def _plain(array: Array, kind: str, where: str) -> Any:
    """A Python value of an annotated kind from a constant. Raises PackageError."""
    if (array.dtype.kind == "O") != (kind == "str"):
        raise PackageError(f"{where}: got {array.dtype}, expected {kind}")
    if kind in ("Ints", "Bools"):
        return [(int if kind == "Ints" else bool)(each) for each in array.reshape(-1).tolist()]
    if array.size != 1:
        raise PackageError(f"{where}: got shape {array.shape}, expected one value")
    return {"int": int, "float": float, "bool": bool, "str": str}[kind](array.item())


def from_tensor(tensor: Tensor, kind: str, where: str) -> Any:
    """What `_plain` does, for a value computed while running."""
    return _plain(tensor.numpy(), kind, where)


def to_tensor(array: Array) -> Tensor:
    """A copy in the dtype that operations compute in: float32, int32 (int64 if wider) or bool."""
    if array.dtype.kind == "O":
        raise PackageError("got a string, expected numbers")
    kind = {"f": np.dtype(np.float32), "b": np.dtype(np.bool_)}.get(array.dtype.kind)
    if kind is None:
        wide = array.dtype.itemsize > 4 or array.dtype == np.uint32
        kind = np.dtype(np.int64 if wide else np.int32)
    return torch.from_numpy(np.array(array, kind))


def compute_dtype(dtype: DType) -> torch.dtype:
    """What an operation's output of a declared type is held in."""
    if dtype.is_float:
        return torch.float32
    return torch.bool if dtype.name == "bool" else torch.int32


def _last_uses(
    bound: Sequence[tuple[Op, Mapping[str, Any], tuple[Moving, ...]]], function: Function
) -> list[tuple[str, ...]]:
    """For each step, the names that it is the last to use; what nobody uses goes at once."""
    last = {each.name: i for i, (op, _, _) in enumerate(bound) for each in op.outputs}
    for i, (_, _, moving) in enumerate(bound):
        last |= {part: i for _, _, parts in moving for part in parts if isinstance(part, str)}
    found: list[list[str]] = [[] for _ in bound]
    for name, i in last.items():
        if name not in function.outputs:
            found[i].append(name)
    return [tuple(names) for names in found]
