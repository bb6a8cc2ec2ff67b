"""coremltools beside the numpy that is installed."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from photosearch.coreml.coremltools_patch import patch_coremltools, quiet
from photosearch.errors import MissingExtra


class FoldsAnInteger(nn.Module):
    """Its trace holds `int(...)` of a constant array with one value."""

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(int(torch.tensor([x.shape[0]])), -1) * 2.0


def test_a_constant_cast_converts() -> None:
    ct = patch_coremltools()
    with quiet():
        traced = torch.jit.trace(FoldsAnInteger(), torch.ones(2, 3))  # type: ignore[no-untyped-call]
        inputs = [ct.TensorType(name="x", shape=(2, 3), dtype=np.float16)]
        package = ct.convert(traced, inputs=inputs, minimum_deployment_target=ct.target.iOS17)
    assert package.get_spec().WhichOneof("Type") == "mlProgram"


def test_patching_twice_is_patching_once() -> None:
    patch_coremltools()
    from coremltools.converters.mil.frontend.torch import ops

    once = ops._cast
    patch_coremltools()
    assert ops._cast is once


def test_without_coremltools_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden: Any = None
    monkeypatch.setitem(sys.modules, "coremltools", hidden)
    with pytest.raises(MissingExtra, match=r"photosearch\[coreml\]"):
        patch_coremltools()
