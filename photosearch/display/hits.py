"""What is shown of a hit: its name, how well it matches, and a thumbnail."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from photosearch.errors import ImageError
from photosearch.types import Hit

if TYPE_CHECKING:
    from PIL.Image import Image

_KEPT = "surrogateescape"  # PEP 383
_BYTES = re.compile("[\udc80-\udcff]+")  # bytes that are no text in this locale


def printable(name: str | os.PathLike[str]) -> str:
    r"""The name with everything that is not a printable character written as `\xNN` or `\uNNNN`.

    A file name may hold escape sequences that would drive a terminal, or bytes that are not
    UTF-8; neither may reach one.
    """
    text = name if isinstance(name, str) else os.fsencode(name).decode("utf-8", _KEPT)
    return "".join(_shown(letter) for letter in readable(text))


def readable(text: str) -> str:
    """With the bytes that a locale of few letters (C, say) did not know, where they are UTF-8."""
    return _BYTES.sub(lambda run: run[0].encode("utf-8", _KEPT).decode("utf-8", _KEPT), text)


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    code = ord(letter)
    if _BYTES.match(letter):
        return f"\\x{code - 0xDC00:02x}"
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def share(hit: Hit) -> float:
    """How long a bar is, 0..1: as `percent`, and none below 0."""
    return min(max(_match(hit), 0.0), 1.0)


def percent(hit: Hit) -> str:
    """The confidence, or where there is none the cosine of two photos, which may be below 0."""
    return f"{_match(hit):z.0%}"


def _match(hit: Hit) -> float:
    return hit.score if hit.confidence is None else hit.confidence


def share_name(hits: Sequence[Hit]) -> str:
    """What that is called."""
    return "similarity" if hits and hits[0].confidence is None else "confidence"


def thumbnail(path: Path, *, side: int) -> Image | None:
    """An RGB picture whose longer side is at most `side` pixels; None if it cannot be read now.

    A photo may have gone since it was indexed, which is no reason to show no results.
    """
    from photosearch.images import open_image

    try:
        image = open_image(path, target=side)
    except (ImageError, OSError):
        return None
    image.thumbnail((side, side))
    return image


def encoded(image: Image, kind: Literal["JPEG", "PNG"]) -> bytes:
    """The bytes of a picture file."""
    stream = io.BytesIO()
    image.save(stream, kind, quality=85) if kind == "JPEG" else image.save(stream, kind)
    return stream.getvalue()
