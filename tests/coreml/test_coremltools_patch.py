"""coremltools beside the numpy that is installed, and modules that it alone converts wrongly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml import ReferenceModel
from photosearch.coreml.coremltools_patch import patch_coremltools, quiet
from photosearch.coreml.lint.lint import lint_package
from photosearch.errors import MissingExtra
from tests.coreml.mil.packages import save_traced


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


RULES = {"nearest-by-scale", "log-of-softmax"}


class Call(nn.Module):
    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def nearest(*size: int) -> Callable[[Tensor], Tensor]:
    return lambda x: F.interpolate(x, size=size, mode="nearest")


def by_scale(*scales: float) -> Callable[[Tensor], Tensor]:
    return lambda x: F.interpolate(x, scale_factor=scales, mode="nearest")


RAMP = torch.arange(2 * 9 * 7, dtype=torch.float32).reshape(1, 2, 9, 7)
WIDE = torch.linspace(-200, 200, 126).reshape(1, 2, 9, 7)
CASES: dict[str, tuple[Callable[[Tensor], Tensor], Tensor]] = {
    "nearest, larger": (nearest(21, 16), RAMP),
    "nearest, smaller": (nearest(6, 5), RAMP),
    "nearest, a multiple one way only": (nearest(18, 16), RAMP),
    "nearest, a multiple": (nearest(18, 21), RAMP),
    "nearest, the same size": (nearest(9, 7), RAMP),
    "nearest, by scale": (by_scale(2.0, 3.0), RAMP),
    "nearest, along one axis": (nearest(22), RAMP[0]),
    "softplus": (F.softplus, WIDE),
    "softplus, threshold": (lambda x: F.softplus(x, threshold=1.0), WIDE / 50),
    "softplus, beta and threshold": (lambda x: F.softplus(x, 2.0, 0.5), WIDE / 50),
    "softplus, three axes": (lambda x: F.softplus(x, 3.0, 2.0), WIDE[0] / 50),
    "softplus, negative threshold": (lambda x: F.softplus(x, 1.0, -1.0), WIDE / 50),
    "log_softmax": (lambda x: F.log_softmax(x, 1), WIDE),
    "log_softmax, last axis": (lambda x: x.log_softmax(-1), WIDE * 3),
    "RMSNorm": (nn.RMSNorm(7), WIDE),
    "RMSNorm, small values": (nn.RMSNorm(7), WIDE / 1e5),
    "RMSNorm, an epsilon that tells": (nn.RMSNorm([9, 7], eps=1e-2), WIDE / 1e3),
    "RMSNorm, zeros": (nn.RMSNorm(7), WIDE * 0),
    "reciprocal": (lambda x: 1 / x, WIDE / 1e4),
    "log_softmax, small": (lambda x: F.log_softmax(x, 2), WIDE / 100),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_converted_module_is_what_torch_computes(name: str, tmp_path: Path) -> None:
    function, x = CASES[name]
    path = tmp_path / "x.mlpackage"
    save_traced(path, Call(function), x)
    (y,) = ReferenceModel(path).predict({"x": x.numpy()}, precision="fp32").values()
    np.testing.assert_allclose(y, function(x).detach().numpy(), rtol=1e-5, atol=1e-5)
    assert RULES.isdisjoint(each.rule for each in lint_package(path))
