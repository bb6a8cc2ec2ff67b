"""Weights known again in a program."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from photosearch.coreml.compress.match_weights import match_weights
from photosearch.coreml.compress.quantizers import Halves


def half(values: torch.Tensor) -> Halves:
    return values.numpy().astype(np.float16)


def test_a_weight_is_known_again_times_any_number() -> None:
    random = np.random.default_rng(0)
    weights = {name: torch.from_numpy(random.normal(size=(30, 20))).float() for name in "abc"}
    held = match_weights(weights, [half(0.3 * weights["b"]), half(weights["a"])])
    assert held.keys() == {"a", "b"}
    assert held["a"].factor == 1
    assert held["b"].factor == pytest.approx(0.3, rel=1e-4)
