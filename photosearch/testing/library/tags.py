"""Writes the EXIF of a simulated photo: date, offset, place, camera, lens, rating, kind.

EXIF 3.0 (CIPA DC-008-2023). Bursts and Live Photos stand in Apple's maker note, as ExifTool's table
names its tags (https://exiftool.org/TagNames/Apple.html); those of other phones in XMP.
"""

from __future__ import annotations

import hashlib
import struct
from fractions import Fraction

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photosearch.testing.library.records import SimulatedPhoto

_MAKE, _MODEL, _DATE, _RATING, _EXIF, _GPS = 0x010F, 0x0110, 0x0132, 0x4746, 0x8769, 0x8825
_ORIGINAL, _ORIGINAL_OFFSET, _LENS_MODEL = 0x9003, 0x9011, 0xA434
_MAKER_NOTE, _USER_COMMENT, _CUSTOM_RENDERED = 0x927C, 0x9286, 0xA401
_RENDERED = {"panorama": 6, "portrait": 8}
_SCREENSHOT = b"ASCII\0\0\0Screenshot"
_APPLE_HEAD = b"Apple iOS\0\0\1MM"
_BURST_ID, _PAIR_ID = 0x000B, 0x0011
_ASCII = 2  # type of a tag
_BEST = 5  # stars
_SECOND_PARTS = 100_000
# Makes whose names have a blank are not among ours: the rest is the model.


def exif_block(photo: SimulatedPhoto) -> bytes:
    """All that EXIF has a tag for, "Exif" and two NULs in front."""
    exif = Image.Exif()
    if photo.camera is not None:
        exif[_MAKE], exif[_MODEL] = make_and_model(photo.camera)
    if photo.favourite and photo.sidecar is None:
        exif[_RATING] = _BEST
    exif.get_ifd(_EXIF).update(_own(photo))
    if photo.has_gps:
        exif.get_ifd(_GPS).update(_place(photo))
    return exif.tobytes()


def make_and_model(camera: str) -> tuple[str, str]:
    """ "Apple iPhone 6" -> Apple, iPhone 6; Canon names itself in both."""
    make, model = camera.split(" ", 1)
    return make, camera if make == "Canon" else model


def shared_id(photo: SimulatedPhoto) -> str:
    """A UUID that photos of one burst share, or that a Live Photo shares with its film."""
    what = photo.path if photo.burst is None else f"burst {photo.burst} {photo.event}"
    digits = hashlib.sha256(what.encode()).hexdigest().upper()
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32])
    return "-".join(parts)


def _own(photo: SimulatedPhoto) -> dict[int, object]:
    """The tags of the EXIF directory."""
    tags: dict[int, object] = {}
    if photo.written_time is not None:
        tags[_ORIGINAL] = photo.written_time.replace("-", ":").replace("T", " ")
    if photo.written_offset_min is not None:
        tags[_ORIGINAL_OFFSET] = _offset(photo.written_offset_min)
    if photo.lens is not None:
        tags[_LENS_MODEL] = photo.lens
    if photo.media == "screenshot":
        tags[_USER_COMMENT] = _SCREENSHOT
    if is_by_apple(photo):
        tags |= _apple(photo)
    return tags


def is_by_apple(photo: SimulatedPhoto) -> bool:
    return photo.camera is not None and photo.camera.startswith("Apple ")


def _apple(photo: SimulatedPhoto) -> dict[int, object]:
    if photo.media in _RENDERED:
        return {_CUSTOM_RENDERED: _RENDERED[photo.media]}
    if photo.media not in ("burst", "live"):
        return {}
    tag = _BURST_ID if photo.media == "burst" else _PAIR_ID
    text = shared_id(photo).encode() + b"\0"
    # One entry, then no further directory; the text lies behind
    at = len(_APPLE_HEAD) + 2 + 12 + 4
    entry = struct.pack(">HHHIII", 1, tag, _ASCII, len(text), at, 0)
    return {_MAKER_NOTE: _APPLE_HEAD + entry + text}


def _offset(minutes: int) -> str:
    """ "+05:30"."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _place(photo: SimulatedPhoto) -> dict[int, object]:
    return {
        1: "S" if photo.latitude < 0 else "N",
        2: _degrees(photo.latitude),
        3: "W" if photo.longitude < 0 else "E",
        4: _degrees(photo.longitude),
    }


def _degrees(value: float) -> tuple[IFDRational, ...]:
    """Degrees, minutes and seconds; a hundred-thousandth of a second is a third of a millimetre."""
    total = round(Fraction(str(abs(value))) * 3600 * _SECOND_PARTS)
    minutes, seconds = divmod(total, 60 * _SECOND_PARTS)
    degrees, minutes = divmod(minutes, 60)
    return (
        IFDRational(degrees, 1),
        IFDRational(minutes, 1),
        IFDRational(seconds, _SECOND_PARTS),
    )
