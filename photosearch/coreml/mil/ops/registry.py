"""The table of operations: MIL's name to a function whose parameters bear MIL's own names.

An implementation computes in float32 (int32 for all integers, bool) and knows nothing of storage.
Its annotations say what each parameter is: a Tensor stays one, while int, float, bool, str and the
lists of them are taken out of constants beforehand.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

Ints = list[int]
Bools = list[bool]
Tensors = list[Tensor]
Result = Tensor | tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Implementation:
    call: Callable[..., Result]
    kinds: Mapping[str, str]  # parameter -> Tensor, Tensors, int, float, bool, str, Ints, Bools
    required: frozenset[str]
    exact: bool  # its values are all taken from its inputs: nothing to round


OPS: dict[str, Implementation] = {}


def op(*names: str, exact: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function under its own name, less a final underscore, or under those given."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        parameters = inspect.signature(function).parameters
        made = Implementation(
            call=function,
            kinds={
                name: str(each.annotation).removesuffix(" | None")
                for name, each in parameters.items()
            },
            required=frozenset(n for n, each in parameters.items() if each.default is each.empty),
            exact=exact,
        )
        for name in names or (function.__name__.removesuffix("_"),):
            OPS[name] = made
        return function

    return register
