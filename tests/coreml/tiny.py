"""A model so small that it converts in a second, and yet tells photos and sentences apart."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import torch
from torch import Tensor, nn

from photosearch.coreml.families.convertible import Convertible, ImageSide, TextSide
from photosearch.coreml.layout.layouts import Layout
from photosearch.coreml.layout.towers import ImageTower, TextTower
from photosearch.coreml.layout.transformer import NormHead, Stack, blocks
from photosearch.manifest import Calibration, ImageSpec, TextSpec
from photosearch.testing import COLORS

SIDE, CONTEXT, DIM, WIDTH = 32, 16, 24, 32
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Features(nn.Module):
    """Two convolutions: [B, 3, S, S] -> one token."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        self.first, self.second = nn.Conv2d(3, 16, 8, 8), nn.Conv2d(16, DIM, 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.layout.from_map(self.second(self.first(x).relu()))


def tiny_source(directory: Path, *, seed: int = 0) -> Convertible:
    """The tokenizer's file goes to the directory; the weights follow from the seed."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_LETTERS]
    pieces += [*(f"##{letter}" for letter in _LETTERS), *".,'-", *COLORS]
    directory.mkdir(parents=True, exist_ok=True)
    vocabulary = directory / "vocab.txt"
    vocabulary.write_text("\n".join(pieces) + "\n")

    def image(layout: Layout) -> nn.Module:
        gray = (128.0,) * 3
        return shaken(ImageTower(layout, mean=gray, std=gray, features=Features(layout)), seed)

    def text(layout: Layout) -> nn.Module:
        stack = Stack(width=WIDTH, heads=2, hidden=WIDTH, layers=1)
        tower = TextTower(
            layout,
            vocabulary=len(pieces),
            context=CONTEXT,
            width=WIDTH,
            before=nn.Identity(),
            blocks=blocks(layout, stack),
            head=NormHead(layout, inputs=WIDTH, dim=DIM, eps=1e-5),
            pooling="mean",
            causal=False,
        )
        return shaken(tower, seed)

    return Convertible(
        name="tiny",
        architecture="tiny",
        dim=DIM,
        widths=(DIM,),
        space=hashlib.sha256(str(seed).encode()).hexdigest(),
        calibration=Calibration(10.0, -5.0),
        image=ImageSide(ImageSpec(size=SIDE), image),
        text=TextSide(TextSpec(CONTEXT, "wordpiece"), "mean", text, (vocabulary,)),
    )


def shaken(tower: nn.Module, seed: int) -> nn.Module:
    """The same values in both layouts: each tensor's follow from its name."""
    with torch.no_grad():
        for name, values in tower.named_parameters():
            if "norm" in name:
                continue
            if name.endswith("bias"):
                values.zero_()
                continue
            random = torch.Generator().manual_seed(zlib.crc32(f"{seed} {name}".encode()))
            fan = values[0].numel() if "tokens" not in name and "positions" not in name else 1
            drawn = torch.randn(values.numel(), generator=random)
            values.copy_(drawn.reshape(values.shape) * (2 / fan) ** 0.5)
    return tower
