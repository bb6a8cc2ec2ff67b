"""Receipts, signs and screenshots with known words, drawn and then photographed by arithmetic.

Each is drawn flat, laid over a ground in perspective, lit unevenly, blurred, given noise and stored
as a JPEG, with everything decided by its seed. The fonts are those inside matplotlib, and the one
inside Pillow; the grounds are photos inside scikit-image.

Shape legend: H, W sides of a picture in pixels.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

KINDS = ("receipt", "sign", "screenshot")
# The words of skimage.data.page(), as a person reads them.
PAGE = """Region-based segmentation
Let us first determine markers of the coins and the background. These markers are pixels that we can
label unambiguously as either object or background. Here, the markers are found at the two extreme
parts of the histogram of grey values:
>>> markers = np.zeros_like(coins)"""

_FACES = {
    "receipt": ("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSans", "STIXGeneral"),
    "sign": ("DejaVuSans-Bold", "DejaVuSerif-Bold", "STIXGeneralBol", "DejaVuSans"),
    "screenshot": ("DejaVuSans", "", "cmss10", "STIXGeneral", "DejaVuSerif"),  # no diacritics here
}
_COLOURS = (
    (20, 20, 20),
    (250, 250, 250),
    (180, 20, 30),
    (20, 60, 140),
    (250, 210, 40),
    (0, 90, 60),
)
_SHOPS = ("Hotel Seaview", "Corner Bakery", "Green Market", "Café Aurora", "Harbour Pharmacy",
          "Garden Centre", "Bookshop Lindqvist", "Hardware Supply", "Pension Müller")  # fmt: skip
_GOODS = ("tomatoes", "butter", "espresso", "cappuccino", "croissant", "olive oil", "rye bread",
          "shampoo", "batteries", "notebook", "oranges", "cheddar", "salmon fillet", "breakfast",
          "double room", "city tax", "parking", "lemonade", "chocolate", "pepper mill", "candles",
          "jam", "light bulb", "garden hose", "vitamin tablets", "apple juice")  # fmt: skip
_SIGNS = ("Exit", "No parking", "Central station", "Platform 7", "Museum of modern art", "Bakery",
          "Caution wet floor", "Private property", "Beach 400 m", "Way out", "Town hall", "Sale",
          "Please ring the bell", "Market street", "Trail closed", "Danger high voltage",
          "Speed limit 30", "Open daily", "Ferry terminal", "Ice cream", "Welcome to Lisbon",
          "Rue de la Paix", "Bahnhofstraße", "Tickets here")  # fmt: skip
_MESSAGES = ("Your parcel arrives tomorrow before noon", "Boarding pass gate B12 seat 23A",
             "Meeting moved to Thursday afternoon", "Verification code 482913",
             "Payment of 49.90 received, thank you", "Download complete", "Low battery 10 percent",
             "Can you send me the address again?", "Happy birthday, see you on Saturday!",
             "Settings Notifications Privacy", "Reservation confirmed for two guests",
             "Weather warning: thunderstorms expected", "The recipe needs flour and sugar",
             "Password changed successfully", "Train delayed by fifteen minutes",
             "Wi-Fi network guest, password bluewhale")  # fmt: skip

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnText:
    """A photo of words."""

    kind: str  # of KINDS
    text: str  # lines that it shows
    jpeg: bytes


def draw(kind: str, seed: int) -> DrawnText:
    """One photo of words; the same for the same seed and the same Pillow."""
    rng = Random(f"{kind} {seed}")
    if kind == "screenshot":
        return DrawnText(kind, *_screenshot(rng))
    flat, text = _receipt(rng) if kind == "receipt" else _sign(rng)
    return DrawnText(kind, text, _photograph(flat, rng))


def page() -> Pixels:
    """scikit-image's photo of a printed page: uint8 [H, W, 3]."""
    return np.asarray(_scikit_image("page"))


def _receipt(rng: Random) -> tuple[Image.Image, str]:
    lines = [rng.choice(_SHOPS), f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.2024"]
    prices = [rng.randint(99, 9999) for _ in range(rng.randint(5, 14))]
    lines += [f"{rng.choice(_GOODS)} {price / 100:.2f}" for price in prices]
    lines += [f"Total {sum(prices) / 100:.2f}", "Thank you for your visit"]
    size = rng.randint(20, 34)
    font = _font("receipt", size, rng)
    flat = Image.new("RGB", (size * 22, int(size * 1.5) * (len(lines) + 2)), (246, 244, 238))
    pen = ImageDraw.Draw(flat)
    ink = (rng.randint(20, 90),) * 3
    for row, line in enumerate(lines, start=1):
        words, _, price = line.rpartition(" ")
        top = int(size * 1.5) * row
        if line[-1].isdigit() and words:  # the price stands at the right edge
            pen.text((size, top), words, ink, font)
            pen.text((flat.width - size, top), price, ink, font, anchor="ra")
        else:
            pen.text((size, top), line, ink, font)
    return flat, "\n".join(lines)


def _sign(rng: Random) -> tuple[Image.Image, str]:
    lines = rng.sample(_SIGNS, rng.randint(1, 3))
    size = rng.randint(36, 110)
    font = _font("sign", size, rng)
    ground = rng.choice(_COLOURS)
    ink = max(_COLOURS, key=lambda colour: (_contrast(colour, ground), rng.random()))
    wide = max(int(font.getlength(line)) for line in lines) + 2 * size
    flat = Image.new("RGB", (wide, int(size * 1.4) * len(lines) + size), ground)
    pen = ImageDraw.Draw(flat)
    for row, line in enumerate(lines):
        top = size // 2 + int(size * 1.4) * row
        pen.text((wide // 2, top), line, ink, font, anchor="ma")
    return flat, "\n".join(lines)


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """The difference of two colours in brightness, in coarse steps."""
    light, dark = (sum((3, 6, 1)[i] * colour[i] for i in range(3)) for colour in (one, other))
    return abs(light - dark) // 500


def _screenshot(rng: Random) -> tuple[str, bytes]:
    """A phone's screen: light or dark, words in bubbles; exact pixels, little compression."""
    width, height = rng.choice(((750, 1334), (1080, 1920), (1170, 2532)))
    dark = rng.random() < 0.5
    screen = Image.new("RGB", (width, height), (18, 18, 20) if dark else (250, 250, 250))
    pen, size = ImageDraw.Draw(screen), width // rng.randint(26, 36)
    font, lines = _font("screenshot", size, rng), rng.sample(_MESSAGES, rng.randint(4, 9))
    for row, line in enumerate(lines):
        top = size * 3 + row * size * 4
        if rng.random() < 0.7:
            box = (
                size,
                top - size // 2,
                2 * size + int(font.getlength(line)) + size,
                top + 2 * size,
            )
            pen.rounded_rectangle(box, size, (50, 50, 60) if dark else (225, 230, 240))
        pen.text((2 * size, top), line, (235, 235, 235) if dark else (25, 25, 25), font)
    return "\n".join(lines), _jpeg(screen, rng.randint(70, 95))


def _photograph(flat: Image.Image, rng: Random) -> bytes:
    """The flat picture lying on a ground, seen from a little aside, at 12 megapixels halved."""
    width, height = (2016, 1512) if flat.width > flat.height else (1512, 2016)
    share = rng.uniform(0.15, 0.9)  # of the frame
    scale = min(share * width / flat.width, share * height / flat.height, 2.5)
    turn = np.radians(rng.uniform(-6, 6))
    halves = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * np.array(flat.size) * scale / 2
    corners = halves @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners *= [[rng.uniform(0.93, 1.04) for _ in range(2)] for _ in range(4)]  # perspective
    corners += [width / 2, height / 2]
    back = _homography(corners, flat.size)
    seen = flat.transform(
        (width, height), Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC
    )
    mask = Image.new("L", flat.size, 255).transform(
        (width, height), Image.Transform.PERSPECTIVE, back, Image.Resampling.BILINEAR
    )
    ground = _ground(rng.randrange(4)).resize((width, height), Image.Resampling.BILINEAR)
    photo = Image.composite(seen, ground, mask)
    photo = photo.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.4)))
    return _jpeg(Image.fromarray(_lit(np.asarray(photo), rng)), rng.randint(50, 90))


def _homography(corners: NDArray[np.float64], size: tuple[int, int]) -> tuple[float, ...]:
    """The eight numbers by which Pillow finds the point of the flat picture for each one seen."""
    rows, wanted = [], []
    flat = [(0, 0), (size[0], 0), size, (0, size[1])]
    for (x, y), (u, v) in zip(corners.tolist(), flat, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        wanted += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(wanted)).tolist())


def _lit(photo: Pixels, rng: Random) -> Pixels:
    """Darker towards one side, with the noise of a sensor."""
    height, width = photo.shape[:2]
    across = np.linspace(rng.uniform(0.5, 1), rng.uniform(0.7, 1.05), width)[None, :, None]
    down = np.linspace(rng.uniform(0.75, 1), 1, height)[:, None, None]
    noise = np.random.default_rng(rng.randrange(1 << 32)).normal(0, rng.uniform(1, 12), photo.shape)
    return np.clip(photo * across * down + noise, 0, 255).astype(np.uint8)


@cache
def _ground(number: int) -> Image.Image:
    return _scikit_image(("gravel", "brick", "grass", "coffee")[number])


def _scikit_image(name: str) -> Image.Image:
    """A photo that lies inside scikit-image, in RGB."""
    from skimage import data

    read: Callable[[], Pixels] = getattr(data, name)
    return Image.fromarray(read()).convert("RGB")


def _font(kind: str, size: int, rng: Random) -> ImageFont.FreeTypeFont:
    import matplotlib

    name = rng.choice(_FACES[kind])
    if not name:
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(folder / f"{name}.ttf", size)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()
