"""Convolutions as filters times gains, and those that go backward another way than torch's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import parametrize

from photosearch.train.convolutions import hasten, of_filters, of_input, split_gains
from photosearch.train.quantization import end_rounding, prepare_rounding, round_now
from photosearch.weights import quantize_int8
from tests.train.tiny import BACKBONE, published, random_backbone

GAINS = torch.tensor([1e-3, -0.5, 40.0, 1.0])


@pytest.fixture
def net() -> nn.Sequential:
    """Two convolutions, of which the first has gains."""
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 2, 1))
    split_gains(net, {"0": GAINS})
    return net


def parameter(net: nn.Module, name: str) -> nn.Parameter:
    return dict(net.named_parameters())[f"0.parametrizations.weight.{name}"]


def weight(layer: nn.Module) -> Tensor:
    found = layer.weight
    assert isinstance(found, Tensor)
    return found


def move(net: nn.Module) -> tuple[Tensor, Tensor]:
    """As an optimizer would: other filters, and gains that changed."""
    filters, change = parameter(net, "original"), parameter(net, "0.change")
    with torch.no_grad():
        filters.add_(torch.randn_like(filters))
        change.add_(0.1 * torch.randn_like(change))
    return filters.detach().clone(), change.detach().clone()


def looped(filters: Tensor, change: Tensor) -> Tensor:
    """filter x gain x (1 + change), one output channel after the other."""
    rows = [
        filters[channel] * float(GAINS[channel]) * (1 + float(change[channel]))
        for channel in range(len(filters))
    ]
    return torch.stack(rows)


def test_split_weights_are_equal_at_the_start() -> None:
    backbone = random_backbone()
    before = {name: value.clone() for name, value in backbone.state_dict().items()}
    split_gains(backbone, published().gains)
    for name in BACKBONE.filters():
        conv = backbone.get_submodule(f"{name}.conv")
        torch.testing.assert_close(weight(conv), before[f"{name}.conv.weight"], rtol=1e-6, atol=0)


def test_filters_are_those_that_were_published() -> None:
    own = published()
    backbone = random_backbone()
    split_gains(backbone, own.gains)
    for name, expected in own.filters.items():
        conv = backbone.get_submodule(name)
        found = conv.parametrizations.weight.original  # type: ignore[union-attr]
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=0)


def test_a_weight_is_the_filter_times_the_gain_times_one_plus_the_change(
    net: nn.Sequential,
) -> None:
    filters, change = move(net)
    torch.testing.assert_close(weight(net[0]), looped(filters, change))


def test_the_weights_stay_equal_when_the_split_is_removed(net: nn.Sequential) -> None:
    filters, change = move(net)
    end_rounding(net)
    assert not any(parametrize.is_parametrized(layer) for layer in net)
    assert set(net.state_dict()) == {"0.weight", "0.bias", "1.weight", "1.bias"}
    torch.testing.assert_close(weight(net[0]).detach(), looped(filters, change))


def test_a_convolution_without_a_gain_stays_plain(net: nn.Sequential) -> None:
    assert not parametrize.is_parametrized(net[1])


def test_a_channel_that_was_given_up_keeps_its_weights() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3))
    before = weight(net[0]).detach().clone()
    split_gains(net, {"0": torch.tensor([0.0, 1e-9, -1e-12, 2.0])})
    torch.testing.assert_close(weight(net[0]).detach(), before, rtol=1e-6, atol=0)
    assert torch.equal(parameter(net, "original")[:3], before[:3])


def test_a_gradient_is_scaled_by_the_gain(net: nn.Sequential) -> None:
    upstream = torch.randn_like(weight(net[0]))
    (weight(net[0]) * upstream).sum().backward()  # type: ignore[no-untyped-call]
    grads = [parameter(net, name).grad for name in ("original", "0.change")]
    assert grads[0] is not None
    assert grads[1] is not None
    gains = GAINS.view(-1, 1, 1, 1)
    torch.testing.assert_close(grads[0], upstream * gains)
    filters = parameter(net, "original").detach()
    expected = (upstream * filters * gains).flatten(1).sum(1)
    torch.testing.assert_close(grads[1].flatten(), expected)


def test_what_was_learnt_comes_back_from_a_state(net: nn.Sequential) -> None:
    move(net)
    again = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 2, 1))
    split_gains(again, {"0": GAINS})
    again.load_state_dict(net.state_dict())
    assert torch.equal(weight(again[0]), weight(net[0]))


@pytest.fixture
def large() -> nn.Sequential:
    """A convolution that is stored as int8, with gains, that rounds its weights."""
    net = nn.Sequential(nn.Conv2d(8000, 4, 1))
    split_gains(net, {"0": GAINS})
    prepare_rounding(net)
    return net


def test_rounding_sees_the_weights_behind_the_gains(large: nn.Sequential) -> None:
    filters, change = move(large)
    round_now(large)
    stored = torch.from_numpy(quantize_int8(looped(filters, change).numpy()).dense())
    torch.testing.assert_close(weight(large[0]).detach(), stored, rtol=0, atol=1e-6)


def test_ended_rounding_gives_the_weights_behind_the_gains(large: nn.Sequential) -> None:
    filters, change = move(large)
    round_now(large)
    end_rounding(large)
    assert set(large.state_dict()) == {"0.weight", "0.bias"}
    torch.testing.assert_close(weight(large[0]).detach(), looped(filters, change))


def test_rounded_weights_pass_the_gradient_to_filters_and_gains(large: nn.Sequential) -> None:
    round_now(large)
    weight(large[0]).sum().backward()  # type: ignore[no-untyped-call]
    grads = [parameter(large, name).grad for name in ("original", "0.change")]
    assert all(grad is not None and bool(grad.any()) for grad in grads)


N, C = 3, 6
KINDS = [  # kernel, stride, side, padding: a stride has its padding before, as in the backbones
    (3, 1, 12, 1),
    (5, 1, 12, 2),
    (3, 2, 13, 0),
    (5, 2, 15, 0),
    (5, 2, 16, 0),  # a last row that no filter reaches
    (3, 2, 12, 1),
    (5, 1, 5, 2),
]


def drawn(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def gradients(conv: nn.Conv2d, x: Tensor) -> list[Tensor]:
    """Of the input, the filters and the bias, for an output that matters unevenly."""
    x = x.detach().requires_grad_()
    y = conv(x)
    (y * drawn(*y.shape).to(y.dtype)).sum().backward()
    assert x.grad is not None
    assert conv.weight.grad is not None
    assert conv.bias is not None
    assert conv.bias.grad is not None
    return [x.grad, conv.weight.grad, conv.bias.grad]


@pytest.fixture(params=KINDS, ids=str)
def seeing(request: pytest.FixtureRequest) -> tuple[nn.Conv2d, Tensor]:
    """A depthwise convolution, and what it looks at."""
    kernel, stride, side, padding = request.param
    return nn.Conv2d(C, C, kernel, stride, padding, groups=C), drawn(N, C, side, side)


def test_the_gradients_are_those_of_the_convolution(seeing: tuple[nn.Conv2d, Tensor]) -> None:
    conv, x = seeing
    expected = gradients(conv, x)
    gradient = drawn(*conv(x).shape)
    how = {"stride": conv.stride[0], "padding": int(conv.padding[0])}
    found = [
        of_input(gradient, x, conv.weight, **how),
        *of_filters(gradient, x, conv.weight, **how),
    ]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


def backward_of(y: Tensor) -> str:
    assert y.grad_fn is not None
    return y.grad_fn.name()


def test_under_autocast_they_are_near_the_exact_ones(seeing: tuple[nn.Conv2d, Tensor]) -> None:
    conv, x = seeing
    expected = [each.clone() for each in gradients(conv, x)]
    conv.zero_grad()
    hasten(conv)
    with torch.autocast("cpu", torch.bfloat16):
        assert "Depthwise" in backward_of(conv(x.bfloat16()))
        found = gradients(conv, x.bfloat16())
    for one, other in zip(found, expected, strict=True):
        assert F.cosine_similarity(one.flatten().float(), other.flatten(), dim=0) > 0.999


def test_the_input_may_need_no_gradient() -> None:
    conv = nn.Conv2d(C, C, 3, 2, groups=C)
    hasten(conv)
    with torch.autocast("cpu", torch.bfloat16):
        conv(drawn(N, C, 13, 13).bfloat16()).sum().backward()
    assert conv.weight.grad is not None


def test_other_convolutions_and_exact_ones_stay_as_they_are() -> None:
    mixing, exact = nn.Conv2d(C, C, 1), nn.Conv2d(C, C, 3, groups=C)
    x = drawn(N, C, 8, 8)
    before = [mixing(x), exact(x)]
    hasten(nn.ModuleList([mixing, exact]))
    assert "Depthwise" not in backward_of(exact(x))
    with torch.autocast("cpu", torch.bfloat16):
        assert "Depthwise" not in backward_of(mixing(x.bfloat16()))
    for now, then in zip([mixing(x), exact(x)], before, strict=True):
        torch.testing.assert_close(now, then, rtol=0, atol=0)
