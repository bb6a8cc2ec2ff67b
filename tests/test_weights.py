"""The weight file: three ways to store a tensor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from photosearch.errors import BundleError, ShapeError
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
    read_config,
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


def test_int4_chooses_a_range_that_beats_the_full_one(matrix: Floats) -> None:
    peak = np.abs(matrix.reshape(-1, GROUP)).max(axis=1, keepdims=True) / 7
    plain = (np.rint(matrix.reshape(-1, GROUP) / peak) * peak).reshape(matrix.shape)
    ours = np.square(dense(quantize_int4(matrix)) - matrix).sum()
    assert ours < 0.95 * np.square(plain - matrix).sum()


def test_int4_puts_the_even_column_in_the_low_nibble() -> None:
    row = np.zeros((1, GROUP), np.float32)
    row[0, :2] = (7.0, -7.0)
    tensor = quantize_int4(row)
    assert tensor.codes[0, 0] == 15 | 1 << 4
    assert dense(tensor)[0, :3].tolist() == [7.0, -7.0, 0.0]


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


def test_codes_need_their_scale(tmp_path: Path, matrix: Floats) -> None:
    from safetensors.numpy import save_file

    save_file({"text.a.q8": quantize_int8(matrix).codes}, tmp_path / "w")
    with pytest.raises(BundleError, match=r"a\.scale: got shape None, expected \(40,\)"):
        load_tensors(tmp_path / "w", "text.")


def test_integers_that_are_no_codes_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"text.a": np.arange(3)}, tmp_path / "w")
    with pytest.raises(BundleError, match="got int64"):
        load_tensors(tmp_path / "w", "text.")
