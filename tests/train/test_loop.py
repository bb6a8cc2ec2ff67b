"""The loop: rates, groups, averages, and going on exactly where it stopped."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from photosearch.train.checkpoint import load_checkpoint, save_checkpoint
from photosearch.train.loop import MovingAverage, Rate, Trainer, build_optimizer, cosine_rate

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
        average=MovingAverage(net, decay=0.9),
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


def test_the_moving_average_matches_a_loop() -> None:
    net = nn.Linear(1, 1, bias=False)
    average = MovingAverage(net, decay=0.9)
    expected = net.weight.item()
    for step in range(1, 120):
        with torch.no_grad():
            net.weight.fill_(math.sin(step))
        average.update(net)
        keep = min(0.9, (1 + step) / (10 + step))
        expected = keep * expected + (1 - keep) * math.sin(step)
    assert average.values["weight"].item() == pytest.approx(expected, abs=1e-5)


def test_swapping_gives_the_module_its_average(net: nn.Sequential) -> None:
    trainer = advance(make_trainer(net), 3)
    averaged = {name: value.clone() for name, value in trainer.average.values.items()}
    trainer.average.swap(net)
    assert all(torch.equal(p, averaged[name]) for name, p in net.named_parameters())


def test_swapping_twice_changes_nothing(net: nn.Sequential) -> None:
    trainer = advance(make_trainer(net), 3)
    before = values(net)
    averaged = [value.clone() for value in trainer.average.values.values()]
    trainer.average.swap(net)
    trainer.average.swap(net)
    assert all(map(torch.equal, values(net), before))
    assert all(map(torch.equal, trainer.average.values.values(), averaged))


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
    averages = (run.average.values.values() for run in (resumed, whole))
    assert all(map(torch.equal, *averages))
