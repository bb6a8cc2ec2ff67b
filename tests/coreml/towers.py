"""Runs the towers of a source in torch."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from photosearch.coreml.families.convertible import Convertible
from photosearch.coreml.inputs import text_inputs
from photosearch.coreml.layout.layouts import LAYOUTS
from photosearch.coreml.record import LayoutName

CLOSE = 1e-5  # what the layouts may differ by, in float32


def random_pixels(side: int, count: int = 3) -> NDArray[np.uint8]:
    """uint8 [N, S, S, 3]."""
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def embed_pixels(
    source: Convertible, layout: LayoutName, pixels: NDArray[np.uint8]
) -> torch.Tensor:
    """uint8 [N, S, S, 3] -> [N, D]."""
    tower = source.image.build(LAYOUTS[layout])
    with torch.inference_mode():
        embedded: torch.Tensor = tower(torch.from_numpy(pixels).permute(0, 3, 1, 2).float())
    return embedded


def embed_ids(source: Convertible, layout: LayoutName, ids: list[int]) -> torch.Tensor:
    """Token ids, not padded -> [1, D]."""
    inputs = text_inputs(source.text, ids).values()
    arrays = (torch.from_numpy(np.array(each)) for each in inputs)
    with torch.inference_mode():
        tower = source.text.build(LAYOUTS[layout])
        embedded: torch.Tensor = tower(*(x.float() if x.is_floating_point() else x for x in arrays))
    return embedded
