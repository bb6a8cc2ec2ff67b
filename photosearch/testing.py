"""Test doubles, for your tests too: a fake encoder, a bundle of random weights, drawn photos.

>>> from photosearch.testing import FakeEncoder
>>> red, blue = FakeEncoder().encode_texts(["red", "blue"])
>>> float(red @ blue)
0.0

Shape legend: N photos or texts, S side in pixels, D embedding width.
"""

from __future__ import annotations

import hashlib
import re
import string
import zlib
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.encoder import Bytes, Floats, ImageInput
from photosearch.errors import UsageError, require
from photosearch.manifest import Calibration, ImageSpec
from photosearch.models.backbones import MOBILENET_V2, Backbone

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from torch import nn

    from photosearch.models.towers import TowersConfig

# The corners of the RGB cube: the index of a colour is 4 * red + 2 * green + blue.
COLORS = ("black", "blue", "green", "cyan", "red", "magenta", "yellow", "white")
_LAYOUT = 0.1  # how much the picture's layout counts beside its colours
_UNKNOWN = 0.01  # how much a word counts that names no colour
_HALF = 128  # of a channel's range
_WORD = re.compile(r"\w+")


class FakeTokenizer:
    """A Tokenizer that gives each word one id, between 1 (start) and 2 (end)."""

    def encode(self, text: str) -> list[int]:
        return [1, *(3 + zlib.crc32(word.encode()) % 997 for word in _words(text)), 2]


class FakeEncoder:
    """An Encoder that embeds colours only: needs no model, and is the same on every machine.

    A photo is the share of each of eight colours (and, in further values, how bright it is from
    top to bottom); a text is the colours that it names. `photos_encoded` counts the photos.
    """

    def __init__(self, *, dim: int = len(COLORS), side: int = 32, name: str = "fake") -> None:
        """Raises UsageError if `dim` has no room for the colours."""
        if dim < len(COLORS):
            raise UsageError(f"dim: got {dim}, expected at least {len(COLORS)}")
        self.name, self.dim = name, dim
        self.space = hashlib.sha256(f"{name} {dim}".encode()).hexdigest()
        self.image = ImageSpec(size=side, filter="bilinear")
        self.calibration = Calibration(scale=10.0, bias=-5.0)
        self.tokenizer, self.photos_encoded = FakeTokenizer(), 0

    def encode_images(self, images: Sequence[ImageInput]) -> Floats:
        """Files, PIL pictures or RGB arrays, uint8 [H, W, 3], to float32 [N, D].

        Raises ImageError for the first unreadable, ShapeError for another array.
        """
        from photosearch.models.batches import pixel_batches

        parts = [self.encode_pixels(part) for part in pixel_batches(images, self.image, size=64)]
        return np.concatenate([np.empty((0, self.dim), np.float32), *parts])

    def encode_pixels(self, pixels: Bytes) -> Floats:
        """uint8 [N, S, S, 3] to float32 [N, D]. Raises ShapeError for anything else."""
        from photosearch.models.batches import check_pixels

        check_pixels(pixels, self.image.size)
        self.photos_encoded += len(pixels)
        corners = (pixels >= _HALF) @ np.array([4, 2, 1])  # [N, S, S]
        shares = [(corners == index).mean(axis=(1, 2)) for index in range(len(COLORS))]
        rows = np.array_split(pixels.mean(axis=(2, 3)), self.dim - len(COLORS) or 1, axis=1)
        bright = [_LAYOUT * (row.mean(axis=1) / _HALF - 1) for row in rows if row.shape[1]]
        return _unit(np.stack((shares + bright)[: self.dim], axis=1), self.dim)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Strings to float32 [N, D]. Raises UsageError for anything but a list of strings."""
        from photosearch.models.batches import check_texts

        rows = [self._text(text) for text in check_texts(texts)]
        return _unit(np.array(rows).reshape(len(rows), len(COLORS)), self.dim)

    def _text(self, text: str) -> Floats:
        vector = np.zeros(len(COLORS), np.float32)
        for word in _words(text) or [""]:
            known = word in COLORS
            index = COLORS.index(word) if known else zlib.crc32(word.encode()) % len(COLORS)
            vector[index] += 1.0 if known else _UNKNOWN
        return vector


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _unit(vectors: Floats, dim: int) -> Floats:
    """Unit rows, filled up with zeros to the width: [N, *] -> [N, D]."""
    wide = np.zeros((len(vectors), dim), np.float32)
    wide[:, : vectors.shape[1]] = vectors
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    return wide


def _disc(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    radius = min(w, h) * 0.45
    draw.ellipse((w / 2 - radius, h / 2 - radius, w / 2 + radius, h / 2 + radius), fill=color)


def _square(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    side = min(w, h) * 0.4
    draw.rectangle((w / 2 - side, h / 2 - side, w / 2 + side, h / 2 + side), fill=color)


def _triangle(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    draw.polygon([(w * 0.05, h * 0.95), (w * 0.5, h * 0.02), (w * 0.95, h * 0.95)], fill=color)


def _stripes(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    for i in range(0, 10, 2):
        draw.rectangle((0, h * i / 10, w, h * (i + 1) / 10), fill=color)


def _checkers(draw: ImageDraw, w: int, h: int, color: tuple[int, ...]) -> None:
    for i, j in ((i, j) for i in range(8) for j in range(8) if (i + j) % 2):
        draw.rectangle((w * i / 8, h * j / 8, w * (i + 1) / 8, h * (j + 1) / 8), fill=color)


_SHAPES: dict[str, Callable[[ImageDraw, int, int, tuple[int, ...]], None]] = {
    draw.__name__[1:]: draw for draw in (_disc, _square, _triangle, _stripes, _checkers)
}
# What `draw_photos` draws by default: "<color> <shape> on <color>".
DRAWINGS = (
    "red disc on white", "blue square on yellow", "green triangle on cyan",
    "black stripes on yellow", "magenta checkers on black", "white disc on blue",
)  # fmt: skip
_DRAWING = re.compile(rf"({'|'.join(COLORS)}) ({'|'.join(_SHAPES)}) on ({'|'.join(COLORS)})")
_RGB: dict[str, tuple[int, ...]] = dict(zip(COLORS, product((0, 255), repeat=3), strict=True))


def draw_photo(description: str, *, width: int = 320, height: int = 240) -> Image:
    """Draws a description such as "red disc on white"; sides in pixels.

    Raises UsageError for words that are not "<color> <shape> on <color>".
    """
    from PIL import Image, ImageDraw

    match = _DRAWING.fullmatch(description)
    if match is None:
        shapes = ", ".join(_SHAPES)
        raise UsageError(f"got {description!r}, expected a color, one of {shapes}, 'on', a color")
    color, shape, background = match.groups()
    picture = Image.new("RGB", (width, height), _RGB[background])
    _SHAPES[shape](ImageDraw.Draw(picture), width, height, _RGB[color])
    return picture


def draw_photos(directory: Path, descriptions: Iterable[str] = DRAWINGS) -> dict[str, Path]:
    """Draws each description into a JPEG named after it: description -> path."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = {text: directory / f"{text.replace(' ', '-')}.jpg" for text in descriptions}
    for text, path in paths.items():
        draw_photo(text).save(path, quality=90)
    return paths


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
