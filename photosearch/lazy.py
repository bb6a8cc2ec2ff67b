"""Public names of a package that are imported when they are first used (PEP 562)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

Names = tuple[list[str], Callable[[str], object], Callable[[], list[str]]]


def lazy_names(package: str, homes: Mapping[str, str]) -> Names:
    """`__all__`, `__getattr__` and `__dir__` of a package whose public names live in `homes`.

    >>> __all__, __getattr__, __dir__ = lazy_names(__name__, {"Hit": "photosearch.types"})
    """
    names = sorted(homes)

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return names, get, lambda: names
