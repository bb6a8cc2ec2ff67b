"""Stores the large weights of a converted package in fewer bits.

Imports coremltools: reach it lazily.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from photosearch.coreml.compress.quantizers import PALETTE_BITS, Bits, Halves, int8_rows, palette
from photosearch.coreml.convert import Package, pipeline
from photosearch.coreml.coremltools_patch import patch_coremltools, quiet, temporary_files
from photosearch.models.quantizable import WEIGHT_INPUTS, is_quantizable

Weights = Literal["fp16", "int8", "palette6", "palette4", "mixed"]
# A weight is known by its values: what they are named in a program is up to coremltools.
BitsByWeight = Mapping[str, Bits]  # fingerprint -> bits; a weight that is not there stays fp16

NEEDS_DEVICE = "4-bit palettes: needs device validation"


def compress(package: Package, weights: Bits | BitsByWeight) -> Package:
    """The same program with its large weights in int8 by row, or in palettes of 64 or 16 values.

    All in the same, or each in its own. Small and depthwise layers, and biases, stay fp16: see
    `photosearch.models.quantizable`. A palette is one for the whole
    tensor: with a scale for each channel it would grow, and crash where it is loaded (coremltools
    pull requests 2688 and 2777). Raises StorageError where the temporary folder is full.
    """
    (function,) = package._mil_program.functions.values()
    chosen = {const.name: _bits_of(const, weights) for const in quantizable_constants(function)}
    palettes = {name: bits for name, bits in chosen.items() if bits in PALETTE_BITS}
    patch_coremltools()
    with quiet(), temporary_files():
        if palettes:
            package = _palettes(package, palettes)
        return _int8(package, weights) if "int8" in chosen.values() else package


def warnings_of(used: Collection[str]) -> tuple[str, ...]:
    """What whoever ships a package with weights in these forms has to know.

    4-bit palettes were reported to compute wrong numbers on a Mac (coremltools issue 2716).
    """
    return (NEEDS_DEVICE,) if "palette4" in used else ()


def compressible(package: Package) -> list[Halves]:
    """The weights that `compress` would touch."""
    (function,) = package._mil_program.functions.values()
    return [const.outputs[0].val for const in quantizable_constants(function)]


def fingerprint(values: NDArray[np.generic]) -> str:
    """Of a weight in any of its shapes: [O, I] and [O, I, 1, 1] have the same."""
    halves = np.ascontiguousarray(values, np.float16)
    return hashlib.sha256(halves.data).hexdigest()


def _bits_of(const: Any, weights: Bits | BitsByWeight) -> Bits:
    if isinstance(weights, Mapping):
        return weights.get(fingerprint(const.outputs[0].val), "fp16")
    return weights


def _int8(package: Package, weights: Bits | BitsByWeight) -> Package:
    from coremltools.converters.mil.mil.passes.graph_pass import AbstractGraphPass

    class Int8(AbstractGraphPass):  # type: ignore[misc]
        def apply(self, program: Any) -> None:
            for function in program.functions.values():
                with function:
                    for const in list(quantizable_constants(function)):
                        if _bits_of(const, weights) == "int8":
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


def quantizable_constants(function: Any) -> Iterator[Any]:
    """The constants of a MIL function that are worth compressing."""
    for op in function.operations:
        if op.op_type != "const" or not isinstance(op.outputs[0].val, np.ndarray):
            continue
        value, users = op.outputs[0].val, op.outputs[0].child_ops
        used = all(
            user.inputs.get(WEIGHT_INPUTS.get(user.op_type, "")) is op.outputs[0] for user in users
        )
        if users and used and value.dtype == np.float16 and is_quantizable(value.shape):
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


def _palettes(package: Package, chosen: Mapping[str, Bits]) -> Package:
    """By the names of the constants."""
    from coremltools.converters.mil.mil.passes.graph_pass import PassOption
    from coremltools.converters.mil.mil.passes.pass_registry import PASS_REGISTRY

    optimize = patch_coremltools().optimize.coreml

    def config(bits: int) -> Any:
        def table(weights: NDArray[np.generic]) -> tuple[Halves, NDArray[np.uint8]]:
            return palette(weights.astype(np.float16), bits)

        return optimize.OpPalettizerConfig(mode="custom", lut_function=table, weight_threshold=0)

    configs = {name: config(bits) for name, bits in PALETTE_BITS.items()}
    by_name = {name: configs[bits] for name, bits in chosen.items()}
    graph_pass = PASS_REGISTRY["compression::palettize_weights"]
    graph_pass.set_options(
        [PassOption("config", optimize.OptimizationConfig(op_name_configs=by_name))]
    )
    return _applied(package, graph_pass)
