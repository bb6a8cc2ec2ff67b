"""The weight file: three ways to store a tensor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from photosearch.errors import BundleError, ModelError, ShapeError
from photosearch.models.text_tower import NumpyTextTower
from photosearch.weight_file import read_config
from photosearch.weights import (
    GROUP,
    Floats,
    Int4,
    Int8,
    Tensor,
    dense,
    load_arrays,
    load_tensors,
    quantize_int4,
    quantize_int8,
    write_weights,
)


@pytest.fixture
def matrix() -> Floats:
    return np.random.default_rng(0).standard_normal((40, 2 * GROUP)).astype(np.float32)


def write(path: Path, **tensors: Tensor) -> Path:
    write_weights(path, {f"text.{name}": tensor for name, tensor in tensors.items()}, {"heads": 2})
    return path


values = st.floats(-1e3, 1e3, width=32)


@given(arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=values))
@settings(max_examples=60, deadline=None)
def test_int8_is_off_by_at_most_about_half_a_step(matrix: Floats) -> None:
    tensor = quantize_int8(matrix)
    step = tensor.scale.astype(np.float32)[:, None]
    # the rounding of the scale itself to fp16 moves the row's peak by up to 1/2048
    tolerance = 0.5 * step + np.abs(matrix) / 1024 + 1e-5
    assert (np.abs(dense(tensor) - matrix) <= tolerance).all()


def test_int8_keeps_the_shape_of_a_convolution_and_scales_each_output_channel() -> None:
    kernel = np.random.default_rng(0).standard_normal((6, 4, 3, 3)).astype(np.float32)
    kernel *= np.logspace(-2, 2, 6, dtype=np.float32).reshape(6, 1, 1, 1)
    tensor = quantize_int8(kernel)
    assert tensor.shape == (6, 4, 3, 3)
    assert tensor.scale.shape == (6,)
    relative = np.abs(dense(tensor) - kernel).max(axis=(1, 2, 3)) / np.abs(kernel).max(
        axis=(1, 2, 3)
    )
    assert relative.max() < 1 / 200


def test_a_row_of_zeros_stays_zero(matrix: Floats) -> None:
    matrix[3] = 0
    assert not dense(quantize_int8(matrix))[3].any()
    assert not dense(quantize_int4(matrix))[3].any()


def plain_int4(matrix: Floats) -> Floats:
    """Each group's greatest value to code 7: what others do by default."""
    groups = matrix.reshape(-1, GROUP)
    scale = np.abs(groups).max(axis=1, keepdims=True) / 7
    return np.asarray((np.rint(groups / scale) * scale).reshape(matrix.shape), np.float32)


def test_int4_leaves_less_than_0_7_of_the_squared_error_of_plain_rounding(matrix: Floats) -> None:
    ours = np.square(dense(quantize_int4(matrix)) - matrix).sum()
    assert ours < 0.7 * np.square(plain_int4(matrix) - matrix).sum()


def groups_of_any_kind() -> Floats:
    """Normal, of one size, with one outlier, nearly one value, tiny: each both ways up."""
    draw = np.random.default_rng(1)
    normal = draw.standard_normal((30, GROUP))
    outlier = np.where(np.arange(GROUP) == 9, 40 * normal, normal)
    steps = np.full((6, GROUP), 1.49) * np.where(np.arange(GROUP) == 3, 4.7, 1.0)
    kinds = (normal, np.sign(normal), outlier, 1 + normal / 1e3, normal / 1e5, steps)
    rows = np.concatenate(kinds).astype(np.float32)
    return np.concatenate([rows, -rows])


def test_int4_is_never_worse_than_plain_rounding() -> None:
    matrix = groups_of_any_kind()
    ours = np.square(dense(quantize_int4(matrix)) - matrix).sum(axis=1)
    # 2^-11: what the scale's own rounding to fp16 may cost a value
    slack = np.square(matrix / 2**11).sum(axis=1)
    assert (ours <= np.square(plain_int4(matrix) - matrix).sum(axis=1) + slack + 1e-12).all()


def test_int4_of_what_int4_gave_is_the_same() -> None:
    once = dense(quantize_int4(groups_of_any_kind()))
    assert np.array_equal(dense(quantize_int4(once)), once)


def test_int4_gives_the_longer_side_of_its_codes_to_the_greatest_value() -> None:
    row = np.zeros((2, GROUP), np.float32)
    row[:, 0], row[:, 1] = (8.0, -8.0), (-7.0, 7.0)
    tensor = quantize_int4(row)
    assert tensor.scale[:, 0].tolist() == [-1.0, 1.0]
    assert np.array_equal(dense(tensor), row)


def test_int4_puts_the_even_column_in_the_low_nibble() -> None:
    row = np.zeros((1, GROUP), np.float32)
    row[0, :2] = (-8.0, 7.0)
    tensor = quantize_int4(row)
    assert tensor.codes[0, 0] == 0 | 15 << 4
    assert dense(tensor)[0, :3].tolist() == [-8.0, 7.0, 0.0]


def test_int4_rows_are_those_of_the_whole(matrix: Floats) -> None:
    tensor = quantize_int4(matrix)
    ids = np.array([[5, 0], [39, 5]])
    assert np.array_equal(tensor.rows(ids), dense(tensor)[ids])


@pytest.mark.parametrize("shape", [(4, 63), (64,), (2, 2, 64)])
def test_int4_needs_a_matrix_of_whole_groups(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="multiple of 64"):
        quantize_int4(np.zeros(shape, np.float32))


def test_what_is_written_comes_back(tmp_path: Path, matrix: Floats) -> None:
    stored: dict[str, Tensor] = {
        "a": quantize_int8(matrix),
        "b": quantize_int4(matrix),
        "c": matrix.astype(np.float16),
    }
    path = write(tmp_path / "w", **stored)
    back = load_tensors(path, "text.")
    assert {name: type(tensor) for name, tensor in back.items()} == {
        "a": Int8,
        "b": Int4,
        "c": np.ndarray,
    }
    for name, values in load_arrays(path, "text.").items():
        assert values.dtype == np.float32
        assert np.array_equal(values, dense(stored[name]))


def test_only_the_named_tower_is_read(tmp_path: Path, matrix: Floats) -> None:
    write_weights(tmp_path / "w", {"text.a": matrix, "image.b": matrix}, {})
    assert list(load_tensors(tmp_path / "w", "image.")) == ["b"]


def test_a_tensor_may_be_called_scale(tmp_path: Path, matrix: Floats) -> None:
    path = write(tmp_path / "w", **{"logit.scale": matrix[0]})
    assert list(load_tensors(path, "text.")) == ["logit.scale"]


def test_the_same_tensors_give_the_same_bytes(tmp_path: Path, matrix: Floats) -> None:
    one = write(tmp_path / "1", a=quantize_int8(matrix), b=matrix)
    two = write(tmp_path / "2", b=matrix, a=quantize_int8(matrix))
    assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]


def test_the_config_comes_back(tmp_path: Path, matrix: Floats) -> None:
    assert read_config(write(tmp_path / "w", a=matrix)) == {"heads": 2}


def test_a_file_of_others_has_no_config(tmp_path: Path, matrix: Floats) -> None:
    from safetensors.numpy import save_file

    save_file({"text.a": matrix}, tmp_path / "w")
    with pytest.raises(BundleError, match="config"):
        read_config(tmp_path / "w")


@pytest.mark.parametrize("config", ["", "{", "[" * 100_000, "[]", "1" * 5000])
def test_a_config_that_cannot_be_read_is_a_bundle_error(
    tmp_path: Path, matrix: Floats, config: str
) -> None:
    from safetensors.numpy import save_file

    save_file({"text.a": matrix}, tmp_path / "w", metadata={"config": config})
    with pytest.raises(BundleError, match="config"):
        read_config(tmp_path / "w")


@pytest.mark.parametrize("keep", [0, 5, 200])
def test_a_file_cut_short_is_damaged(tmp_path: Path, matrix: Floats, keep: int) -> None:
    path = write(tmp_path / "w", a=matrix)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BundleError, match="damaged"):
        load_tensors(path, "text.")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nowhere"):
        load_tensors(tmp_path / "nowhere", "text.")


def test_a_missing_tower_is_named(tmp_path: Path, matrix: Floats) -> None:
    with pytest.raises(BundleError, match=r"image\.\*"):
        load_tensors(write(tmp_path / "w", a=matrix), "image.")


CODES = np.zeros((40, 64), np.uint8)  # of a matrix [40, 128]
SCALE = np.ones((40, 2), np.float16)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"a.q8": CODES.view(np.int8)}, r"a\.scale: got shape None, expected \(40,\)"),
        ({"a.q4": CODES}, r"a\.scale: got shape None, expected \(40, 2\)"),
        ({"a.q4": CODES, "a.scale": SCALE[:, :1]}, r"got shape \(40, 1\), expected \(40, 2\)"),
        ({"a.q4": CODES, "a.scale": SCALE[:39]}, r"got shape \(39, 2\), expected \(40, 2\)"),
        ({"a.q4": CODES, "a.scale": SCALE[:, 0]}, r"got shape \(40,\), expected \(40, 2\)"),
        ({"a.q4": CODES, "a.scale": SCALE.astype(np.float32)}, "got float32, expected float16"),
        ({"a.q4": CODES.view(np.int8), "a.scale": SCALE}, r"a\.q4: got int8, expected uint8"),
        ({"a.q8": CODES, "a.scale": SCALE[:, 0]}, r"a\.q8: got uint8, expected int8"),
        ({"a.q4": CODES[:, :40], "a.scale": SCALE[:, :1]}, r"\(40, 40\), expected \[rows, a mul"),
        ({"a.q4": CODES[:, 0], "a.scale": SCALE[:, 0]}, r"got shape \(40,\), expected \[rows, a"),
        ({"a.q4": CODES[0, 0].reshape(()), "a.scale": SCALE}, r"got shape \(\), expected \[rows"),
        ({"a.q8": np.zeros((), np.int8), "a.scale": SCALE[0, 0].reshape(())}, r"expected \[rows\]"),
        ({"a.q4": CODES, "a.scale": SCALE, "a": SCALE}, "a: stored twice"),
        ({"a.q4": CODES, "a.q8": CODES.view(np.int8), "a.scale": SCALE}, "a: stored twice"),
    ],
)
def test_codes_that_do_not_fit_their_scale_or_their_kind_are_refused(
    tmp_path: Path, stored: dict[str, Any], message: str
) -> None:
    from safetensors.numpy import save_file

    contiguous = {f"text.{name}": np.ascontiguousarray(array) for name, array in stored.items()}
    for name, array in stored.items():
        contiguous[f"text.{name}"] = contiguous[f"text.{name}"].reshape(array.shape)
    save_file(contiguous, tmp_path / "w")
    with pytest.raises(BundleError, match=message):
        load_tensors(tmp_path / "w", "text.")


@pytest.mark.parametrize(
    ("dtype", "shape"), [("BF16", [2]), ("F8_E4M3", [4]), ("U8", [0, 2**63]), ("F16", [2**62, 0])]
)
def test_arrays_that_numpy_cannot_hold_are_refused(
    tmp_path: Path, dtype: str, shape: list[int]
) -> None:
    size = 4 if min(shape) else 0
    entry = {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}
    header = json.dumps({"text.a": entry}).encode()
    (tmp_path / "w").write_bytes(len(header).to_bytes(8, "little") + header + bytes(size))
    with pytest.raises((BundleError, ModelError)):
        NumpyTextTower(load_tensors(tmp_path / "w", "text."), heads=1)


def test_integers_that_are_no_codes_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"text.a": np.arange(3)}, tmp_path / "w")
    with pytest.raises(BundleError, match="got int64"):
        load_tensors(tmp_path / "w", "text.")
