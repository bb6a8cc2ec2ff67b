"""A bound on what a program may ask for, checked before memory is."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from photosearch.coreml.mil.values import MAX_ELEMENTS
from photosearch.errors import PackageError


def check_elements(shape: Iterable[int]) -> None:
    """Raises PackageError if an array of this shape would be absurdly large."""
    sizes = list(shape)
    if prod(sizes) > MAX_ELEMENTS:
        raise PackageError(f"an array of shape {sizes}: expected at most {MAX_ELEMENTS} elements")
