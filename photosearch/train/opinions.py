"""What several published classifiers think of each photo, computed once and kept in a file.

Legend: N photos, K classes, F features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from photosearch.models.backbones import Backbone
from photosearch.models.inverted_residuals import InvertedResiduals, pool
from photosearch.train.classes import Opinions
from photosearch.train.config import Machine
from photosearch.train.kept import Part, kept
from photosearch.train.pictures import Pictures

BATCH_PHOTOS = 64


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
    of: Sequence[Part] = (),
    tick: Callable[[int], object],
) -> Opinions:
    """The mean posterior of every photo, looked at whole. `tick(n)` hears of n more photos done.

    Kept in the folder, by the photos' contents, the classifiers' names and `of`, which is what
    else they depend on. Raises ImageError or StorageError.
    """
    made = kept(
        folder,
        "opinions",
        [*published, *of, *pictures.paths],
        {"logs": len(pictures.paths)},
        lambda: {"logs": _compute(published, pictures, machine, tick)},
    )
    return Opinions(made["logs"])


@torch.inference_mode()
def _compute(
    published: Mapping[str, Callable[[], PublishedClassifier]],
    pictures: Pictures,
    machine: Machine,
    tick: Callable[[int], object],
) -> Tensor:
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
    return (total / len(published)).clamp(min=1e-12).log().half()
