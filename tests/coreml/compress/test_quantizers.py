"""Weights in few bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.coreml.compress.quantizers import int8_rows, palette
from photosearch.weights import quantize_int8


def dense(weights: np.ndarray) -> np.ndarray:
    codes, scales = int8_rows(weights)
    return codes * scales.astype(np.float32).reshape(-1, *[1] * (codes.ndim - 1))


@given(st.integers(1, 127), st.floats(1e-4, 1.0), st.integers(0, 2**32 - 1))
def test_weights_that_were_int8_keep_their_values(peak: int, scale: float, seed: int) -> None:
    codes = np.random.default_rng(seed).integers(-peak, peak + 1, (4, 300)).astype(np.float32)
    stored = (codes * np.float32(np.float16(scale))).astype(np.float16)
    rounding = np.abs(stored.astype(np.float32)) * 2**-10 + 1e-7
    assert (np.abs(dense(stored) - stored) <= rounding).all()


def test_the_codes_of_a_bundle_come_back() -> None:
    values = np.random.default_rng(0).normal(size=(64, 40, 1, 1)).astype(np.float32)
    stored = quantize_int8(values)
    codes, scales = int8_rows(stored.dense().astype(np.float16))
    assert np.array_equal(codes, stored.codes)
    assert np.array_equal(scales, stored.scale)


def test_any_weights_are_within_a_step_of_their_row() -> None:
    values = np.random.default_rng(0).normal(size=(5, 500)).astype(np.float16)
    step = np.abs(values).max(axis=1, keepdims=True).astype(np.float32)
    step /= 127
    assert (np.abs(dense(values) - values) <= step).all()


def test_rows_of_zeros_stay_zero() -> None:
    assert not dense(np.zeros((2, 8), np.float16)).any()


@pytest.mark.parametrize("bits", [4, 6])
def test_a_palette_has_the_least_error_of_its_size(bits: int) -> None:
    values = np.random.default_rng(0).normal(size=(200, 100)).astype(np.float16)
    table, places = palette(values, bits)
    error = np.square(table[places].astype(np.float32) - values.ravel()).mean()
    best = {4: 0.009497, 6: 0.000680}[bits]  # of a normal distribution: Max 1960, table I
    assert len(table) == 2**bits
    assert error < best * 1.06


def test_a_palette_of_few_values_is_exact() -> None:
    values = np.array([[-1, 0, 0.5], [2, 0, -1]], np.float16)
    table, places = palette(values, 4)
    assert np.array_equal(table[places].reshape(2, 3), values)


@pytest.mark.parametrize("bits", [4, 6])
def test_the_errors_of_a_row_add_up_to_half_a_step_of_the_palette_at_most(bits: int) -> None:
    values = np.random.default_rng(0).laplace(size=(60, 8, 5, 5)).astype(np.float16)
    table, places = palette(values, bits)
    rows = values.reshape(60, -1).astype(np.float64)
    total = np.abs((table[places].reshape(rows.shape) - rows).sum(axis=1))
    distance = np.abs(rows.ravel()[:, None] - table.astype(np.float64))
    nearest = table[distance.argmin(axis=1)].reshape(rows.shape)
    unbalanced = np.abs((nearest - rows).sum(axis=1))
    assert total.max() <= np.diff(table.astype(np.float64)).max() / 2 + 1e-4
    assert total.mean() < unbalanced.mean() / 5


def test_a_weight_gets_one_of_the_two_values_beside_it() -> None:
    values = np.random.default_rng(1).normal(size=(30, 200)).astype(np.float16)
    table, places = palette(values, 4)
    distance = np.abs(values.ravel().astype(np.float32)[:, None] - table.astype(np.float32))
    rank = (distance < np.take_along_axis(distance, places[:, None].astype(int), 1)).sum(axis=1)
    assert rank.max() == 1
    assert (rank == 0).mean() > 0.9
