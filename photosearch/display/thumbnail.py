"""Small upright pictures of photos, for sheets and terminals."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from photosearch.errors import ImageError

if TYPE_CHECKING:
    from PIL.Image import Image


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
