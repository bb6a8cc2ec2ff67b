"""What lint rules are made of: findings, where the rules come from, and a program as they see it.

The references were read in November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from photosearch.coreml.mil.constexpr import CONSTEXPRS
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.program import Function, Named, Op
from photosearch.coreml.mil.values import Constant, TensorType

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """`accepted`: an error that is known and cannot be avoided, so that no gate stops for it."""

    rule: str  # for example "embedding-lookup"
    severity: Severity
    op: str  # the operation's type; empty for a finding about the whole function
    where: str  # function and name, for example "main: 'x_cast'"
    detail: str  # what was got, and what was expected
    source: str  # where the rule comes from
    remedy: str
    accepted: bool = False

    def __str__(self) -> str:
        known = " (accepted)" if self.accepted else ""
        return f"{self.severity}{known} {self.rule} {self.where}: {self.detail}"


APPLE = (
    "Apple 2022, Deploying Transformers on the Apple Neural Engine, "
    "machinelearning.apple.com/research/neural-engine-transformers"
)
PRECISION = (
    "Apple, coremltools guide, Typed Execution Workflow Example: float 16 is eligible for the "
    "Neural Engine, float 32 runs on GPU and CPU"
)
LAYERS = "by experiment: github.com/hollance/neural-engine, docs/unsupported-layers.md"
HALVES = "by experiment: github.com/hollance/neural-engine, docs/16-bit.md"
FLEXIBLE = (
    "measured: github.com/apple/coremltools, issue 2022: a flexible batch took 60 ms on the CPU, "
    "a fixed one 3 ms on the Neural Engine"
)
PLACED = (
    "measured with MLComputePlan: github.com/roboflow/rf-detr, pull request 1495 (topk, and the "
    "operations on its indices, run on the CPU)"
)
DEPTH = "measured with MLComputePlan: github.com/chrishayuk/larql, pull request 312 (up to 16384)"
GUIDE = "by experiment: ane-guide.readthedocs.io, Capability surface"
OURS = "a rule of thumb of this project, not measured on a device"
CONVERTER = (
    "read in coremltools 9.0, converters/mil/frontend/torch/ops.py, and compared with torch by the "
    "reference executor"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What all findings of one rule have in common."""

    name: str
    severity: Severity
    source: str
    remedy: str
    accepted: bool = False

    def found(self, op: Op, detail: str) -> Finding:
        where = f"{op.function}: '{op.outputs[0].name}'" if op.outputs else op.function
        return self._finding(op.type, where, detail)

    def found_in(self, function: Function, detail: str) -> Finding:
        """Of a function as a whole."""
        return self._finding("", function.name, detail)

    def _finding(self, op: str, where: str, detail: str) -> Finding:
        return Finding(
            self.name, self.severity, op, where, detail, self.source, self.remedy, self.accepted
        )


class View:
    """One function."""

    def __init__(self, function: Function) -> None:
        self.function = function

    @cached_property
    def types(self) -> Mapping[str, TensorType]:
        """Of every value by name."""
        named: list[Named] = [*self.function.inputs]
        for op in self.function.ops:
            named += op.outputs
        return {each.name: each.type for each in named}

    @cached_property
    def makers(self) -> Mapping[str, str]:
        """The type of the operation that gives each value."""
        return {each.name: op.type for op in self.function.ops for each in op.outputs}

    @cached_property
    def constants(self) -> Mapping[str, Array | None]:
        """Every constant by name; None for a compressed one."""
        return {
            each.name: _value(op) for op in self.function.ops if is_constant(op)
            for each in op.outputs
        }  # fmt: skip

    def computing(self) -> Iterator[Op]:
        """The operations that run on a device: all but constants."""
        return (op for op in self.function.ops if not is_constant(op))

    def value(self, op: Op, parameter: str) -> Array | None:
        """A parameter's constant value; None if it is not there, compressed or computed."""
        (source,) = op.inputs.get(parameter, (None,))[:1]
        if isinstance(source, Constant):
            return source.value
        return None if source is None else self.constants.get(source)

    def type_of(self, op: Op, parameter: str) -> TensorType | None:
        """The type of a parameter that is a value with a name."""
        (source,) = op.inputs.get(parameter, (None,))[:1]
        return self.types.get(source) if isinstance(source, str) else None

    def is_fixed(self, op: Op, parameter: str) -> bool:
        """Whether a parameter is a constant, compressed or not."""
        (source,) = op.inputs.get(parameter, (None,))[:1]
        return isinstance(source, Constant) or source in self.constants


def is_constant(op: Op) -> bool:
    return op.type == "const" or op.type in CONSTEXPRS


def _value(op: Op) -> Array | None:
    (source,) = op.inputs.get("val", (None,))[:1] if op.type == "const" else (None,)
    return source.value if isinstance(source, Constant) else None
