"""Augmented views of every photo, computed once through the frozen part of the backbone.

Tuning only the upper blocks then costs half, and each step reads small activations instead of
decoding photos. Shape legend: N photos, V views, C channels, F features, S side in pixels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps
from PIL.Image import Resampling

from photosearch.models.architecture import PIXEL_MEAN, PIXEL_SCALE
from photosearch.models.mobilenet import MobileNetV2, pool

BATCH_PHOTOS = 16

Floats16 = NDArray[np.float16]


@dataclass(frozen=True)
class ViewsConfig:
    side: int = 192  # pixels
    views: int = 9  # of each photo; the first is whole, the second mirrored, the rest random
    frozen_blocks: int = 10  # of the backbone's 17
    smallest_area: float = 0.4  # of the photo that a random crop keeps
    jitter: float = 0.3  # of brightness and contrast, as a fraction


def draw_view(photo: Image.Image, view: int, config: ViewsConfig, seed: int) -> Image.Image:
    """One augmented view, RGB [S, S]; the same arguments always give the same picture."""
    size = (config.side, config.side)
    if view < 2:
        whole = photo.resize(size, Resampling.BICUBIC)
        return ImageOps.mirror(whole) if view == 1 else whole
    random = np.random.default_rng((seed, view))
    picture = photo.resize(size, Resampling.BICUBIC, box=_random_box(photo, config, random))
    if random.random() < 0.5:
        picture = ImageOps.mirror(picture)
    low, high = 1 - config.jitter, 1 + config.jitter
    picture = ImageEnhance.Brightness(picture).enhance(random.uniform(low, high))
    return ImageEnhance.Contrast(picture).enhance(random.uniform(low, high))


def _random_box(
    photo: Image.Image, config: ViewsConfig, random: np.random.Generator
) -> tuple[float, float, float, float]:
    area, aspect = random.uniform(config.smallest_area, 1), np.exp(random.uniform(-0.2, 0.2))
    width = photo.width * min(1.0, float(np.sqrt(area * aspect)))
    height = photo.height * min(1.0, float(np.sqrt(area / aspect)))
    left = random.uniform(0, photo.width - width)
    top = random.uniform(0, photo.height - height)
    return (left, top, left + width, top + height)


@dataclass(frozen=True)
class Views:
    """Memory maps: what the frozen part and the whole published backbone say of each view."""

    bottoms: Sequence[Floats16]  # V of [N, C, S/16, S/16]: after the frozen blocks
    features: Sequence[Floats16]  # V of [N, F]: pooled, of the published weights


def cache_views(
    backbone: MobileNetV2,
    paths: Sequence[Path],
    folder: Path,
    config: ViewsConfig,
    *,
    tick: Callable[[int], object],
) -> Views:
    """Computes what the folder does not hold yet. `tick(n)` hears of n more photos done."""
    bottoms, features = [], []
    for view in range(config.views):
        stem = folder / f"view-{config.side}-{config.frozen_blocks}-{view}"
        bottom_path, feature_path = (stem.with_name(f"{stem.name}-{k}.npy") for k in "bf")
        if feature_path.exists():
            tick(len(paths))
        else:
            bottom, pooled = _compute_view(backbone, paths, config, view, tick)
            _save(bottom_path, bottom)
            _save(feature_path, pooled)  # last: its presence says that the view is whole
        bottoms.append(np.load(bottom_path, mmap_mode="r"))
        features.append(np.load(feature_path, mmap_mode="r"))
    return Views(bottoms, features)


def _save(path: Path, values: Floats16) -> None:
    """Temporary name, fsync, rename."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as stream:
        np.save(stream, values)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _compute_view(
    backbone: MobileNetV2,
    paths: Sequence[Path],
    config: ViewsConfig,
    view: int,
    tick: Callable[[int], object],
) -> tuple[Floats16, Floats16]:
    bottoms, features = [], []
    for pixels in view_batches(paths, config, view):
        bottom, pooled = backbone_outputs(backbone, pixels, config.frozen_blocks)
        bottoms.append(bottom)
        features.append(pooled)
        tick(len(pixels))
    return np.concatenate(bottoms), np.concatenate(features)


def view_batches(
    paths: Sequence[Path], config: ViewsConfig, view: int
) -> Iterator[NDArray[np.uint8]]:
    def load(number: int) -> NDArray[np.uint8]:
        with Image.open(paths[number]) as photo:
            return np.asarray(draw_view(photo.convert("RGB"), view, config, number))

    with ThreadPoolExecutor(2) as threads:
        for start in range(0, len(paths), BATCH_PHOTOS * 8):  # bounds what waits in memory
            span = range(start, min(start + BATCH_PHOTOS * 8, len(paths)))
            loaded = list(threads.map(load, span))
            for i in range(0, len(loaded), BATCH_PHOTOS):
                yield np.stack(loaded[i : i + BATCH_PHOTOS])


@torch.inference_mode()
def backbone_outputs(
    backbone: MobileNetV2, pixels: NDArray[np.uint8], blocks: int
) -> tuple[Floats16, Floats16]:
    """uint8 [N, S, S, 3] -> the output of the first blocks [N, C, S/16, S/16] and [N, F]."""
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    x = ((x - PIXEL_MEAN) / PIXEL_SCALE).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        bottom = backbone.bottom(x, upto=blocks)
        features = pool(backbone.top(bottom, start=blocks).float())
    return bottom.half().contiguous().numpy(), features.half().numpy()
