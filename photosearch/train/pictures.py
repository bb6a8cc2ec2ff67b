"""Photos as training sees them: cropped, mirrored and recoloured anew at every step.

What happens to a photo follows from the seed of its batch alone, so that a run that goes on
after an interruption sees the same pictures. Shape legend: N photos, S side in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling
from torch import Tensor

from photosearch.images import model_pixels, open_image
from photosearch.manifest import ImageSpec
from photosearch.train.config import AugmentConfig

Bytes = NDArray[np.uint8]
Seed = tuple[int, ...]
_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
_ENLARGED = 1.5  # how much larger than a picture's side a photo is opened, for crops of it


@dataclass(frozen=True)
class Recolour:
    """How the colours of each photo of a batch change; float32, one row a photo."""

    brightness: Tensor  # [N, 1, 1, 1], factors
    contrast: Tensor
    saturation: Tensor
    gain: Tensor  # [N, 3, 1, 1]


class Pictures:
    """Opens photos by their numbers, on a few threads."""

    def __init__(self, paths: Sequence[Path], config: AugmentConfig, *, workers: int) -> None:
        self.paths, self.config = paths, config
        self._threads = ThreadPoolExecutor(max(1, workers), "pictures")

    def cropped(self, numbers: Sequence[int] | NDArray[np.int64], seed: Seed) -> Bytes:
        """A random part of each photo, every second one mirrored: uint8 [N, S, S, 3].

        Raises ImageError for a photo that cannot be opened.
        """
        return np.stack(
            list(
                self._threads.map(
                    lambda place: self._crop(int(numbers[place]), (*seed, place)),
                    range(len(numbers)),
                )
            )
        )

    def whole(self, numbers: Sequence[int] | NDArray[np.int64], side: int) -> Bytes:
        """Each photo squashed to a square, as the model sees it: uint8 [N, side, side, 3]."""
        return np.stack(list(self._threads.map(lambda n: self._squashed(int(n), side), numbers)))

    def _crop(self, number: int, seed: Seed) -> Bytes:
        random, side = np.random.default_rng(seed), self.config.side
        photo = open_image(self.paths[number], target=round(side * _ENLARGED))
        picture = photo.resize((side, side), Resampling.BICUBIC, box=self._box(photo, random))
        pixels = np.asarray(picture)
        return pixels[:, ::-1] if random.random() < 0.5 else pixels

    def _squashed(self, number: int, side: int) -> Bytes:
        return model_pixels(open_image(self.paths[number], target=side), ImageSpec(size=side))

    def _box(
        self, photo: Image.Image, random: np.random.Generator
    ) -> tuple[float, float, float, float]:
        area = random.uniform(self.config.smallest_area, 1)
        aspect = np.exp(random.uniform(-self.config.aspect, self.config.aspect))
        width = photo.width * min(1.0, float(np.sqrt(area * aspect)))
        height = photo.height * min(1.0, float(np.sqrt(area / aspect)))
        left = random.uniform(0, photo.width - width)
        top = random.uniform(0, photo.height - height)
        return (left, top, left + width, top + height)


def draw_recolour(count: int, config: AugmentConfig, random: np.random.Generator) -> Recolour:
    """Changes for so many photos."""

    def factor(most: float, *shape: int) -> NDArray[np.float64]:
        return random.uniform(1 - most, 1 + most, shape)

    saturation = factor(config.saturation, count, 1, 1, 1)
    saturation[random.random(count) < config.gray] = 0.0
    drawn = (
        factor(config.brightness, count, 1, 1, 1),
        factor(config.contrast, count, 1, 1, 1),
        saturation,
        random.normal(1.0, config.gain, (count, 3, 1, 1)),
    )
    return Recolour(*(torch.from_numpy(each).float() for each in drawn))


def recolour(pixels: Tensor, change: Recolour) -> Tensor:
    """Changes colours of pictures: float 0..255 [N, 3, S, S] -> the same."""
    on = pixels.device
    luma = torch.tensor(_LUMA, device=on).view(1, 3, 1, 1)
    x = pixels * change.brightness.to(on) * change.gain.to(on)
    mean = (x * luma).sum(1, keepdim=True).mean((2, 3), keepdim=True)
    x = mean + (x - mean) * change.contrast.to(on)
    gray = (x * luma).sum(1, keepdim=True)
    return (gray + (x - gray) * change.saturation.to(on)).clamp(0, 255)
