"""Prepares the photos and sentences on which stored weights are tried.

Shape legend: N photos, S side in pixels, Q sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from photosearch.coreml.families.convertible import Convertible, TextSide
from photosearch.coreml.inputs import text_inputs
from photosearch.coreml.layout.towers import TextTower
from photosearch.coreml.layout.transformer import Block
from photosearch.images import model_pixels, open_image, sample_photos
from photosearch.models.tokenizer import open_tokenizer

# What people ask their photos for. Not written for the photos that they are tried on: how a
# sentence orders photos that it does not describe is what compression disturbs first.
SENTENCES = (
    "a cat", "a dog on a beach", "a cup of coffee", "an astronaut", "a motorcycle in a garage",
    "a flower", "a rocket launch", "the moon at night", "a page of a book", "old coins",
    "green grass", "a brick wall", "a temple in the mountains", "a man with a camera",
    "a starry sky", "two friends laughing", "a birthday cake with candles", "children playing",
    "a red car", "snow on the mountains", "a sunset over the sea", "a plate of food",
    "people at a wedding", "a bicycle leaning on a wall", "a baby asleep", "a city at night",
    "a horse in a field", "a boat on a lake", "a bird on a branch", "a clock",
    "a woman in a red dress", "my kitchen", "an empty road", "a football match", "a receipt",
    "fireworks", "a waterfall", "a train station", "a black and white photo", "something round",
    "a close-up of an eye", "a hand holding a phone", "a garden in spring", "autumn leaves",
    "a blurry picture", "a stone texture", "a portrait of a woman", "blue sky with clouds",
)  # fmt: skip
_BATCH = 32  # photos or sentences a forward pass
_VIEW = 0.6  # of a photo's sides, cut from two of its corners
Batch = tuple[Tensor, ...]  # the arguments of a tower


@dataclass(frozen=True, slots=True)
class CalibrationSet:
    """What both towers are tried on. Calibration of scores is another thing: see `manifest`."""

    pixels: NDArray[np.uint8]  # [N, S, S, 3]
    ids: tuple[tuple[int, ...], ...]  # Q times token ids, not padded


def sample_calibration_set(model: Convertible) -> CalibrationSet:
    """The photos that are on every machine, each whole and twice in part, and our sentences.

    Raises MissingExtra if the packages that hold the photos are not installed.
    """
    photos = sample_photos(extra="demo", purpose="measuring what compression loses")
    return make_calibration_set(model, photos, SENTENCES, parts=True)


def make_calibration_set(
    model: Convertible,
    photos: Sequence[Path],
    sentences: Sequence[str],
    *,
    parts: bool = False,
) -> CalibrationSet:
    """Raises ImageError for the first photo that cannot be read."""
    spec, text = model.image.spec, model.text
    pixels = []
    for photo in photos:
        image = open_image(photo)
        pixels.append(model_pixels(image, spec))
        wide, high = (round(_VIEW * side) for side in image.size)
        if parts:
            pixels.append(model_pixels(image.crop((0, 0, wide, high)), spec))
            pixels.append(model_pixels(image.crop((image.width - wide, image.height - high,
                                              image.width, image.height)), spec))  # fmt: skip
    tokenizer = open_tokenizer(text.tokenizer[0].parent, text.spec)
    return CalibrationSet(
        np.stack(pixels), tuple(tuple(tokenizer.encode(each)) for each in sentences)
    )


def image_batches(calibration: CalibrationSet) -> list[Batch]:
    """The photos as an image tower takes them: float32 [n, 3, S, S], 0..255."""
    planes = torch.from_numpy(calibration.pixels).permute(0, 3, 1, 2)
    return [(part.float(),) for part in torch.split(planes, _BATCH)]


def text_batches(side: TextSide, tower: nn.Module, calibration: CalibrationSet) -> list[Batch]:
    """The sentences as this text tower takes them.

    Sentences are short: the tower itself is cut to the longest where it sees no padding.
    """
    rows = [list(text_inputs(side, ids).values()) for ids in calibration.ids]
    columns = [torch.from_numpy(np.concatenate(each)) for each in zip(*rows, strict=True)]
    inputs = [each.float() if each.is_floating_point() else each for each in columns]
    longest = max(map(len, calibration.ids))
    if isinstance(tower, TextTower) and _ignores_padding(tower):
        inputs = [each[..., :longest] for each in inputs]
        _shorten(tower, longest)
    return list(zip(*(torch.split(x, _BATCH) for x in inputs), strict=True))


def _ignores_padding(tower: TextTower) -> bool:
    attends = all(isinstance(block, Block) for block in tower.blocks)
    return attends and (tower.pooling == "mean" or tower.causal is not None)


def _shorten(tower: TextTower, context: int) -> None:
    tower.context = context
    tower.positions = nn.Parameter(tower.positions[:context], False)
    if tower.causal is not None:
        tower.causal = nn.Buffer(tower.causal[..., :context, :context], persistent=False)
