"""The built-in image tower, run as fast as this CPU allows. Imports torch: reach it lazily.

Photos a second of tower and head at 224 pixels, random weights, one thread of an AMD EPYC with
avx512_bf16 shared with other work (the two taking turns, best of several; the last column is a
run of its own, and float32 alone in a process reached 140 at 16, so trust ratios only roughly):

| photos at once | 1 | 4 | 8 | 16 | 32 | 16, freed memory given back |
|-|-|-|-|-|-|-|
| bfloat16, channels last | 132 | 211 | 219 | 230 | 227 | 158 |
| float32, channels last | 88 | 98 | 90 | 110 | 83 | 60 |

bfloat16 is not free of error. 1 - cos to float32, with MobileNetV2's published weights in int8,
on photos: 1.1e-3 on average with a random head; with heads fitted to CLIP's embeddings of 700
photos, 3e-5 to 1.5e-3 depending on ridge and centring (200 other photos, at most 5.4e-3), and 95
to 97 % of the ten nearest photos kept. int8 storage alone moved them by 2e-3 to 5e-3 with a random
head. Most of it is the rounding of weights and biases, not of activations. What it does to the
shipped model's retrieval must be measured on that model.
A batch of 16 needs 150 MB in bfloat16 and 320 MB in float32.

Shape legend: N photos, S side in pixels, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from photosearch.encoder import Bytes, Floats
from photosearch.errors import ModelError
from photosearch.models.memory import keep_freed_memory
from photosearch.models.mobilenet import pool
from photosearch.models.precision import fastest_dtype
from photosearch.models.towers import PIXEL_MEAN, PIXEL_SCALE, ImageTower

BATCH = 16  # photos per forward pass


class ImageRunner:
    """Prepared pixels to unit vectors."""

    def __init__(self, tensors: Mapping[str, Floats], *, bf16: bool | None = None) -> None:
        """From the state dict of an ImageTower. `bf16` None asks the CPU.

        Raises ModelError if the tensors do not fit the architecture.
        """
        keep_freed_memory()
        self._dtype = fastest_dtype(bf16)
        self._tower = _build(tensors)
        backbone = self._tower.backbone.to(self._dtype)
        backbone.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def __call__(self, pixels: Bytes) -> Floats:
        """uint8 [N, S, S, 3] -> float32 [N, D], unit norm."""
        dim = self._tower.head.linear.out_features
        with torch.inference_mode():
            parts = [self._forward(pixels[i : i + BATCH]) for i in range(0, len(pixels), BATCH)]
        return np.concatenate([np.empty((0, dim), np.float32), *parts])

    def _forward(self, pixels: Bytes) -> Floats:
        """The layout [N, S, S, 3] is what channels-last means, so pixels are cast, not moved.

        The integers 0..255 and their difference to 128 are exact in bfloat16. The head, small
        and sensitive, stays float32.
        """
        writeable = pixels if pixels.flags.writeable else pixels.copy()  # torch warns otherwise
        x = torch.from_numpy(writeable).permute(0, 3, 1, 2).to(self._dtype)  # [N, 3, S, S]
        features = self._tower.backbone(x.sub_(PIXEL_MEAN).div_(PIXEL_SCALE))
        vectors = self._tower.head(pool(features).float())
        return np.asarray(vectors.numpy(), np.float32)


def _build(tensors: Mapping[str, Floats]) -> ImageTower:
    try:
        dim, hidden = (tensors[f"head.{part}.weight"].shape[0] for part in ("linear", "up"))
        with torch.device("meta"):  # the weights come from the bundle: initialise none
            tower = ImageTower(dim=dim, hidden=hidden)
        state = {name: torch.from_numpy(values) for name, values in tensors.items()}
        tower.load_state_dict(state, assign=True)
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"the weights do not fit the built-in image tower: {error}") from error
    return tower.eval().requires_grad_(False)
