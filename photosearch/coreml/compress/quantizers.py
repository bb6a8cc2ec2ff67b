"""Quantizes weights to int8 by row, or to a palette for the whole tensor. Needs numpy only.

Shape legend: R rows (output channels), N values of a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Halves = NDArray[np.float16]
Floats = NDArray[np.float32]
Bits = Literal["fp16", "int8", "palette6", "palette4"]  # most first; all from iOS 16 on

BITS: tuple[Bits, ...] = get_args(Bits)
PALETTE_BITS: dict[Bits, int] = {"palette6": 6, "palette4": 4}
_BESIDE = 1024  # bytes at most that scales' alignment, names and types take, for each weight

_PEAKS = np.arange(127, 0, -1)  # codes that a row's largest value may get
_SAMPLE = 32  # values of a row that choose its peak
_ROWS = 2048  # at once
_ROUNDS = 60  # of k-means, which starts close to where it ends
_BINS = 1024  # of the histogram that it starts from


def dequantized(weights: Halves, bits: Bits) -> Halves:
    """The values that a package gives back which holds these weights in so many bits."""
    if bits == "fp16":
        return weights
    if bits in PALETTE_BITS:
        table, places = palette(weights, PALETTE_BITS[bits])
        return table[places].reshape(weights.shape)
    codes, scales = int8_rows(weights)
    wide = scales.astype(np.float32).reshape(-1, *[1] * (codes.ndim - 1))
    return (codes * wide).astype(np.float16)


def quantized_bytes(shape: Sequence[int], bits: Bits) -> int:
    """What a weight of that shape takes in a package, at most."""
    count: int = prod(shape)
    if bits == "fp16":
        return 2 * count
    if bits in PALETTE_BITS:
        index = PALETTE_BITS[bits]
        return -(-index * count // 8) + (2 << index) + _BESIDE
    return count + 3 * shape[0] + _BESIDE  # scales, and zero points before iOS 18


def int8_rows(weights: Halves) -> tuple[NDArray[np.int8], Halves]:
    """Codes of the weights' shape and one scale a row: [R, ...] -> int8 [R, ...], float16 [R].

    The scale is the one with least error of those that give the largest value of the row a code
    from 1 to 127. So weights that were int8 before, with whatever scale, get their own codes
    back, and what is lost is the rounding to fp16 at most.
    """
    rows = weights.reshape(len(weights), -1).astype(np.float32)
    parts = [_int8(rows[i : i + _ROWS]) for i in range(0, len(rows), _ROWS)]
    codes, scales = (np.concatenate(each) for each in zip(*parts, strict=True))
    return codes.reshape(weights.shape), scales


def _int8(rows: Floats) -> tuple[NDArray[np.int8], Halves]:
    peak = np.abs(rows).max(axis=1, initial=0.0)
    peak[peak == 0] = 1.0
    sample = rows[:, :: max(1, rows.shape[1] // _SAMPLE)]
    scale = peak / _best_peaks(sample, peak)
    codes = np.rint(rows / scale[:, None])
    power = (codes * codes).sum(axis=1)
    fitted = (codes * rows).sum(axis=1) / np.where(power == 0, 1, power)  # least squares
    halves = np.where(power == 0, scale, fitted).astype(np.float16)
    divisor = np.where(halves == 0, np.inf, halves.astype(np.float32))[:, None]
    return np.clip(np.rint(rows / divisor), -127, 127).astype(np.int8), halves


def _best_peaks(sample: Floats, peak: Floats) -> NDArray[np.int64]:
    """The code that a row's largest value should get: [R, n], [R] -> [R]."""
    best, least = np.full(len(sample), _PEAKS[0]), np.full(len(sample), np.inf, np.float32)
    for code in _PEAKS:
        scale = (peak / code).astype(np.float16).astype(np.float32)[:, None]
        scale[scale == 0] = peak.max() + 1  # all codes are zero
        error = np.square(sample - np.rint(sample / scale) * scale).sum(axis=1)
        better = error < least
        best[better], least[better] = code, error[better]
    return best


def palette(weights: Halves, bits: int) -> tuple[Halves, NDArray[np.uint8]]:
    """2 ** bits values, sorted, and for each weight a place: [R, ...] -> float16, uint8 [R * N].

    Lloyd's k-means in one dimension, on distinct values with their counts: the same on every
    machine, and over in milliseconds, as fp16 has few distinct values. Each weight gets the nearest
    value, but for those that `_balanced` moves to the one on its other side.
    """
    values, counts = np.unique(weights.astype(np.float64), return_counts=True)
    centres = _start(values, counts, 2**bits)
    for _ in range(_ROUNDS):
        before = centres
        centres = _means(values, counts, centres)
        if np.array_equal(before, centres):
            break
    # Sorted before they are fp16: numpy 2.4 sorts halves wrongly on some AVX-512 CPUs.
    table = np.sort(centres).astype(np.float16)
    middles = (table[1:].astype(np.float32) + table[:-1].astype(np.float32)) / 2
    rows = weights.reshape(len(weights), -1).astype(np.float32)
    parts = [rows[at : at + _ROWS] for at in range(0, len(rows), _ROWS)]
    places = [_balanced(part, table, np.searchsorted(middles, part)) for part in parts]
    return table, np.concatenate(places).ravel().astype(np.uint8)


def _balanced(rows: Floats, table: Halves, nearest: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places at which the errors of a row add up to almost nothing: [R, N], [R, N] -> [R, N].

    What a layer takes in is seldom zero on average (after a ReLU it never is), so that errors which
    add up shift its output for every photo. Weights that lie almost midway cost least to move: they
    go to the value on their other side until half a step at most is left. SQuant (Guo et al.,
    ICLR 2022, arXiv:2202.07471) does so for even steps; it needs no photos and no operation.
    """
    values = table.astype(np.float32)
    error = values[nearest] - rows
    total = error.sum(axis=1, keepdims=True)
    other = np.clip(nearest - np.sign(total).astype(np.int64), 0, len(values) - 1)
    moved = np.abs(values[other] - values[nearest])
    cost = np.square(values[other] - rows) - np.square(error)
    order = np.argsort(
        np.where(moved > 0, cost / np.where(moved > 0, moved, 1), np.inf), axis=1, kind="stable"
    )
    steps = np.take_along_axis(moved, order, axis=1)
    chosen = (np.cumsum(steps, axis=1) - steps / 2 <= np.abs(total)) & (steps > 0)
    moves = np.zeros_like(chosen)
    np.put_along_axis(moves, order, chosen, axis=1)
    return np.where(moves, other, nearest)


def _start(
    values: NDArray[np.float64], counts: NDArray[np.int64], size: int
) -> NDArray[np.float64]:
    """As dense as the cube root of the values' density, which is best for many centres.

    Panter and Dite 1951, "Quantization distortion in pulse-count modulation".
    """
    held, edges = np.histogram(values, _BINS, weights=counts)
    filled = np.concatenate(([0.0], np.cumsum(np.cbrt(held))))
    places = (np.arange(size) + 0.5) / size * filled[-1]
    return np.asarray(np.interp(places, filled, edges), np.float64)


def _means(
    values: NDArray[np.float64], counts: NDArray[np.int64], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The mean of the values nearest to each centre; a centre with none stays where it is."""
    edges = np.searchsorted(values, (centres[1:] + centres[:-1]) / 2)
    bounds = np.concatenate(([0], edges, [len(values)]))
    weight = np.concatenate(([0.0], np.cumsum(counts)))[bounds]
    total = np.concatenate(([0.0], np.cumsum(values * counts)))[bounds]
    held = np.diff(weight)
    means: NDArray[np.float64] = np.where(held > 0, np.diff(total) / np.maximum(held, 1), centres)
    return np.sort(means)
