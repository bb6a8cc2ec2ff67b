"""The weights of a converted package in fewer bits. Imports coremltools: reach it lazily."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from photosearch.coreml.codes import Halves, int8_rows, palette
from photosearch.coreml.convert import Package, pipeline
from photosearch.coreml.shim import patch_coremltools, quiet
from photosearch.models.bundle import stored_as_int8

Weights = Literal["fp16", "int8", "palette6", "palette4"]

NEEDS_DEVICE = "4-bit palettes: needs device validation"
_BITS: dict[Weights, int] = {"palette6": 6, "palette4": 4}
# The operations whose weights are worth it, and the input that holds them.
_INPUT = {"conv": "weight", "linear": "weight", "gather": "x"}


def compress(package: Package, weights: Weights) -> Package:
    """The same program with its large weights in int8 by row, or in palettes of 64 or 16 values.

    Which ones are large is decided as in the built-in bundle: small and depthwise layers, and
    biases, stay fp16. A palette is one for the whole tensor: with a scale for each channel it
    would grow, and crash where it is loaded (coremltools pull requests 2688 and 2777).
    """
    (function,) = package._mil_program.functions.values()
    names = [const.name for const in large_weights(function)]
    if weights == "fp16" or not names:
        return package
    patch_coremltools()
    with quiet():
        return _int8(package) if weights == "int8" else _palettes(package, names, _BITS[weights])


def warnings_of(weights: Weights) -> tuple[str, ...]:
    """What whoever ships a package with these weights has to know.

    4-bit palettes were reported to compute wrong numbers on a Mac (coremltools issue 2716).
    """
    return (NEEDS_DEVICE,) if weights == "palette4" else ()


def _int8(package: Package) -> Package:
    from coremltools.converters.mil.mil.passes.graph_pass import AbstractGraphPass

    class Int8(AbstractGraphPass):  # type: ignore[misc]
        def apply(self, program: Any) -> None:
            for function in program.functions.values():
                with function:
                    for const in list(large_weights(function)):
                        _replace(function, const)

    return _applied(package, Int8())


def _applied(package: Package, graph_pass: Any) -> Package:
    """A package after one pass more; coremltools would add the operations we keep out again."""
    from coremltools.converters.mil.converter import mil_convert
    from coremltools.models.utils import _apply_graph_pass

    ct = patch_coremltools()
    spec = package.get_spec()
    return mil_convert(
        _apply_graph_pass(package, graph_pass, return_pymil_prog=True),
        convert_to="mlprogram",
        convert_from="milinternal",
        specification_version=spec.specificationVersion,
        compute_units=package.compute_unit,
        model_description=spec.description,
        skip_model_load=True,
        pass_pipeline=pipeline(ct),
    )


def large_weights(function: Any) -> Iterator[Any]:
    """The constants of a MIL function that are worth compressing."""
    for op in function.operations:
        if op.op_type != "const" or not isinstance(op.outputs[0].val, np.ndarray):
            continue
        value, users = op.outputs[0].val, op.outputs[0].child_ops
        used = all(user.inputs.get(_INPUT.get(user.op_type, "")) is op.outputs[0] for user in users)
        if users and used and value.dtype == np.float16 and stored_as_int8(value.shape):
            yield op


def _replace(function: Any, const: Any) -> None:
    """Puts an operation that makes the weights from codes and scales in a constant's place."""
    codes, scales = int8_rows(const.outputs[0].val)
    function.replace_uses_of_var_after_op(
        anchor_op=const,
        old_var=const.outputs[0],
        new_var=_constexpr(const, codes, scales),
        no_check_var_types=True,
    )
    function.remove_ops([const])


def _constexpr(const: Any, codes: NDArray[np.int8], scales: Halves) -> Any:
    from coremltools.converters.mil._deployment_compatibility import AvailableTarget
    from coremltools.converters.mil.mil import Builder
    from coremltools.converters.mil.mil.block import is_current_opset_version_compatible_with

    where = {"before_op": const, "name": const.name + "_int8"}
    if is_current_opset_version_compatible_with(AvailableTarget.iOS18):
        wide = scales.reshape(-1, *[1] * (codes.ndim - 1))
        return Builder.constexpr_blockwise_shift_scale(data=codes, scale=wide, **where)
    zero = np.zeros(len(scales), np.int8)
    return Builder.constexpr_affine_dequantize(
        quantized_data=codes, zero_point=zero, scale=scales, axis=np.int32(0), **where
    )


def _palettes(package: Package, names: list[str], bits: int) -> Package:
    from coremltools.converters.mil.mil.passes.graph_pass import PassOption
    from coremltools.converters.mil.mil.passes.pass_registry import PASS_REGISTRY

    optimize = patch_coremltools().optimize.coreml

    def table(weights: NDArray[np.generic]) -> tuple[Halves, NDArray[np.uint8]]:
        return palette(weights.astype(np.float16), bits)

    each = optimize.OpPalettizerConfig(mode="custom", lut_function=table, weight_threshold=0)
    config = optimize.OptimizationConfig(op_name_configs=dict.fromkeys(names, each))
    graph_pass = PASS_REGISTRY["compression::palettize_weights"]
    graph_pass.set_options([PassOption("config", config)])
    return _applied(package, graph_pass)
