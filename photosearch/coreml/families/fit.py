"""A checkpoint's tensors into a tower, or the full list of those that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor, nn

from photosearch.errors import ModelError

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
        more = f"; and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise ModelError(f"{where}: tensors do not fit: {'; '.join(found[:_LISTED])}{more}")
