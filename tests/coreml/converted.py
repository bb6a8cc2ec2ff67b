"""Towers of the models that this folder's tests share, each converted once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from photosearch.coreml.convert import Package, convert_image, convert_text
from photosearch.coreml.families.convertible import open_model
from photosearch.coreml.record import LayoutName, Target


@cache
def converted(
    model: Path,
    side: Literal["image", "text"],
    layout: LayoutName = "ane",
    target: Target = "iOS17",
) -> Package:
    """A package that no test may change."""
    source = open_model(model)
    if side == "image":
        return convert_image(source.image, layout=layout, target=target)
    return convert_text(source.text, layout=layout, target=target)
