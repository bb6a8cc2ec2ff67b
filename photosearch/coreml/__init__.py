"""Core ML: convert, compress, run on any machine, verify, lint, bundle.

>>> from photosearch.coreml import ReferenceModel
>>> model = ReferenceModel("image.mlpackage")  # doctest: +SKIP
>>> model.predict({"image": pixels})  # doctest: +SKIP

Importing this package imports neither torch nor coremltools: names are resolved on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photosearch.coreml.mil.model import ReferenceModel

__all__ = ["ReferenceModel"]

_HOMES = {"ReferenceModel": "photosearch.coreml.mil.model"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'photosearch.coreml' has no attribute {name!r}")
    from importlib import import_module

    from photosearch.errors import require

    require("coreml", "running a Core ML package", "torch")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
