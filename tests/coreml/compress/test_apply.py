"""Compressed packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.coreml.compress.apply import (
    NEEDS_DEVICE,
    compress,
    compressible,
    fingerprint,
    quantizable_constants,
    warnings_of,
)
from photosearch.coreml.compress.quantizers import BITS, Bits, dequantized, quantized_bytes
from photosearch.coreml.convert import Package, save_package
from photosearch.coreml.record import Target
from tests.coreml.converted import converted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def package(bundle: Path) -> Package:
    """The image tower of a bundle, whose large weights were int8 before."""
    return converted(bundle, "image")


def operations(package: Package) -> list[Any]:
    (function,) = package._mil_program.functions.values()
    return list(function.operations)


def large(package: Package) -> dict[str, Any]:
    """By the operation that uses them."""
    (function,) = package._mil_program.functions.values()
    return {
        op.outputs[0].child_ops[0].name: op.outputs[0].val for op in quantizable_constants(function)
    }


def compressed(package: Package) -> dict[str, Any]:
    made = [op for op in operations(package) if op.op_type.startswith("constexpr_")]
    return {op.outputs[0].child_ops[0].name: op.materialized_val_inference() for op in made}


@pytest.mark.parametrize("target", ["iOS16", "iOS18"])
def test_int8_of_weights_that_were_int8_loses_nothing_but_rounding(
    bundle: Path, target: Target
) -> None:
    package = converted(bundle, "image", target=target)
    before, after = large(package), compressed(compress(package, "int8"))
    assert before.keys() == after.keys()
    for name, values in before.items():
        np.testing.assert_allclose(after[name].astype(np.float32), values, rtol=2**-10, atol=1e-7)


@pytest.mark.parametrize(("weights", "colours"), [("palette6", 64), ("palette4", 16)])
def test_a_palette_has_few_values_for_the_whole_tensor(
    package: Package, weights: Bits, colours: int
) -> None:
    for values in compressed(compress(package, weights)).values():
        assert len(np.unique(values.astype(np.float32))) <= colours


def test_small_depthwise_and_bias_tensors_stay_as_they_are(package: Package) -> None:
    changed = compressed(compress(package, "int8"))
    assert changed
    assert all(values.ndim == 4 and values.shape[1] > 1 for values in changed.values())
    assert all(values.size >= 20_000 for values in changed.values())


@pytest.mark.parametrize("weights", ["int8", "palette6"])
def test_a_compressed_program_computes_with_the_same_operations(
    bundle: Path, weights: Bits
) -> None:
    package = converted(bundle, "text")
    before, after = operations(package), operations(compress(package, weights))
    assert computing(before) == computing(after)


def computing(operations: list[Any]) -> list[str]:
    return sorted(op.op_type for op in operations if not op.op_type.startswith("const"))


@pytest.mark.parametrize("target", ["iOS16", "iOS18"])
def test_each_weight_is_stored_in_its_own_width_with_the_values_foretold(
    bundle: Path, target: Target, tmp_path: Path
) -> None:
    package = converted(bundle, "image", target=target)
    before = large(package)
    wanted: dict[str, Bits] = {name: BITS[i % 4] for i, name in enumerate(sorted(before))}
    allocation = {fingerprint(before[name]): bits for name, bits in wanted.items()}
    assert {fingerprint(each) for each in compressible(package)} == allocation.keys()
    after = compress(package, allocation)
    found = compressed(after) | large(after)
    for name, bits in wanted.items():
        assert np.array_equal(found[name], dequantized(before[name], bits)), bits
    sizes = {
        at: save_package(each, tmp_path / f"{at}.mlpackage", {})
        for at, each in (("before", package), ("after", after))
    }
    saved = sum(
        quantized_bytes(before[name].shape, "fp16") - quantized_bytes(before[name].shape, bits)
        for name, bits in wanted.items()
    )
    assert 0 <= sizes["before"] - saved - sizes["after"] < 1000 * len(wanted)


def test_fp16_is_the_package_itself(package: Package) -> None:
    assert compress(package, "fp16") is package


def test_only_four_bits_need_a_device() -> None:
    assert warnings_of({"int8", "palette4"}) == (NEEDS_DEVICE,)
    assert warnings_of({"palette6", "int8"}) == ()
