"""How dark, small and blurred photos are, and which are so much so that they are hard to find.

Legend: N photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import UsageError
from photosearch.evaluate.studies.masks import Mask
from photosearch.evaluate.studies.pictures import map_photos
from photosearch.progress import Listener, counting, silent

if TYPE_CHECKING:
    from PIL.Image import Image

_SIDE, _TILES = 224, 8  # pixels of the square that is looked at, tiles along each of its sides


@dataclass(frozen=True, slots=True)
class PhotoTraits:
    """One photo, as numbers."""

    luma: float  # mean of ITU-R BT.601's luma, 0..255
    shorter_side: int  # pixels, of the file
    sharpness: float  # variance of the Laplacian of luma, in the sharpest of 64 tiles


@dataclass(frozen=True, slots=True)
class TraitBounds:
    """Below which a photo counts as dark, small or blurred.

    They are absolute: a slice then means the same in every set, and a set without dark photos says
    so, where the worst tenth of it would be called dark. Chosen by eye. Of the 1,000 photos of
    Flickr8k's dev split 61 are dark (night, stages, silhouettes) and 6 blurred; after a Gaussian of
    0.75 pixels of 224, 58 % of them are blurred, of one pixel 99 %.
    """

    dark: float = 60.0  # of mean luma
    small: int = 224  # pixels, the input of most image towers: a smaller photo is enlarged
    blurred: float = 1000.0  # of sharpness


def read_traits(paths: Sequence[Path], *, progress: Listener = silent) -> list[PhotoTraits]:
    """Reads every photo whole, on several threads. Raises ImageError for one that is unreadable."""
    tell, found = counting(progress, "photo traits", len(paths)), []
    for traits in map_photos(paths, photo_traits):
        found.append(traits)
        tell(1)
    return found


def photo_traits(picture: Image) -> PhotoTraits:
    """Of an upright RGB picture.

    Sharpness is the variance of the Laplacian (Pech-Pacheco et al. 2000,
    doi:10.1109/ICPR.2000.903548) with luma scaled to 224 x 224, what a model is about to see. It is
    taken in tiles and the sharpest counts, so that a subject in focus before a soft background, a
    sky or a dark stage does not make a photo blurred. Noise counts as sharp.
    """
    import PIL.Image

    gray = picture.convert("L").resize((_SIDE, _SIDE), PIL.Image.Resampling.BICUBIC)
    luma = np.asarray(gray, np.float64)
    side = _SIDE // _TILES
    tiles = _laplacian(luma).reshape(_TILES, side, _TILES, side)
    return PhotoTraits(
        luma=float(luma.mean()),
        shorter_side=min(picture.size),
        sharpness=float(tiles.var(axis=(1, 3)).max()),
    )


def by_traits(traits: Sequence[PhotoTraits], bounds: TraitBounds | None = None) -> dict[str, Mask]:
    """Which photos are dark, small and blurred: masks [N]. Raises UsageError for no photos."""
    if not traits:
        raise UsageError("got no photos, expected some")
    at = bounds or TraitBounds()
    luma, side, sharpness = np.array(
        [(each.luma, each.shorter_side, each.sharpness) for each in traits]
    ).T
    return {
        f"dark (mean luma below {at.dark:g})": luma < at.dark,
        f"small (shorter side below {at.small} px)": side < at.small,
        f"blurred (sharpness below {at.blurred:g})": sharpness < at.blurred,
    }


def _laplacian(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    """The four neighbours less four times the pixel, edges repeated: [H, W]."""
    wide = np.pad(luma, 1, mode="edge")
    around = wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]
    return np.asarray(around - 4 * luma)
