"""Loads a saved ML Program and runs it on any machine with torch."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from photosearch.coreml.mil.bind import Plan, bind, check_operations
from photosearch.coreml.mil.describe import Feature, Signature
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.mil.package import read_package
from photosearch.coreml.mil.program import Function
from photosearch.coreml.mil.run import Observer, Precision, run, to_input, to_output
from photosearch.errors import PackageError, UsageError

if TYPE_CHECKING:
    from PIL.Image import Image


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
