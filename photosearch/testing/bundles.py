"""Writes a bundle of the built-in architecture with random weights."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import UsageError, require
from photosearch.manifest import Calibration, ImageSpec
from photosearch.models.backbones import MOBILENET_V2, Backbone
from photosearch.testing.encoders import COLORS

if TYPE_CHECKING:
    from torch import nn

    from photosearch.models.towers import TowersConfig


def random_bundle(
    directory: Path,
    *,
    seed: int = 0,
    config: TowersConfig | None = None,
    image: ImageSpec | None = None,
    backbone: Backbone = MOBILENET_V2,
    words: Sequence[str] = (),
) -> Path:
    """Writes a bundle of the built-in architecture with random weights; small by default.

    Its text tower has few and narrow layers, its image tower is a backbone in full (at 64
    pixels); its tokenizer knows `words`. The same seed gives the same bytes. Returns the
    directory. Imports torch: raises MissingExtra without it.
    """
    require("train", "a bundle with random weights", "torch")
    import torch

    from photosearch.models import quantize_towers, write_bundle
    from photosearch.models.towers import ImageTower, TextTower, TowersConfig

    shape = config or TowersConfig(
        dim=64, head_hidden=64, vocabulary=256, context=24, width=64, layers=2, heads=2
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        towers = {
            "image": ImageTower(dim=shape.dim, hidden=shape.head_hidden, backbone=backbone),
            "text": TextTower(shape),
        }
        state = {
            f"{name}.{key}": values.numpy()
            for name, tower in towers.items()
            for key, values in _shuffle(tower).state_dict().items()
        }
    write_bundle(
        directory,
        name="random",
        version="0",
        tensors=quantize_towers(state),
        heads=shape.heads,
        vocabulary=_vocabulary(shape.vocabulary),
        image=image or ImageSpec(size=64),
        calibration=Calibration(scale=10.0, bias=-5.0),
        card="# Random weights\n\nFor tests. It knows nothing.\n",
        backbone=backbone,
        words=words,
    )
    return directory


def _shuffle(tower: nn.Module) -> nn.Module:
    """Weights under which different inputs stay different through every layer.

    He et al. 2015, arXiv:1502.01852: torch's defaults let a deep convolutional net fade away.
    """
    from torch import nn

    for module in tower.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.normal_(module.bias, std=0.1)
    return tower


def _vocabulary(size: int) -> list[str]:
    """Pieces that spell every ASCII text, filled up with numbered words."""
    letters = string.ascii_lowercase + string.digits
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces += [*letters, *(f"##{letter}" for letter in letters), *string.punctuation, *COLORS]
    if size < len(pieces):
        raise UsageError(f"vocabulary: got {size}, expected at least {len(pieces)}")
    return pieces + [f"word{i}" for i in range(size - len(pieces))]
