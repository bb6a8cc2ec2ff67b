"""Embeds with a tower some of whose weights are as a compressed package would give them back.

Trying fewer bits takes a forward pass of the layers behind it, not a conversion. Shape legend: N
photos or texts, S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from photosearch.coreml.compress.calibration_set import (
    Batch,
    CalibrationSet,
    image_batches,
    text_batches,
)
from photosearch.coreml.compress.match_weights import (
    PackageWeight,
    group_weights,
    large_weights,
    match_weights,
    owner,
)
from photosearch.coreml.compress.quantizers import BITS, Bits, Floats, Halves, dequantized
from photosearch.coreml.families.convertible import ImageSide, TextSide
from photosearch.coreml.layout.layouts import Plain

GroupBits = Mapping[str, Bits]  # group -> bits


class QuantizedTower:
    """One tower, its large weights in groups (a layer's attention, a convolution), and inputs.

    Keeps each weight in all bits that were tried: two bytes a value and number of bits.
    """

    def __init__(self, tower: nn.Module, batches: Sequence[Batch]) -> None:
        self._tower, self._batches = tower.eval(), batches
        self._weights = dict(large_weights(tower))
        self._original = {name: each.data for name, each in self._weights.items()}
        self._held = {
            name: PackageWeight(np.asarray(x, np.float16)) for name, x in self._original.items()
        }
        self._halves: dict[tuple[str, Bits], Halves] = {}
        self._chain = _chain(tower)
        self._reached: list[Tensor] = []  # of each batch, what goes into the next stage
        self.groups = group_weights(tower, self._weights)

    def values(self, name: str) -> Halves:
        """A weight in fp16, as a package holds it."""
        return self._held[name].values

    def bind(self, constants: Sequence[Halves]) -> None:
        """Goes on with the weights that a package holds, as it holds them; others stay as given."""
        self._held, self._halves = match_weights(self._original, constants), {}
        groups = {
            group: tuple(name for name in members if name in self._held)
            for group, members in self.groups.items()
        }
        self.groups = {group: members for group, members in groups.items() if members}

    def embed_original(self) -> Floats:
        """Embeddings of the tower as it was given: [N, D]."""
        return self._run()

    def embed(self, allocation: GroupBits) -> Floats:
        """Embeddings with every group in its own bits: [N, D]."""
        with self._quantized(allocation):
            return self._run()

    def embed_each(self, base: GroupBits) -> Iterator[tuple[str, Bits, Floats]]:
        """Embeddings with one group at a time in other bits than its base: [N, D].

        In the order of the stages, so that what lies before the group is not computed again.
        """
        with self._quantized(base):
            starts = self._start()
            for stage in range(len(self._chain) + 1):  # the last: all that lies behind them
                for group in [name for name in self.groups if starts[name] == stage]:
                    for bits in BITS:
                        if bits != base[group]:
                            with self._quantized({group: bits}):
                                yield group, bits, self._run(stage)
                self._advance(stage)

    @contextmanager
    def _quantized(self, allocation: GroupBits) -> Iterator[None]:
        wanted = {name: bits for group, bits in allocation.items() for name in self.groups[group]}
        before = {name: self._weights[name].data for name in wanted}
        try:
            for name, bits in wanted.items():
                self._weights[name].data = self._in_bits(name, bits)
            yield
        finally:
            for name, values in before.items():
                self._weights[name].data = values

    def _in_bits(self, name: str, bits: Bits) -> Tensor:
        if (name, bits) not in self._halves:
            self._halves[name, bits] = dequantized(self.values(name), bits)
        values = torch.from_numpy(self._halves[name, bits]).float()
        return values.reshape(self._original[name].shape) / self._held[name].factor

    def _run(self, start: int = 0) -> Floats:
        """The tower from a stage on: what it gets there was computed before."""
        rows = []
        with torch.inference_mode():
            for number, batch in enumerate(self._batches):
                with _skipped(self._chain[:start], self._reached, number):
                    rows.append(self._tower(*batch).numpy())
        return np.concatenate(rows)

    def _start(self) -> dict[str, int]:
        """Where each group's run has to start; then what goes into the first stage is known."""
        begun, first = 0, dict.fromkeys(self._weights, 0)
        holders = {owner(name): name for name in self._weights}

        def begin(_stage: nn.Module, _inputs: Any) -> None:
            nonlocal begun
            begun += 1

        def use(module: nn.Module, _inputs: Any) -> None:
            first[holders[names[module]]] = begun

        names = {self._tower.get_submodule(owner): owner for owner in holders}
        with ExitStack() as undo, torch.inference_mode():
            for stage in self._chain:
                undo.callback(stage.register_forward_pre_hook(begin).remove)
            for module in names:
                undo.callback(module.register_forward_pre_hook(use).remove)
            self._tower(*self._batches[0])
        inside = {
            name: number
            for number, stage in enumerate(self._chain)
            for name, each in self._weights.items()
            if any(each is other for other in stage.parameters())
        }
        self._reached = []
        return {
            group: min(inside.get(name, first[name]) for name in members)
            for group, members in self.groups.items()
        }

    def _advance(self, stage: int) -> None:
        """Computes what goes into the stage after this one."""
        if stage == len(self._chain):
            return
        found: list[Tensor] = []
        hook = self._chain[stage].register_forward_hook(lambda _m, _i, y: found.append(y))
        try:
            self._run(stage)
        finally:
            hook.remove()
        self._reached = found


@contextmanager
def _skipped(stages: Sequence[nn.Module], reached: Sequence[Tensor], number: int) -> Iterator[None]:
    """These stages give on what they get, but the last gives what was reached before."""

    def reach(_x: Tensor, *_rest: Any) -> Tensor:
        return reached[number]

    def skip(x: Tensor, *_rest: Any) -> Tensor:
        return x

    for stage in stages:
        vars(stage)["forward"] = reach if stage is stages[-1] else skip
    try:
        yield
    finally:
        for stage in stages:
            del vars(stage)["forward"]


def _chain(tower: nn.Module) -> tuple[nn.Module, ...]:
    """The layers that run one after the other, each on what the one before gives."""
    rows = [m for m in tower.modules() if isinstance(m, nn.ModuleList | nn.Sequential)]
    longest = max(rows, key=_size, default=None)
    return () if longest is None else tuple(longest)


def _size(module: nn.Module) -> int:
    return sum(each.numel() for each in module.parameters())


def quantized_image_tower(side: ImageSide, calibration: CalibrationSet) -> QuantizedTower:
    return QuantizedTower(side.build(Plain()), image_batches(calibration))


def quantized_text_tower(side: TextSide, calibration: CalibrationSet) -> QuantizedTower:
    tower = side.build(Plain())
    return QuantizedTower(tower, text_batches(side, tower, calibration))
