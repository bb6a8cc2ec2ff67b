"""Augmented views of every photo, computed once through the frozen part of the backbone.

Tuning only the upper blocks then costs half, and each step reads small activations instead of
decoding photos. Shape legend: N photos, V views, C channels, F features, S side in pixels.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps
from PIL.Image import Resampling

from photosearch.atomic import replacing
from photosearch.models import inverted_residuals
from photosearch.models.backbones import MOBILENET_V2
from photosearch.models.inverted_residuals import InvertedResiduals, pool
from photosearch.train.checkpoint import fingerprint, tensor_parts
from photosearch.train.config import ViewsConfig

BATCH_PHOTOS = 16
_KEY_DIGITS = 16
_log = logging.getLogger(__name__)

Floats16 = NDArray[np.float16]


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
class CachedViews:
    """Memory maps: what the frozen part and the whole published backbone say of each view."""

    bottoms: Sequence[Floats16]  # V of [N, C, S/16, S/16]: after the frozen blocks
    features: Sequence[Floats16]  # V of [N, F]: pooled, of the published weights


def cache_views(
    backbone: InvertedResiduals,
    paths: Sequence[Path],
    folder: Path,
    config: ViewsConfig,
    *,
    tick: Callable[[int], object],
) -> CachedViews:
    """Computes what the folder does not hold yet. `tick(n)` hears of n more photos done.

    Files are named by a hash of the photos' contents in their order, the backbone, the settings and
    this code. Those of another hash go, with a warning; one that cannot be read is computed again.
    """
    key = _key(backbone, paths, config)
    _sweep(folder, key)
    bottoms, features = [], []
    for view in range(config.views):
        stem = folder / f"view-{key}-{view}"
        bottom_path, feature_path = (stem.with_name(f"{stem.name}-{k}.npy") for k in "bf")
        bottom, pooled = (_load(path, len(paths)) for path in (bottom_path, feature_path))
        if bottom is None or pooled is None:
            for path, values in zip(
                (bottom_path, feature_path),
                _compute_view(backbone, paths, config, view, tick),
                strict=True,
            ):
                _save(path, values)
            bottom, pooled = (_load(path, len(paths)) for path in (bottom_path, feature_path))
            assert bottom is not None
            assert pooled is not None
        else:
            tick(len(paths))
        bottoms.append(bottom)
        features.append(pooled)
    return CachedViews(bottoms, features)


def _key(backbone: InvertedResiduals, paths: Sequence[Path], config: ViewsConfig) -> str:
    code = (Path(__file__), Path(inverted_residuals.__file__))
    parts = [repr(config), *code, *tensor_parts(backbone.state_dict()), *paths]
    return fingerprint(parts)[:_KEY_DIGITS]


def _sweep(folder: Path, key: str) -> None:
    stale = [path for path in folder.glob("view-*.npy") if not path.name.startswith(f"view-{key}-")]
    for path in stale:
        path.unlink()
    if stale:
        _log.warning("%d cached views of other photos or settings were removed", len(stale))


def _load(path: Path, photos: int) -> Floats16 | None:
    """A memory map, or None where there is no file, or one that is not whole or not ours."""
    try:
        values = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError):  # a map longer than its file is a ValueError
        return None
    whole = values.dtype == np.float16 and values.ndim in (2, 4) and len(values) == photos
    return values if whole else None


def _save(path: Path, values: Floats16) -> None:
    with replacing(path) as stream:
        np.save(stream, values)


def _compute_view(
    backbone: InvertedResiduals,
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
    backbone: InvertedResiduals, pixels: NDArray[np.uint8], blocks: int
) -> tuple[Floats16, Floats16]:
    """uint8 [N, S, S, 3] -> the output of the first blocks [N, C, S/16, S/16] and [N, F]."""
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    x = ((x - MOBILENET_V2.mean) / MOBILENET_V2.scale).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        bottom = backbone.bottom(x, upto=blocks)
        features = pool(backbone.top(bottom, start=blocks).float())
    return bottom.half().contiguous().numpy(), features.half().numpy()
