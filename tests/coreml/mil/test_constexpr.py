"""Every form of compressed constants, against coremltools' own decompression of the package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from photosearch.coreml import ReferenceModel
from photosearch.coreml.mil.constexpr import CONSTEXPRS
from photosearch.errors import PackageError
from tests.coreml.mil.packages import Array, save_traced

pytestmark = pytest.mark.slow

Compress = Callable[[Any, Any], Any]


def int8(ct: Any, package: Any) -> Any:
    return quantized(ct, package, mode="linear_symmetric", dtype="int8")


def uint8(ct: Any, package: Any) -> Any:
    return quantized(ct, package, mode="linear", dtype="uint8")


def int4_blocks(ct: Any, package: Any) -> Any:
    return quantized(
        ct, package, mode="linear", dtype="int4", granularity="per_block", block_size=16
    )


def quantized(ct: Any, package: Any, *, joint: bool = False, **options: Any) -> Any:
    op = ct.optimize.coreml.OpLinearQuantizerConfig(weight_threshold=0, **options)
    config = ct.optimize.coreml.OptimizationConfig(global_config=op)
    more = {"joint_compression": True} if joint else {}
    return ct.optimize.coreml.linear_quantize_weights(package, config, **more)


def palette(bits: int, **options: Any) -> Compress:
    def compress(ct: Any, package: Any, *, joint: bool = False) -> Any:
        op = ct.optimize.coreml.OpPalettizerConfig(
            nbits=bits, mode="uniform", weight_threshold=0, **options
        )
        config = ct.optimize.coreml.OptimizationConfig(global_config=op)
        more = {"joint_compression": True} if joint else {}
        return ct.optimize.coreml.palettize_weights(package, config, **more)

    return compress


def pruned(ct: Any, package: Any) -> Any:
    op = ct.optimize.coreml.OpMagnitudePrunerConfig(target_sparsity=0.6, weight_threshold=0)
    config = ct.optimize.coreml.OptimizationConfig(global_config=op)
    return ct.optimize.coreml.prune_weights(package, config)


def pruned_then_palette(ct: Any, package: Any) -> Any:
    made: Any = palette(4)
    return made(ct, pruned(ct, package), joint=True)


def pruned_then_int8(ct: Any, package: Any) -> Any:
    return quantized(ct, pruned(ct, package), joint=True, mode="linear_symmetric", dtype="int8")


def palette_of_int8(ct: Any, package: Any) -> Any:
    """A palette that is itself quantised: one constexpr feeds another."""
    return quantized(
        ct, palette(4)(ct, package), joint=True, mode="linear_symmetric", dtype="int8",
        granularity="per_tensor",
    )  # fmt: skip


FORMS: dict[str, tuple[int, Compress, set[str]]] = {
    "int8, iOS 16": (16, int8, {"affine_dequantize"}),
    "uint8 with a zero point": (16, uint8, {"affine_dequantize"}),
    "palette of 1 bit": (16, palette(1), {"lut_to_dense"}),
    "palette of 4 bits": (16, palette(4), {"lut_to_dense"}),
    "palette of 6 bits": (16, palette(6), {"lut_to_dense"}),
    "sparse, iOS 16": (16, pruned, {"sparse_to_dense"}),
    "int8, iOS 18": (18, int8, {"blockwise_shift_scale"}),
    "int4 in blocks": (18, int4_blocks, {"blockwise_shift_scale"}),
    "palette of 3 bits": (18, palette(3), {"lut_to_dense"}),
    "palette of 6 bits, iOS 18": (18, palette(6), {"lut_to_dense"}),
    "palettes by group": (
        18, palette(2, granularity="per_grouped_channel", group_size=8), {"lut_to_dense"},
    ),
    "sparse, iOS 18": (18, pruned, {"sparse_to_dense"}),
    "sparse, then a palette": (18, pruned_then_palette, {"lut_to_sparse", "sparse_to_dense"}),
    "sparse, then int8": (
        18, pruned_then_int8, {"sparse_blockwise_shift_scale", "sparse_to_dense"},
    ),
    "a palette of int8": (18, palette_of_int8, {"lut_to_dense", "blockwise_shift_scale"}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_compressed_package_computes_what_its_decompressed_one_does(
    form: str, tmp_path: Path
) -> None:
    ios, compress, expected = FORMS[form]
    dense, packed = tmp_path / "dense.mlpackage", tmp_path / "packed.mlpackage"

    def both(ct: Any, package: Any) -> Any:
        small = compress(ct, package)
        ct.optimize.coreml.decompress_weights(small).save(str(dense))
        return small

    torch.manual_seed(0)
    save_traced(packed, nn.Linear(64, 32), torch.zeros(1, 64), ios=ios, compress=both)
    x = {"x": np.random.default_rng(0).standard_normal((1, 64)).astype(np.float32)}
    model = ReferenceModel(packed)
    used = {op.type for op in model.package.functions["main"].ops}
    assert {name.removeprefix("constexpr_") for name in used & CONSTEXPRS.keys()} == expected
    np.testing.assert_allclose(
        model.predict(x)["y"], ReferenceModel(dense).predict(x)["y"], rtol=1e-6, atol=1e-6
    )


def test_a_palette_of_vectors_fills_them_along_its_axis() -> None:
    given: dict[str, Array] = {
        "indices": np.array([[[0, 0], [1, 0]], [[1, 1], [0, 0]]], np.uint8),
        "lut": np.array([[1, 2, 3], [4, 5, 6]], np.float32).reshape(1, 1, 1, 2, 3),
        "vector_axis": np.array(1),
    }
    (dense,) = CONSTEXPRS["constexpr_lut_to_dense"](given)
    assert dense[0].tolist() == [[1, 1], [2, 2], [3, 3], [4, 1], [5, 2], [6, 3]]


def test_a_sparse_palette_of_vectors_widens_its_mask() -> None:
    given: dict[str, Array] = {
        "indices_mask": np.array([[1, 0], [0, 1]], np.uint8),
        "indices_nonzero_data": np.array([1, 0], np.uint8),
        "lut": np.array([[2, 3], [4, 5]], np.float32).reshape(1, 1, 2, 2),
        "vector_axis": np.array(0),
    }
    mask, values = CONSTEXPRS["constexpr_lut_to_sparse"](given)
    assert mask.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]
    assert values.tolist() == [4, 5, 2, 3]


def test_a_constant_cast_widens_to_fp32() -> None:
    given: dict[str, Array] = {
        "source_val": np.array([0.1], np.float16),
        "output_dtype": np.array("fp32", object),
    }
    (wide,) = CONSTEXPRS["constexpr_cast"](given)
    assert wide.dtype == np.dtype(np.float32)
    assert wide.tolist() == [float(np.float16(0.1))]


def test_a_mask_that_counts_other_elements_is_refused() -> None:
    given: dict[str, Array] = {
        "mask": np.ones((2, 2), np.uint8),
        "nonzero_data": np.ones(3, np.float32),
    }
    with pytest.raises(PackageError, match="got 4 bits set, expected 3"):
        CONSTEXPRS["constexpr_sparse_to_dense"](given)
