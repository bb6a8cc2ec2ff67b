"""Whatever a decoder throws, as one of the typed errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from photosearch.errors import (
    DamagedImage,
    ImageTooLarge,
    PhotoSearchError,
    TruncatedImage,
    UnsupportedImage,
)

# What Pillow, its C decoders and libheif say when the data end before the picture does. Only their
# messages tell: they raise OSError, ValueError or SyntaxError for that as for anything else.
_ENDS = ("truncated", "end of file", "end of data", "not enough image data", "too small")

_UNKNOWN = "unsupported codec"  # libheif, of a HEIF file with JPEG 2000 or VVC inside


@contextmanager
def opening(name: str) -> Iterator[None]:
    """Around reading a header: TruncatedImage, ImageTooLarge or UnsupportedImage."""
    with _typed(name, UnsupportedImage, "a kind that cannot be read, or a damaged header"):
        yield


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """Around decoding pixels: TruncatedImage, ImageTooLarge or DamagedImage."""
    with _typed(name, DamagedImage, "damaged: its pixels cannot be decoded"):
        yield


@contextmanager
def _typed(name: str, other: type[PhotoSearchError], what: str) -> Iterator[None]:
    try:
        yield
    except PhotoSearchError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise ImageTooLarge(f"{name} too large to decode in memory") from error
    except Exception as error:  # decoders of damaged data raise anything, from IndexError up
        if _UNKNOWN in str(error).lower():
            raise UnsupportedImage(f"{name}: a kind that cannot be read") from error
        if any(sign in str(error).lower() for sign in _ENDS):
            raise TruncatedImage(f"{name} ends early: the rest of the file is missing") from error
        raise other(f"{name}: {what}") from error
