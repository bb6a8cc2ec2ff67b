"""Takes tensors by name, and remembers everything that did not fit."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from photosearch.coreml.families.fit import complain

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
