"""What several published classifiers think of each photo, computed once and kept in a file.

Legend: N photos, K classes, F features.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from photosearch.atomic import replacing, storage_errors
from photosearch.models.backbones import Backbone
from photosearch.models.inverted_residuals import InvertedResiduals, pool
from photosearch.train.checkpoint import fingerprint
from photosearch.train.classes import Opinions
from photosearch.train.config import Machine
from photosearch.train.pictures import Pictures

BATCH_PHOTOS = 64
_KEY_DIGITS = 16
_log = logging.getLogger(__name__)


class PublishedClassifier(nn.Module):
    """A published backbone and its classifier: pixels 0..255 [N, 3, S, S] -> logits [N, K]."""

    def __init__(
        self,
        backbone: InvertedResiduals,
        weight: Tensor,
        bias: Tensor,
        *,
        shape: Backbone,
        side: int,
    ) -> None:
        super().__init__()
        self.backbone, self.side = backbone, side
        self.mean, self.scale = shape.mean, shape.scale
        self.weight, self.bias = nn.Parameter(weight.float()), nn.Parameter(bias.float())

    def forward(self, pixels: Tensor) -> Tensor:
        x = ((pixels - self.mean) / self.scale).contiguous(memory_format=torch.channels_last)
        return pool(self.backbone(x).float()) @ self.weight.T + self.bias


def opinions(
    published: Mapping[str, Callable[[], PublishedClassifier]],
    pictures: Pictures,
    folder: Path,
    machine: Machine,
    *,
    tick: Callable[[int], object],
) -> Opinions:
    """The mean posterior of every photo, looked at whole. `tick(n)` hears of n more photos done.

    The file is named by a hash of the photos' contents and of the classifiers' names;
    files of other hashes go, with a warning.
    """
    key = fingerprint([*published, *pictures.paths])[:_KEY_DIGITS]
    path = folder / f"opinions-{key}.npy"
    _sweep(folder, path)
    logs = _load(path, len(pictures.paths))
    if logs is None:
        logs = _compute(published, pictures, machine, tick)
        with storage_errors(path), replacing(path) as stream:
            np.save(stream, logs)
    return Opinions(torch.from_numpy(logs))


def _sweep(folder: Path, kept: Path) -> None:
    for path in folder.glob("opinions-*.npy"):
        if path != kept:
            path.unlink()
            _log.warning("%s was of other photos or classifiers, and is removed", path.name)


def _load(path: Path, photos: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float16]] | None:
    if not path.exists():
        return None
    data, again = path.read_bytes(), io.BytesIO()
    try:
        values: np.ndarray[tuple[int, ...], np.dtype[np.float16]] = np.load(io.BytesIO(data))
        np.save(again, values)
        whole = values.dtype == np.float16 and values.ndim == 2 and len(values) == photos
    except (
        Exception
    ):  # damaged: numpy's errors are of many kinds, of zip and of Python's parser too
        return None
    return values if whole and again.getvalue() == data else None


@torch.inference_mode()
def _compute(
    published: Mapping[str, Callable[[], PublishedClassifier]],
    pictures: Pictures,
    machine: Machine,
    tick: Callable[[int], object],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float16]]:
    total: Tensor | None = None
    for load in published.values():
        model = load().to(machine.device).eval()
        parts = []
        for start in range(0, len(pictures.paths), BATCH_PHOTOS):
            numbers = range(start, min(start + BATCH_PHOTOS, len(pictures.paths)))
            pixels = torch.from_numpy(pictures.whole(numbers, model.side)).to(machine.device)
            with machine.autocast():
                logits = model(pixels.permute(0, 3, 1, 2).float())
            parts.append(torch.softmax(logits.float(), 1).cpu())
            tick(len(numbers))
        posterior = torch.cat(parts)
        total = posterior if total is None else total + posterior
    assert total is not None
    return (total / len(published)).clamp(min=1e-12).log().half().numpy()
