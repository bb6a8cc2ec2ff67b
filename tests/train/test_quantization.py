"""Rounding in training is the rounding of storage."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from photosearch.models.quantizable import quantize_towers
from photosearch.train.quantization import (
    RoundToInt8,
    end_rounding,
    int8_layers,
    prepare_rounding,
    round_now,
    round_weights,
)
from photosearch.weights import load_arrays, quantize_int8, write_weights


@pytest.fixture
def net() -> nn.Sequential:
    """A matrix and a convolution that are stored as int8, and one of each that is not."""
    return nn.Sequential(
        nn.Linear(160, 160),
        nn.Linear(8, 8),
        nn.Conv2d(160, 160, 1),
        nn.Conv2d(160, 160, 3, groups=160),
    )


@pytest.fixture
def active() -> RoundToInt8:
    rounding = RoundToInt8()
    rounding.active = True
    return rounding


def weights(net: nn.Sequential) -> list[Tensor]:
    """As the forward pass sees them."""
    layers = [layer for layer in net if isinstance(layer, nn.Linear | nn.Conv2d)]
    return [layer.weight.detach().clone() for layer in layers]


def stored(weight: Tensor) -> Tensor:
    return torch.from_numpy(quantize_int8(weight.detach().numpy()).dense())


@pytest.mark.parametrize("shape", [(5, 7), (4, 3, 2, 2), (1, 1)])
def test_rounding_is_what_storage_does(active: RoundToInt8, shape: tuple[int, ...]) -> None:
    weight = torch.randn(shape)
    torch.testing.assert_close(active(weight), stored(weight), rtol=0, atol=1e-6)


def test_a_row_of_zeros_stays_zero(active: RoundToInt8) -> None:
    assert torch.equal(active(torch.zeros(2, 3)), torch.zeros(2, 3))


def test_the_gradient_passes_straight_through(active: RoundToInt8) -> None:
    weight, upstream = torch.randn(5, 7, requires_grad=True), torch.randn(5, 7)
    (active(weight) * upstream).sum().backward()
    assert weight.grad is not None
    assert torch.equal(weight.grad, upstream)


def test_before_its_time_rounding_changes_nothing() -> None:
    weight = torch.randn(5, 7)
    assert RoundToInt8()(weight) is weight


def test_int8_layers_are_those_that_the_bundle_stores_so(net: nn.Sequential) -> None:
    assert int8_layers(net) == [net[0], net[2]]


def test_prepared_layers_round_only_when_told(net: nn.Sequential) -> None:
    before = weights(net)
    prepare_rounding(net)
    assert torch.equal(weights(net)[0], before[0])
    round_now(net)
    torch.testing.assert_close(weights(net)[0], stored(before[0]), rtol=0, atol=1e-6)


def test_ended_rounding_leaves_plain_layers_with_their_own_weights(net: nn.Sequential) -> None:
    before, names = weights(net), set(net.state_dict())
    prepare_rounding(net)
    round_now(net)
    end_rounding(net)
    assert not any(parametrize.is_parametrized(layer) for layer in net.modules())
    assert set(net.state_dict()) == names
    assert all(map(torch.equal, weights(net), before))


def test_rounding_for_good_twice_is_rounding_once(net: nn.Sequential) -> None:
    round_weights(net)
    once = weights(net)
    round_weights(net)
    assert all(map(torch.equal, weights(net), once))


def test_rounding_for_good_leaves_layers_that_stay_floating(net: nn.Sequential) -> None:
    before = weights(net)
    round_weights(net)
    assert [torch.equal(*pair) for pair in zip(weights(net), before, strict=True)] == [
        False, True, False, True,
    ]  # fmt: skip


def test_rounded_weights_come_back_from_a_bundle_bit_by_bit(
    net: nn.Sequential, tmp_path: Path
) -> None:
    round_weights(net)
    values = {f"image.{name}": value.numpy() for name, value in net.state_dict().items()}
    write_weights(tmp_path / "w.safetensors", quantize_towers(values), {})
    loaded = load_arrays(tmp_path / "w.safetensors", "image.")
    for name in ("0.weight", "2.weight"):
        assert torch.equal(torch.from_numpy(loaded[name]), net.state_dict()[name])
