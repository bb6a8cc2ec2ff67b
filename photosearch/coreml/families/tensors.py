"""Reads a checkpoint's tensors, and puts them into a tower or lists those that do not fit.

`fill` is for checkpoints whose tensors are a tower's, under other names. `Reader` is for those of
which a tower is made tensor by tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from photosearch.errors import ModelError
from photosearch.shorten import first_of

# The first pattern that finds files: one, or the shards of one.
TRANSFORMERS = ("model*.safetensors", "pytorch_model*.bin")
APPLE = ("*.safetensors", "*.pt")


def read_tensors(directory: Path, patterns: Sequence[str]) -> dict[str, Tensor]:
    """Every tensor, in float32 where it was a shorter float.

    Pickled files are read without running code. Raises ModelError if there are none, or one
    cannot be read.
    """
    for pattern in patterns:
        files = sorted(directory.glob(pattern))
        if files:
            return {name: x for file in files for name, x in _read(file).items()}
    raise ModelError(f"{directory}: no weights: expected {' or '.join(patterns)}")


def _read(path: Path) -> dict[str, Tensor]:
    raw: Any
    try:
        if path.suffix == ".safetensors":
            raw = load_file(path)
        else:
            raw = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError, UnpicklingError, RuntimeError, EOFError) as error:
        reason = str(error).strip().splitlines()[:1]
        raise ModelError(f"{path} cannot be read: {' '.join(reason)}") from error
    raw = raw.get("state_dict", raw) if isinstance(raw, dict) else raw
    if not isinstance(raw, dict) or not all(isinstance(x, Tensor) for x in raw.values()):
        raise ModelError(f"{path}: got {type(raw).__name__}, expected tensors by name")
    return {name: x.float() if x.is_floating_point() else x for name, x in raw.items()}


def part(tensors: dict[str, Tensor], *prefixes: str) -> dict[str, Tensor]:
    """Those whose names start so; names stay whole."""
    return {name: x for name, x in tensors.items() if name.startswith(prefixes)}


_LISTED = 20  # tensors named in full


def fill(
    build: Callable[[], nn.Module],
    tensors: Mapping[str, Tensor],
    *,
    theirs: Callable[[str], str],
    where: str,
) -> nn.Module:
    """The tower, with every weight from the checkpoint.

    `tensors` are all that belong to this tower, `theirs` gives the checkpoint's name of one of
    the tower's own. A matrix fits a 1x1 convolution. Raises ModelError that lists the names and
    shapes of tensors that are missing, of another shape, or left over.
    """
    with torch.device("meta"):
        tower = build()
    wanted = {theirs(name): (name, values) for name, values in tower.state_dict().items()}
    problems = [
        problem
        for name, (_, values) in wanted.items()
        if (problem := misfit(name, tensors.get(name), tuple(values.shape)))
    ]
    problems += [
        f"{name}: got {list(tensors[name].shape)}, expected no such tensor"
        for name in tensors
        if name not in wanted
    ]
    complain(problems, where)
    state = {own: tensors[name].reshape(values.shape) for name, (own, values) in wanted.items()}
    tower.load_state_dict(state, assign=True)
    return tower.eval().requires_grad_(False)


def misfit(name: str, got: Tensor | None, expected: tuple[int, ...]) -> str | None:
    """What is wrong with a tensor, in words; None if nothing is."""
    matrix = expected[:2] if len(expected) == 4 and expected[2:] == (1, 1) else expected
    if got is None:
        return f"{name}: missing, expected {list(matrix)}"
    if tuple(got.shape) not in (matrix, expected):
        return f"{name}: got {list(got.shape)}, expected {list(matrix)}"
    return None


def complain(problems: Iterable[str], where: str) -> None:
    """Raises ModelError if there are any."""
    found = list(problems)
    if found:
        raise ModelError(f"{where}: tensors do not fit: {first_of(found, _LISTED, '; ')}")


_COUNTERS = "num_batches_tracked"  # of batch norms: no weights


class Reader:
    """The tensors of a checkpoint, each of which should be taken once."""

    def __init__(self, tensors: Mapping[str, Tensor], *, where: str) -> None:
        self._tensors = {n: x for n, x in tensors.items() if not n.endswith(_COUNTERS)}
        self._left, self._where = set(self._tensors), where
        self._problems: list[str] = []

    def has(self, prefix: str) -> bool:
        """Whether a name starts so."""
        return any(name.startswith(prefix) for name in self._tensors)

    def take(self, name: str, *shape: int | None) -> Tensor:
        """A tensor of that shape, None standing for any size.

        If there is none, it is noted, and one of zeros lets reading go on.
        """
        self._left.discard(name)
        found = self._tensors.get(name)
        if found is not None and len(found.shape) == len(shape):
            pairs = zip(found.shape, shape, strict=True)
            if all(wanted in (None, size) for size, wanted in pairs):
                return found
        got = "missing" if found is None else f"got {list(found.shape)}"
        wanted_shape = ", ".join("any" if size is None else str(size) for size in shape)
        self._problems.append(f"{name}: {got}, expected [{wanted_shape}]")
        return torch.zeros([size or 1 for size in shape])

    def finish(self) -> None:
        """Raises ModelError with names and shapes, if anything did not fit or was not taken."""
        left = (
            f"{name}: got {list(self._tensors[name].shape)}, expected no such tensor"
            for name in sorted(self._left)
        )
        complain([*self._problems, *left], self._where)
