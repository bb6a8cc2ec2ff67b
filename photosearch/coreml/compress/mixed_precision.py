"""Chooses the bits of each layer by what they cost in retrieval: the least loss within a budget.

1. Each group of weights alone in each number of bits: how does it disturb the order of real photos?
2. From all fp16, narrow what costs least for each byte it saves, until the budget is met.
3. Measure that choice whole, then each group's other choices around it, choose once more by these
   figures, and keep whichever of the two choices loses less.

Shape legend: N photos, Q sentences, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from photosearch.coreml.compress.apply import fingerprint
from photosearch.coreml.compress.calibration_set import CalibrationSet, sample_calibration_set
from photosearch.coreml.compress.quantizers import BITS, Bits, Floats, Halves, quantized_bytes
from photosearch.coreml.compress.sensitivity import (
    QuantizedTower,
    quantized_image_tower,
    quantized_text_tower,
)
from photosearch.coreml.families.convertible import Convertible
from photosearch.errors import UsageError
from photosearch.progress import Listener, telling

TOP = 10  # photos that a person sees
MEGA = 1e6
_SIDES = ("image", "text")

Key = tuple[str, str]  # side, group
Choice = Mapping[Key, Bits]
Losses = Mapping[Key, Mapping[Bits, float]]
Sizes = Mapping[Key, Mapping[Bits, int]]  # bytes


@dataclass(frozen=True, slots=True)
class MixedPrecision:
    """The bits that were chosen for each weight, and what they cost."""

    budget_bytes: int  # for both packages
    loss: float  # share of the pairs across the top-10 border whose order turns round
    allocation: Mapping[str, dict[str, Bits]]  # side -> weight -> bits
    by_fingerprint: Mapping[str, Bits]


def disorder(scores: Floats, reference: Floats) -> float:
    """How much the best photos of each sentence are no longer its best: [Q, N], [Q, N] -> 0..1.

    Of all pairs of one photo among the reference's top ten and one that is not, the share whose
    order has turned round. Where top-10 overlap moves in steps of a tenth of a sentence, this
    moves in steps of one pair, so that a few photos tell small losses apart.
    """
    top = min(TOP, max(1, reference.shape[1] // 4))
    order = np.argsort(-reference, axis=1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=1)
    return float((ranked[:, top:, None] >= ranked[:, None, :top]).mean())


def least_bytes(sizes: Sizes) -> int:
    """What all groups take, each in the fewest bits."""
    return sum(min(each.values()) for each in sizes.values())


def choose(losses: Losses, sizes: Sizes, limit: int) -> dict[Key, Bits]:
    """Bits that together take at most `limit` bytes, which must be `least_bytes` or more.

    Always the step that costs least for each byte; what is left over at the end goes where it
    helps most.
    """
    choice: dict[Key, Bits] = dict.fromkeys(sizes, BITS[0])
    while _total(choice, sizes) > limit:
        narrower = [step for step in _steps(choice, losses, sizes) if step.saved > 0]
        step = min(narrower, key=lambda step: (max(step.cost, 0) / step.saved, step.saved))
        choice[step.key] = step.bits
    while True:
        left = limit - _total(choice, sizes)
        gains = [step for step in _steps(choice, losses, sizes) if step.cost < 0]
        wider = [step for step in gains if -left <= step.saved < 0]
        if not wider:
            return choice
        step = max(wider, key=lambda step: step.cost / step.saved)
        choice[step.key] = step.bits


@dataclass(frozen=True, slots=True)
class _Step:
    key: Key
    bits: Bits  # the new one
    cost: float  # what it adds to the loss
    saved: int  # bytes; negative if it takes more


def _steps(choice: Choice, losses: Losses, sizes: Sizes) -> list[_Step]:
    return [
        _Step(key, bits, losses[key][bits] - losses[key][now], sizes[key][now] - size)
        for key, now in choice.items()
        for bits, size in sizes[key].items()
    ]


def _total(choice: Choice, sizes: Sizes) -> int:
    return sum(sizes[key][bits] for key, bits in choice.items())


class MixedPrecisionSearch:
    """Tries bits on both towers of a model, and finds the best choice within a budget."""

    def __init__(self, model: Convertible, calibration: CalibrationSet | None = None) -> None:
        """`calibration`: photos and sentences; None takes those that are on every machine."""
        calibration = sample_calibration_set(model) if calibration is None else calibration
        self.towers: dict[str, QuantizedTower] = {
            "image": quantized_image_tower(model.image, calibration),
            "text": quantized_text_tower(model.text, calibration),
        }
        self._original = {side: tower.embed_original() for side, tower in self.towers.items()}
        self._reference = self._scores(self._original)

    def bind(self, constants: Mapping[str, Sequence[Halves]]) -> None:
        """Goes on with the weights that the packages hold: side -> those worth compressing."""
        for side, tower in self.towers.items():
            tower.bind(constants[side])

    @property
    def sizes(self) -> Sizes:
        return {
            (side, group): {
                bits: sum(quantized_bytes(tower.values(name).shape, bits) for name in names)
                for bits in BITS
            }
            for side, tower in self.towers.items()
            for group, names in tower.groups.items()
        }

    def find(self, budget_bytes: int, fixed_bytes: int, progress: Listener) -> MixedPrecision:
        """The best choice. `fixed_bytes` is what the packages take without these weights.

        Raises UsageError, with the least size, if the budget cannot be met.
        """
        limit, sizes = budget_bytes - fixed_bytes, self.sizes
        check_budget(budget_bytes, fixed_bytes, sizes)
        base: Choice = dict.fromkeys(sizes, BITS[0])
        best, least = base, np.inf
        for part in ("alone", "around the choice"):
            losses = self._losses(base, telling(progress, f"measuring each layer {part}"))
            base = choose(losses, sizes, limit)
            loss = self.loss(base)
            if loss < least:
                best, least = base, loss
        return self._found(best, float(least), budget_bytes)

    def loss(self, choice: Choice) -> float:
        """Of a whole choice."""
        found = {side: tower.embed(_of(choice, side)) for side, tower in self.towers.items()}
        return disorder(self._scores(found), self._reference)

    def _losses(self, base: Choice, progress: Callable[[int, int], None]) -> Losses:
        """Of the base with one group at a time in other bits."""
        whole = {side: tower.embed(_of(base, side)) for side, tower in self.towers.items()}
        at_base = disorder(self._scores(whole), self._reference)
        losses: dict[Key, dict[Bits, float]] = {key: {base[key]: at_base} for key in base}
        done, every = 0, len(base) * (len(BITS) - 1)
        for side, tower in self.towers.items():
            for group, bits, embeddings in tower.embed_each(_of(base, side)):
                scores = self._scores(whole | {side: embeddings})
                losses[side, group][bits] = disorder(scores, self._reference)
                done += 1
                progress(done, every)
        return losses

    def _scores(self, embeddings: Mapping[str, Floats]) -> Floats:
        return np.asarray(embeddings["text"] @ embeddings["image"].T)

    def _found(self, choice: Choice, loss: float, budget_bytes: int) -> MixedPrecision:
        allocation = {
            side: {
                name: choice[side, group] for group, names in tower.groups.items() for name in names
            }
            for side, tower in self.towers.items()
        }
        by_fingerprint: dict[str, Bits] = {}
        for side, each in allocation.items():
            for name, bits in each.items():
                key = fingerprint(self.towers[side].values(name))
                both = (by_fingerprint.get(key, bits), bits)  # of equal weights, the narrower
                by_fingerprint[key] = max(both, key=BITS.index)
        return MixedPrecision(budget_bytes, loss, allocation, by_fingerprint)


def check_budget(budget_bytes: int, fixed_bytes: int, sizes: Sizes) -> None:
    """Raises UsageError, with the least size, if it cannot be met."""
    least = fixed_bytes + least_bytes(sizes)
    if budget_bytes < least:
        got, expected = budget_bytes / MEGA, np.ceil(least / MEGA * 100) / 100
        raise UsageError(f"budget: got {got:.2f} MB, expected at least {expected:.2f} MB")


def _of(choice: Choice, side: str) -> dict[str, Bits]:
    return {group: bits for (each, group), bits in choice.items() if each == side}
