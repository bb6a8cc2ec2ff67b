"""The loop: rates, groups, averages, and going on exactly where it stopped."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from photosearch.train.checkpoint import load_checkpoint, save_checkpoint
from photosearch.train.loop import (
    Rate,
    Trainer,
    build_optimizer,
    cosine_rate,
    moving_average,
    take_average,
    trained_parameters,
)

TOTAL, WARMUP = 100, 10
Losses = Callable[[int], dict[str, Tensor]]


@pytest.fixture
def net() -> nn.Sequential:
    return make_net()


def make_net(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 1))


def losses_of(net: nn.Module) -> Losses:
    """Losses that depend on the step and on the weights alone."""

    def losses(step: int) -> dict[str, Tensor]:
        x = torch.linspace(-1, 1, 15).view(5, 3) + 0.1 * step
        return {"fit": (net(x) - x.sum(1, keepdim=True)).square().mean(), "size": net(x).mean()}

    return losses


def make_trainer(net: nn.Module, losses: Losses | None = None) -> Trainer:
    return Trainer(
        module=net,
        optimizer=build_optimizer([Rate(net.parameters(), 0.1)], weight_decay=0.1),
        average=moving_average(net, decay=0.9),
        losses=losses or losses_of(net),
        total_steps=TOTAL,
        warmup_steps=WARMUP,
    )


def values(net: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in net.parameters()]


def advance(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.advance()
    return trainer


def test_the_rate_starts_at_one_part_of_the_warm_up() -> None:
    assert cosine_rate(0, total=TOTAL, warmup=WARMUP) == pytest.approx(1 / WARMUP)


def test_the_rate_is_half_at_half_of_the_way() -> None:
    assert cosine_rate(TOTAL // 2, total=TOTAL, warmup=WARMUP) == pytest.approx(0.5)


def test_the_rate_ends_at_nothing() -> None:
    assert cosine_rate(TOTAL, total=TOTAL, warmup=WARMUP) == pytest.approx(0)


def test_after_the_warm_up_the_rate_only_falls() -> None:
    rates = [cosine_rate(step, total=TOTAL, warmup=WARMUP) for step in range(WARMUP, TOTAL)]
    assert rates == sorted(rates, reverse=True)


def test_only_matrices_decay(net: nn.Sequential) -> None:
    optimizer = build_optimizer([Rate(net.parameters(), 0.1)], weight_decay=0.2)
    decays = {id(p): g["weight_decay"] for g in optimizer.param_groups for p in g["params"]}
    expected = {id(p): 0.2 if p.ndim > 1 else 0.0 for p in net.parameters()}
    assert decays == expected


def test_frozen_parameters_are_not_optimised(net: nn.Sequential) -> None:
    net[0].requires_grad_(False)
    optimizer = build_optimizer([Rate(net.parameters(), 0.1)], weight_decay=0.2)
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    assert held.isdisjoint({id(p) for p in net[0].parameters()})


def test_each_group_takes_its_share_of_its_own_peak(net: nn.Sequential) -> None:
    rates = [Rate(net[0].parameters(), 0.1), Rate(net[2].parameters(), 0.02)]
    trainer = make_trainer(net)
    trainer.optimizer = build_optimizer(rates, weight_decay=0.0)
    advance(trainer, 3)
    share = cosine_rate(2, total=TOTAL, warmup=WARMUP)
    found = [group["lr"] for group in trainer.optimizer.param_groups]
    assert found == pytest.approx([0.1 * share] * 2 + [0.02 * share] * 2)


def test_a_step_is_adamw_by_the_book() -> None:
    weight = nn.Parameter(torch.tensor([[2.0]]))
    optimizer = build_optimizer([Rate([weight], 0.1)], weight_decay=0.1)
    for group in optimizer.param_groups:
        group["lr"] = 0.1
    (3 * weight).sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    # first step: both moments are corrected to the gradient and its square
    assert weight.item() == pytest.approx(2.0 * (1 - 0.1 * 0.1) - 0.1 * 3 / (math.sqrt(9) + 1e-8))


def test_the_moving_average_matches_a_loop_to_the_bit() -> None:
    net = make_net()
    average = moving_average(net, decay=0.9)
    expected = values(net)
    for step in range(1, 120):
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.add_(math.sin(step))
        average.update_parameters(trained_parameters(net))
        keep = min(0.9, (1 + step) / (10 + step))
        for mean, value in zip(expected, net.parameters(), strict=True):
            mean.lerp_(value.detach(), 1 - keep)
    assert all(map(torch.equal, average.module.parameters(), expected))


def test_what_is_frozen_is_not_averaged(net: nn.Sequential) -> None:
    net[0].requires_grad_(False)
    assert len(list(moving_average(net, decay=0.9).module.parameters())) == 4


def test_a_module_takes_its_average(net: nn.Sequential) -> None:
    trainer = advance(make_trainer(net), 3)
    averaged = [value.clone() for value in trainer.average.module.parameters()]
    take_average(net, trainer.average)
    assert all(map(torch.equal, values(net), averaged))


def test_the_parts_of_the_loss_are_told_by_name(net: nn.Sequential) -> None:
    expected = {name: part.item() for name, part in losses_of(net)(0).items()}
    assert make_trainer(net).advance() == pytest.approx(expected)


def test_a_loss_that_is_not_finite_stops_the_run_before_the_weights_change(
    net: nn.Sequential,
) -> None:
    before = values(net)
    trainer = make_trainer(net, lambda _step: {"fit": net(torch.ones(1, 3)).sum() * math.nan})
    with pytest.raises(FloatingPointError, match="step 0"):
        trainer.advance()
    assert all(map(torch.equal, values(net), before))


def test_a_restored_run_goes_on_exactly(tmp_path: Path) -> None:
    whole = advance(make_trainer(make_net()), 8)
    save_checkpoint(tmp_path / "c.pt", advance(make_trainer(make_net()), 5).state(), of="test")
    state = load_checkpoint(tmp_path / "c.pt", of="test")
    assert state is not None
    resumed = make_trainer(make_net(seed=1))
    resumed.restore(state)
    advance(resumed, 3)
    assert resumed.step == whole.step
    assert all(map(torch.equal, values(resumed.module), values(whole.module)))
    averages = (run.average.module.parameters() for run in (resumed, whole))
    assert all(map(torch.equal, *averages))
