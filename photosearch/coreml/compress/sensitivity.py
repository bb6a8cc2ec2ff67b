"""A tower of which some weights are as a compressed package would give them back.

Trying a width takes a forward pass of the layers behind it, not a conversion. Shape legend: N
photos or texts, S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from photosearch.coreml.compress.calibration_set import Probe
from photosearch.coreml.compress.match_weights import Held, match
from photosearch.coreml.compress.quantizers import WIDTHS, Floats, Halves, Width, stored
from photosearch.coreml.families.convertible import ImageSide, TextSide
from photosearch.coreml.inputs import text_inputs
from photosearch.coreml.layout.layouts import Plain
from photosearch.coreml.layout.towers import TextTower
from photosearch.coreml.layout.transformer import Block
from photosearch.models.bundle import stored_as_int8

_BATCH = 32
_HOLDERS = (nn.Conv2d, nn.Linear, nn.Embedding)

Batch = tuple[Tensor, ...]
Stored = Mapping[str, Width]  # group -> width


class Trials:
    """One tower, its large weights in groups (a layer's attention, a convolution), and inputs.

    Keeps each weight in every width that was tried: two bytes a value and width.
    """

    def __init__(self, tower: nn.Module, batches: Sequence[Batch]) -> None:
        self._tower, self._batches = tower.eval(), batches
        self._weights = dict(_large_weights(tower))
        self._original = {name: each.data for name, each in self._weights.items()}
        self._held = {name: Held(np.asarray(x, np.float16)) for name, x in self._original.items()}
        self._halves: dict[tuple[str, Width], Halves] = {}
        self._chain = _chain(tower)
        self._reached: list[Tensor] = []  # of each batch, what goes into the next stage
        self.groups = _grouped(tower, self._weights)

    def values(self, name: str) -> Halves:
        """A weight in fp16, as a package holds it."""
        return self._held[name].values

    def bind(self, constants: Sequence[Halves]) -> None:
        """Goes on with the weights that a package holds, as it holds them; others stay as given."""
        self._held, self._halves = match(self._original, constants), {}
        groups = {
            group: tuple(name for name in members if name in self._held)
            for group, members in self.groups.items()
        }
        self.groups = {group: members for group, members in groups.items() if members}

    def original(self) -> Floats:
        """Embeddings of the tower as it was given: [N, D]."""
        return self._run()

    def whole(self, widths: Stored) -> Floats:
        """Embeddings with every group in its width: [N, D]."""
        with self._stored(widths):
            return self._run()

    def each(self, base: Stored) -> Iterator[tuple[str, Width, Floats]]:
        """Embeddings with one group at a time in another width than the others' base: [N, D].

        In the order of the stages, so that what lies before the group is not computed again.
        """
        with self._stored(base):
            starts = self._start()
            for stage in range(len(self._chain) + 1):  # the last: all that lies behind them
                for group in [name for name in self.groups if starts[name] == stage]:
                    for width in WIDTHS:
                        if width != base[group]:
                            with self._stored({group: width}):
                                yield group, width, self._run(stage)
                self._advance(stage)

    @contextmanager
    def _stored(self, widths: Stored) -> Iterator[None]:
        wanted = {name: width for group, width in widths.items() for name in self.groups[group]}
        before = {name: self._weights[name].data for name in wanted}
        try:
            for name, width in wanted.items():
                self._weights[name].data = self._in_width(name, width)
            yield
        finally:
            for name, values in before.items():
                self._weights[name].data = values

    def _in_width(self, name: str, width: Width) -> Tensor:
        if (name, width) not in self._halves:
            self._halves[name, width] = stored(self.values(name), width)
        values = torch.from_numpy(self._halves[name, width]).float()
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
        holders = {_owner(name): name for name in self._weights}

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


def _large_weights(tower: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Those that a package may hold in fewer bits (see `compress`)."""
    for name, module in tower.named_modules():
        if isinstance(module, _HOLDERS) and stored_as_int8(module.weight.shape):
            yield f"{name}.weight", module.weight


def _grouped(tower: nn.Module, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Weights by the module that they are parts of; those of a mere list stand alone."""
    groups: dict[str, tuple[str, ...]] = {}
    for name in names:
        owner = _owner(name)
        above = owner.rpartition(".")[0]
        alone = not above or isinstance(tower.get_submodule(above), nn.ModuleList | nn.Sequential)
        group = owner if alone else above
        groups[group] = (*groups.get(group, ()), name)
    return groups


def _owner(weight: str) -> str:
    """Of `blocks.0.mlp.up.weight`, `blocks.0.mlp.up`."""
    return weight.rpartition(".")[0]


def image_trials(side: ImageSide, probe: Probe) -> Trials:
    planes = torch.from_numpy(probe.pixels).permute(0, 3, 1, 2)
    batches = [(part.float(),) for part in torch.split(planes, _BATCH)]
    return Trials(side.build(Plain()), batches)


def text_trials(side: TextSide, probe: Probe) -> Trials:
    """Padding that no token sees is left out: sentences are short."""
    tower = side.build(Plain())
    rows = [list(text_inputs(side, ids).values()) for ids in probe.ids]
    columns = [torch.from_numpy(np.concatenate(each)) for each in zip(*rows, strict=True)]
    inputs = [each.float() if each.is_floating_point() else each for each in columns]
    longest = max(map(len, probe.ids))
    if isinstance(tower, TextTower) and _ignores_padding(tower):
        inputs = [each[..., :longest] for each in inputs]
        tower.context, tower.positions = longest, nn.Parameter(tower.positions[:longest], False)
        if tower.causal is not None:
            tower.causal = nn.Buffer(tower.causal[..., :longest, :longest], persistent=False)
    return Trials(tower, list(zip(*(torch.split(x, _BATCH) for x in inputs), strict=True)))


def _ignores_padding(tower: TextTower) -> bool:
    attends = all(isinstance(block, Block) for block in tower.blocks)
    return attends and (tower.pooling == "mean" or tower.causal is not None)
