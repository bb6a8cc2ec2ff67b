"""Rounding in training is the rounding of storage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parametrize

from photosearch.models.quantizable import quantize_towers
from photosearch.train.quantization import (
    Rounding,
    RoundToInt4,
    RoundToInt8,
    end_rounding,
    prepare_rounding,
    round_now,
    rounded_layers,
)
from photosearch.weights import Int4, Int8, load_arrays, quantize_int4, quantize_int8, write_weights


@pytest.fixture
def net() -> nn.Sequential:
    """A matrix and a convolution that are stored as int8, and one of each that is not."""
    return nn.Sequential(
        nn.Linear(160, 160),
        nn.Linear(8, 8),
        nn.Conv2d(160, 160, 1),
        nn.Conv2d(160, 160, 3, groups=160),
    )


class Text(nn.Module):
    """Two layers of a text tower, as far as their feed-forward weights go."""

    def __init__(self) -> None:
        super().__init__()
        parts = (
            nn.ModuleDict({"up": nn.Linear(128, 256), "down": nn.Linear(256, 128)})
            for _ in range(2)
        )
        self.layers = nn.ModuleList(parts)


QUANTIZERS: dict[type[Rounding], Callable[[NDArray[Any]], Int8 | Int4]] = {
    RoundToInt8: quantize_int8,
    RoundToInt4: quantize_int4,
}


def now(kind: type[Rounding]) -> Rounding:
    rounding = kind()
    rounding.active = True
    return rounding


def weights(net: nn.Sequential) -> list[Tensor]:
    """As the forward pass sees them."""
    layers = [layer for layer in net if isinstance(layer, nn.Linear | nn.Conv2d)]
    return [layer.weight.detach().clone() for layer in layers]


def stored(weight: Tensor, kind: type[Rounding] = RoundToInt8) -> Tensor:
    return torch.from_numpy(QUANTIZERS[kind](weight.detach().numpy()).dense())


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (RoundToInt8, (5, 7)),
        (RoundToInt8, (4, 3, 2, 2)),
        (RoundToInt8, (1, 1)),
        (RoundToInt4, (100, 64)),
        (RoundToInt4, (3, 640)),
    ],
)
def test_rounding_is_what_storage_does(kind: type[Rounding], shape: tuple[int, ...]) -> None:
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(now(kind)(weight), stored(weight, kind), rtol=0, atol=1e-6)


@pytest.mark.parametrize("size", [1e-9, 1e-7, 1e-5, 1e3])
def test_rounding_to_int4_is_what_storage_does_at_the_ends_of_its_range(size: float) -> None:
    weight = size * torch.randn((20, 128), generator=torch.Generator().manual_seed(1))
    expected = stored(weight, RoundToInt4)
    torch.testing.assert_close(now(RoundToInt4)(weight), expected, rtol=1e-6, atol=1e-6 * size)


@pytest.mark.parametrize("kind", QUANTIZERS)
def test_a_row_of_zeros_stays_zero(kind: type[Rounding]) -> None:
    assert torch.equal(now(kind)(torch.zeros(2, 64)), torch.zeros(2, 64))


@pytest.mark.parametrize("kind", QUANTIZERS)
def test_the_gradient_passes_straight_through(kind: type[Rounding]) -> None:
    weight, upstream = torch.randn(5, 64, requires_grad=True), torch.randn(5, 64)
    (now(kind)(weight) * upstream).sum().backward()
    assert weight.grad is not None
    assert torch.equal(weight.grad, upstream)


@pytest.mark.parametrize("kind", QUANTIZERS)
def test_before_its_time_rounding_changes_nothing(kind: type[Rounding]) -> None:
    weight = torch.randn(5, 64)
    assert kind()(weight) is weight


def test_layers_are_rounded_as_the_bundle_stores_them(net: nn.Sequential) -> None:
    assert list(rounded_layers(net)) == [(net[0], RoundToInt8), (net[2], RoundToInt8)]


@pytest.mark.parametrize("chosen", [(), (1,), (0, 1)])
def test_feed_forward_weights_of_chosen_text_layers_are_rounded_to_int4(
    chosen: tuple[int, ...],
) -> None:
    kinds = [kind for _, kind in rounded_layers(Text(), chosen)]
    assert kinds == [RoundToInt4 if i in chosen else RoundToInt8 for i in (0, 0, 1, 1)]


@pytest.mark.parametrize("chosen", [(), (1,), (0, 1)])
def test_what_training_sees_at_the_end_is_near_what_a_bundle_gives_back(
    chosen: tuple[int, ...], tmp_path: Path
) -> None:
    text = Text()
    values = {f"text.{name}": value.numpy().copy() for name, value in text.state_dict().items()}
    write_weights(tmp_path / "w", quantize_towers(values, int4_layers=chosen), {})
    stored = load_arrays(tmp_path / "w", "text.")
    prepare_rounding(text, chosen)
    round_now(text)
    for name, module in text.named_modules():
        if isinstance(module, nn.Linear):
            back, plain = torch.from_numpy(stored[f"{name}.weight"]), values[f"text.{name}.weight"]
            off = (module.weight - back).norm()
            assert off < 0.5 * (torch.from_numpy(plain) - back).norm()


def test_a_text_tower_in_training_is_prepared_by_the_same_rule() -> None:
    student = nn.ModuleDict({"text": Text()})
    prepare_rounding(student, (1,))
    kinds = [type(part) for part in student.modules() if isinstance(part, Rounding)]
    assert kinds == [RoundToInt8, RoundToInt8, RoundToInt4, RoundToInt4]


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
