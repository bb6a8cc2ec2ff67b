"""Runs the built-in text tower in numpy, so that a search imports no engine.

The same arithmetic as `photosearch.models.towers.TextTower` (a test holds them to 1e-5), on the
tensors of that module's state dict. Word embeddings stay int4; only the rows of the tokens in
hand are dequantised. Every other weight is widened once, when the tower is read: what it is stored
in costs a query nothing.

Shape legend: N texts, T tokens, W hidden width, A attention heads, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import BundleError, ModelError, ShapeError
from photosearch.models.machine import keep_freed_memory
from photosearch.weight_file import read_config
from photosearch.weights import Floats, Int4, Tensor, dense, load_tensors

MASKED = np.float32(-1e4)  # added to the scores of padding, as in towers.py
_LAYER_EPS, _HEAD_EPS = np.float32(1e-12), np.float32(1e-5)
_TINY = np.float32(1e-12)  # a smaller norm is not divided by, as in F.normalize

# erf(z) = 1 - t (a1 + t (a2 + ...)) exp(-z * z) with t = 1 / (1 + p z) for z >= 0, to 1.5e-7:
# Abramowitz and Stegun, Handbook of Mathematical Functions (1964), formula 7.1.26
_P = np.float32(0.3275911 / np.sqrt(2.0))
_A = tuple(
    np.float32(a) for a in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
)


@dataclass(frozen=True, slots=True)
class _Linear:
    weight: Floats  # [out, in]
    bias: Floats | None  # [out]

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x @ self.weight.T
        if self.bias is not None:
            y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class _Norm:
    weight: Floats  # [W]
    bias: Floats  # [W]
    eps: np.float32

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x - x.mean(axis=-1, keepdims=True)
        y /= np.sqrt(np.square(y).mean(axis=-1, keepdims=True) + self.eps)
        y *= self.weight
        y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class _Layer:
    heads: int
    qkv: _Linear  # query, key and value at once: [3 W, W]
    out: _Linear
    norm1: _Norm
    up: _Linear
    down: _Linear
    norm2: _Norm

    def __call__(self, x: Floats, bias: Floats) -> Floats:
        x = self.norm1(x + self._attend(x, bias))
        return self.norm2(x + self.down(gelu(self.up(x))))

    def _attend(self, x: Floats, bias: Floats) -> Floats:
        n, t, width = x.shape
        split = self.qkv(x).reshape(n, t, 3, self.heads, width // self.heads)
        q, k, v = split.transpose(2, 0, 3, 1, 4)  # each [N, A, T, W / A]
        scores = q @ k.swapaxes(-1, -2)
        scores *= np.float32((width // self.heads) ** -0.5)
        scores += bias
        mixed = _softmax(scores) @ v
        return self.out(mixed.swapaxes(1, 2).reshape(n, t, width))


@dataclass(frozen=True, slots=True)
class _Head:
    norm: _Norm
    linear: _Linear
    up: _Linear
    down: _Linear

    def __call__(self, x: Floats) -> Floats:
        x = self.norm(x)
        y = self.linear(x) + self.down(gelu(self.up(x)))
        y /= np.maximum(np.linalg.norm(y, axis=-1, keepdims=True), _TINY)
        return y


class NumpyTextTower:
    """Token ids, 0 is padding, to unit vectors."""

    def __init__(self, tensors: Mapping[str, Tensor], *, heads: int) -> None:
        """From the tensors of a TextTower's state dict.

        Raises ModelError if one is missing or its shape does not fit the others.
        """
        reader = _Reader(tensors)
        self._tokens = reader.embedding("tokens.weight")
        self._positions = reader.array("positions.weight", (None, self._tokens.shape[1]))
        width = self._positions.shape[1]
        if heads < 1 or width % heads:
            raise ModelError(f"attention heads: got {heads}, expected a divisor of {width}")
        self._norm = reader.norm("norm", width, _LAYER_EPS)
        self._layers = [reader.layer(f"layers.{i}", width, heads) for i in range(reader.layers())]
        self._head = reader.head("head", width)

    @classmethod
    def load(cls, path: Path) -> NumpyTextTower:
        """The text half of a bundle's weight file.

        Raises BundleError if the file is damaged, ModelError if the tensors do not fit.
        """
        keep_freed_memory()  # the weights are widened one by one: 12 ms of a first search else
        heads = read_config(path).get("heads")
        if not isinstance(heads, int):
            raise BundleError(f"{path}: config 'heads': got {heads!r}, expected an integer")
        return cls(load_tensors(path, "text."), heads=heads)

    @property
    def context(self) -> int:
        """The most tokens a text may have."""
        return int(self._positions.shape[0])

    @property
    def dim(self) -> int:
        return int(self._head.linear.weight.shape[0])

    def __call__(self, ids: NDArray[np.integer]) -> Floats:
        """int [N, T] -> float32 [N, D], unit norm.

        Raises ShapeError for another shape, more than `context` tokens or an unknown id.
        """
        self._check(ids)
        hidden = self._norm(self._embed(ids) + self._positions[: ids.shape[1]])
        mask = (ids != 0)[..., None].astype(np.float32)  # [N, T, 1]
        bias = ((1 - mask) * MASKED).swapaxes(1, 2)[:, None]  # [N, 1, 1, T]
        for layer in self._layers:
            hidden = layer(hidden, bias)
        pooled = (hidden * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
        return self._head(pooled)

    def _embed(self, ids: NDArray[np.integer]) -> Floats:
        if isinstance(self._tokens, Int4):
            return self._tokens.rows(ids)
        rows: Floats = self._tokens[ids]
        return rows

    def _check(self, ids: NDArray[np.integer]) -> None:
        if ids.ndim != 2 or not np.issubdtype(ids.dtype, np.integer):
            raise ShapeError(f"token ids: got {ids.dtype} {ids.shape}, expected integers [N, T]")
        if ids.shape[1] > self.context:
            raise ShapeError(f"tokens: got {ids.shape[1]}, expected at most {self.context}")
        size = self._tokens.shape[0]
        if ids.size and not 0 <= ids.min() <= ids.max() < size:
            raise ShapeError(f"token ids: got {ids.min()}..{ids.max()}, expected 0..{size - 1}")


class _Reader:
    """Takes tensors by name and checks each shape as it does."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = tensors

    def layers(self) -> int:
        """How many follow each other from 0 on; the names of all others are refused."""
        named = {n.split(".")[1] for n in self._tensors if n.startswith("layers.")}
        count = len(named)
        if named != {str(i) for i in range(count)}:
            got = ", ".join(sorted(named, key=lambda name: (len(name), name))[:9])
            raise ModelError(f"text layers: got {got}, expected 0 to {count - 1}")
        return count

    def embedding(self, name: str) -> Floats | Int4:
        tensor = self._get(name)
        if len(tensor.shape) != 2:
            raise ModelError(f"{name}: got shape {tensor.shape}, expected [vocabulary, width]")
        return tensor if isinstance(tensor, Int4) else dense(tensor)

    def array(self, name: str, shape: tuple[int | None, ...]) -> Floats:
        tensor = self._get(name)
        fits = len(tensor.shape) == len(shape) and all(
            want in (None, got) for got, want in zip(tensor.shape, shape, strict=True)
        )
        if not fits:
            raise ModelError(f"{name}: got shape {tensor.shape}, expected {shape}")
        return dense(tensor)

    def linear(self, name: str, inputs: int, outputs: int | None = None) -> _Linear:
        weight = self.array(f"{name}.weight", (outputs, inputs))
        has_bias = f"{name}.bias" in self._tensors
        return _Linear(weight, self.array(f"{name}.bias", weight.shape[:1]) if has_bias else None)

    def norm(self, name: str, width: int, eps: np.float32) -> _Norm:
        weight, bias = (self.array(f"{name}.{part}", (width,)) for part in ("weight", "bias"))
        return _Norm(weight, bias, eps)

    def layer(self, name: str, width: int, heads: int) -> _Layer:
        parts = [f"{name}.attention.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self.array(f"{p}.weight", (width, width)) for p in parts])
        bias = np.concatenate([self.array(f"{p}.bias", (width,)) for p in parts])
        up = self.linear(f"{name}.up", width)
        return _Layer(
            heads=heads,
            qkv=_Linear(weight, bias),
            out=self.linear(f"{name}.attention.out", width, width),
            norm1=self.norm(f"{name}.norm1", width, _LAYER_EPS),
            up=up,
            down=self.linear(f"{name}.down", up.weight.shape[0], width),
            norm2=self.norm(f"{name}.norm2", width, _LAYER_EPS),
        )

    def head(self, name: str, width: int) -> _Head:
        linear, up = self.linear(f"{name}.linear", width), self.linear(f"{name}.up", width)
        down = self.linear(f"{name}.down", up.weight.shape[0], linear.weight.shape[0])
        return _Head(self.norm(f"{name}.norm", width, _HEAD_EPS), linear, up, down)

    def _get(self, name: str) -> Tensor:
        try:
            return self._tensors[name]
        except KeyError:
            raise ModelError(f"{name}: missing from the weights") from None


def gelu(x: Floats) -> Floats:
    """x * Phi(x) with the exact Phi, not tanh: = max(x, 0) - |x| (1 - Phi(|x|)), to 2e-7."""
    size = np.abs(x)
    t: Floats = np.reciprocal(1 + _P * size)
    tail: Floats = _A[0] * t
    for a in _A[1:]:
        tail += a
        tail *= t
    tail *= np.exp(np.float32(-0.5) * np.square(x))  # = 1 - erf(|x| / sqrt 2)
    tail *= size
    tail *= np.float32(0.5)
    positive: Floats = np.maximum(x, 0)
    return np.subtract(positive, tail, out=positive)


def _softmax(scores: Floats) -> Floats:
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores
