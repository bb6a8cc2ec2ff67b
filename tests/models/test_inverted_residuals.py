"""The backbone's padding against TensorFlow's rule, written out in numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from photosearch.models.backbones import BACKBONES, Backbone
from photosearch.models.inverted_residuals import Conv, InvertedResiduals, pool

Doubles = NDArray[np.float64]
EVERY = pytest.mark.parametrize("shape", BACKBONES.values(), ids=BACKBONES)


def same_convolution(x: Doubles, weight: Doubles, bias: Doubles, stride: int) -> Doubles:
    """SAME: ceil(side / stride) outputs, the padding split evenly, an odd one at the end.

    x [C, S, S], weight [O, C, K, K] -> [O, ceil(S / stride), …], one output after the other.
    """
    outputs, _, kernel, _ = weight.shape
    side = x.shape[1]
    out = math.ceil(side / stride)
    padding = max((out - 1) * stride + kernel - side, 0)
    before = padding // 2
    padded = np.pad(x, ((0, 0), *[(before, padding - before)] * 2))
    y = np.zeros((outputs, out, out))
    for o, i, j in np.ndindex(y.shape):
        window = padded[:, i * stride :, j * stride :][:, :kernel, :kernel]
        y[o, i, j] = (window * weight[o]).sum() + bias[o]
    return y


def conv(*, kernel: int, stride: int, clip: bool = False) -> Conv:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Conv(inputs=2, outputs=3, kernel=kernel, stride=stride, groups=1, clip=clip)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2), (1, 1)])
@pytest.mark.parametrize("side", [6, 8])
@torch.no_grad()
def test_a_convolution_pads_as_tensorflow_does(kernel: int, stride: int, side: int) -> None:
    layer = conv(kernel=kernel, stride=stride).double()
    x = np.random.default_rng(0).standard_normal((2, side, side))
    bias = layer.conv.bias
    assert bias is not None
    expected = same_convolution(x, layer.conv.weight.numpy(), bias.numpy(), stride)
    np.testing.assert_allclose(layer(torch.from_numpy(x)[None])[0].numpy(), expected, atol=1e-12)


@torch.no_grad()
def test_a_clipped_convolution_lies_between_0_and_6() -> None:
    layer = conv(kernel=1, stride=1, clip=True)
    y = layer(torch.full((1, 2, 4, 4), 1e3) * torch.tensor([1.0, -1.0])[None, :, None, None])
    assert y.min().item() >= 0
    assert y.max().item() <= 6


@EVERY
@torch.no_grad()
def test_the_feature_map_has_a_cell_for_32_pixels(shape: Backbone) -> None:
    maps = InvertedResiduals(shape)(torch.zeros(1, 3, 64, 96))
    assert maps.shape == (1, shape.features, 2, 3)


def test_pooling_is_the_mean_over_the_picture() -> None:
    maps = torch.arange(8.0).view(1, 2, 2, 2)
    assert pool(maps).tolist() == [[1.5, 5.5]]
