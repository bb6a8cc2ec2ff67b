"""The loop: rates, groups, averages, and going on exactly where it stopped."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from photosearch.errors import TrainingDiverged
from photosearch.train.loop import (
    Rate,
    Trainer,
    build_optimizer,
    cosine_rate,
    moving_average,
    take_average,
    trained_parameters,
)
from photosearch.train.workdir import load_checkpoint, save_checkpoint

TOTAL, WARMUP = 100, 10
Losses = Callable[[int], dict[str, Tensor]]


@pytest.fixture
def net() -> nn.Sequential:
    return make_net()


def make_net(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 2))


def losses_of(net: nn.Module) -> Losses:
    """Losses that depend on the step and on the weights alone."""

    def losses(step: int) -> dict[str, Tensor]:
        x = torch.linspace(-1, 1, 15).view(5, 3) + 0.1 * step
        return {"fit": (net(x) - x.sum(1, keepdim=True)).square().mean(), "size": net(x).mean()}

    return losses


def make_trainer(
    net: nn.Module, losses: Losses | None = None, largest_norm: float = 1e9
) -> Trainer[int]:
    return Trainer(
        module=net,
        optimizer=build_optimizer([Rate(list(net.parameters()), 0.1, 0.1)]),
        average=moving_average(net, decay=0.9),
        losses=losses or losses_of(net),
        seed=0,
        total_steps=TOTAL,
        warmup_steps=WARMUP,
        largest_norm=largest_norm,
    )


def values(net: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in net.parameters()]


def advance(trainer: Trainer[int], steps: int) -> Trainer[int]:
    for _ in range(steps):
        trainer.advance(trainer.step)
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
    optimizer = build_optimizer([Rate(list(net.parameters()), 0.1, 0.2)])
    decays = {id(p): g["weight_decay"] for g in optimizer.param_groups for p in g["params"]}
    expected = {id(p): 0.2 if p.ndim > 1 else 0.0 for p in net.parameters()}
    assert decays == expected


@pytest.mark.parametrize("shape", [(5, 1, 1, 1), (1, 5), (1, 1), (5,), ()])
def test_what_is_a_vector_in_all_but_its_shape_does_not_decay(shape: tuple[int, ...]) -> None:
    optimizer = build_optimizer([Rate([nn.Parameter(torch.ones(shape))], 0.1, 0.2)])
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.0]


def test_frozen_parameters_are_not_optimised(net: nn.Sequential) -> None:
    net[0].requires_grad_(False)
    optimizer = build_optimizer([Rate(list(net.parameters()), 0.1, 0.2)])
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    assert held.isdisjoint({id(p) for p in net[0].parameters()})


def test_each_group_takes_its_share_of_its_own_peak(net: nn.Sequential) -> None:
    rates = [Rate(list(net[0].parameters()), 0.1, 0.3), Rate(list(net[2].parameters()), 0.02, 0.1)]
    trainer = make_trainer(net)
    trainer.optimizer = build_optimizer(rates)
    advance(trainer, 3)
    share = cosine_rate(2, total=TOTAL, warmup=WARMUP)
    found = [group["lr"] for group in trainer.optimizer.param_groups]
    assert found == pytest.approx([0.1 * share] * 2 + [0.02 * share] * 2)
    assert [group["weight_decay"] for group in trainer.optimizer.param_groups] == [0.3, 0, 0.1, 0]


def test_a_step_is_adamw_by_the_book() -> None:
    weight = nn.Parameter(torch.full((2, 2), 2.0))
    optimizer = build_optimizer([Rate([weight], 0.1, 0.1)])
    for group in optimizer.param_groups:
        group["lr"] = 0.1
    (3 * weight).sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    # first step: both moments are corrected to the gradient and its square
    assert weight[0, 1].item() == pytest.approx(
        2.0 * (1 - 0.1 * 0.1) - 0.1 * 3 / (math.sqrt(9) + 1e-8)
    )


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
    assert make_trainer(net).advance(0) == pytest.approx(expected)


def test_a_loss_that_is_not_finite_stops_the_run_before_the_weights_change(
    net: nn.Sequential,
) -> None:
    before = values(net)
    trainer = make_trainer(net, lambda _step: {"fit": net(torch.ones(1, 3)).sum() * math.nan})
    with pytest.raises(TrainingDiverged, match="step 1 of 100: the loss is nan"):
        trainer.advance(0)
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


def test_a_gradient_that_is_not_finite_stops_the_run_before_the_weights_change(
    net: nn.Sequential,
) -> None:
    before = values(net)
    trainer = make_trainer(net, lambda _step: {"fit": (next(net.parameters()) * 0).sum().sqrt()})
    with pytest.raises(TrainingDiverged, match="step 1 of 100: the gradient is"):
        trainer.advance(0)
    assert all(map(torch.equal, values(net), before))


@pytest.mark.parametrize(("largest", "expected"), [(1.0, 1.0), (100.0, 50.0)])
def test_a_longer_gradient_is_cut_to_the_largest_length(
    net: nn.Sequential, largest: float, expected: float
) -> None:
    direction = [torch.randn_like(p) for p in net.parameters()]
    length = math.sqrt(sum(float(part.square().sum()) for part in direction))

    def losses(_step: int) -> dict[str, Tensor]:
        pairs = zip(net.parameters(), direction, strict=True)
        return {"fit": torch.stack([(p * d).sum() for p, d in pairs]).sum() * 50 / length}

    make_trainer(net, losses, largest).advance(0)
    found = [p.grad for p in net.parameters()]
    assert math.sqrt(sum(float(g.square().sum()) for g in found if g is not None)) == (
        pytest.approx(expected, rel=1e-4)
    )


def test_what_is_drawn_at_random_follows_from_the_seed_and_the_step(net: nn.Sequential) -> None:
    drawn: list[float] = []

    def losses(_step: int) -> dict[str, Tensor]:
        drawn.append(torch.rand(()).item())
        return {"fit": net(torch.ones(1, 3)).sum()}

    for start, seed in ((0, 0), (1, 0), (0, 0), (0, 1)):
        trainer = make_trainer(net, losses)
        trainer.step, trainer.seed = start, seed
        torch.rand(start + 3)  # what was drawn before does not count
        trainer.advance(0)
    assert drawn[0] == drawn[2]
    assert len(set(drawn)) == 3
