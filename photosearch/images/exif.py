"""What the camera wrote beside the pixels.

Tag numbers and formats: EXIF 3.0 (CIPA DC-008-2023), tables 4 to 12.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from pathlib import Path

from PIL import Image

from photosearch.images.files import known_format, read_file
from photosearch.images.formats import SELF_ORIENTING, open_as
from photosearch.images.guard import opening
from photosearch.images.media import read_favourite, read_media
from photosearch.images.tags import Directories, Tags, Value, first_int, read_tags, text
from photosearch.images.xmp import packet_of
from photosearch.types import PhotoInfo

ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
# (directory, date and time, its offset from UTC): taken, digitised, last changed; first one wins
_DATES = (("exif", 0x9003, 0x9011), ("exif", 0x9004, 0x9012), ("main", 0x0132, 0x9010))
_LATITUDE, _LONGITUDE = (1, 2), (3, 4)  # GPS tags: hemisphere, degrees
_DATE = re.compile(
    r"(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(.*)", re.ASCII
)
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})", re.ASCII)
_MAX_OFFSET_MIN = 15 * 60  # the world uses -12:00 to +14:00
_MAX_CAMERA_CHARACTERS = 120
_RAW_PROFILE = "Raw profile type exif"  # how ImageMagick puts EXIF into a PNG, in hex


def read_info(source: Path | bytes | Image.Image) -> PhotoInfo:
    """Size after orientation, date, place, camera and media, without decoding a pixel.

    EXIF or XMP that is broken or missing gives None, field by field, and never an error. Raises
    ImageError only if the picture itself cannot be opened.
    """
    if isinstance(source, Image.Image):
        return _info(source, read_tags(exif_block(source)))
    data = source if isinstance(source, bytes) else read_file(source).data
    name = known_format(data)
    with opening(name), open_as(name, data) as image:
        return _info(image, read_tags(data if name == "TIFF" else exif_block(image)))


def orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF counts; 1 also where none is known or the decoder applies it itself."""
    return _orientation(image, read_tags(exif_block(image)))


def exif_block(image: Image.Image) -> bytes:
    """The EXIF bytes that came with an open picture; b"" if there are none."""
    block = image.info.get("exif")
    if isinstance(block, bytes):
        return block
    try:
        if image.format == "TIFF":
            return image.getexif().tobytes()
        lines = image.info.get(_RAW_PROFILE, "").split("\n")
        return bytes.fromhex("".join(lines[3:]))
    except Exception:  # Pillow's writer raises anything on tags of the wrong type
        return b""


def _orientation(image: Image.Image, tags: Directories) -> int:
    if image.format in SELF_ORIENTING:
        return 1
    value = first_int(tags.main.get(ORIENTATION))
    return value if value in range(1, 9) else 1  # type: ignore[return-value]


def _info(image: Image.Image, tags: Directories) -> PhotoInfo:
    width, height = image.size
    if _orientation(image, tags) >= 5:  # turned by a quarter
        width, height = height, width
    taken_at, utc_offset_min = _taken(tags)
    latitude, longitude = _place(tags.gps)
    packet = packet_of(image)
    return PhotoInfo(
        width=width,
        height=height,
        taken_at=taken_at,
        utc_offset_min=utc_offset_min,
        latitude=latitude,
        longitude=longitude,
        camera=_camera(tags.main),
        favourite=read_favourite(packet, tags),
        media=read_media(packet, tags),
    )


def _taken(tags: Directories) -> tuple[datetime | None, int | None]:
    for directory, date_tag, offset_tag in _DATES:
        found = _DATE.match(text(getattr(tags, directory).get(date_tag)))
        moment = _moment(found) if found else None
        if found and moment:
            return moment, _offset_min(text(tags.exif.get(offset_tag)) or found[7])
    return None, None


def _moment(found: re.Match[str]) -> datetime | None:
    try:
        return datetime(*(int(part or 0) for part in found.groups()[:6]))  # type: ignore[arg-type]
    except ValueError:  # 0000:00:00 and the like: the camera's clock was never set
        return None


def _offset_min(written: str) -> int | None:
    """Minutes east of UTC from "+05:30", "-0800" or "Z"."""
    written = re.sub(r"^\.\d+", "", written).strip()  # fractions of a second before it
    if written in ("Z", "z"):
        return 0
    found = _OFFSET.fullmatch(written)
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    if int(found[3]) > 59 or minutes > _MAX_OFFSET_MIN:
        return None
    return -minutes if found[1] == "-" else minutes


def _place(gps: Tags) -> tuple[float | None, float | None]:
    """Both or neither: half a place is none, and exactly 0, 0 means that there was no fix."""
    latitude = _degrees(*(gps.get(tag) for tag in _LATITUDE), positive="N", negative="S")
    longitude = _degrees(*(gps.get(tag) for tag in _LONGITUDE), positive="E", negative="W")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    return (None, None) if latitude == 0 == longitude else (latitude, longitude)


def _degrees(
    reference: Value | None, value: Value | None, *, positive: str, negative: str
) -> float | None:
    """Degrees, minutes and seconds to signed degrees; None without a hemisphere to sign it."""
    side = text(reference)[:1].upper()
    if side not in (positive, negative) or not side or not isinstance(value, tuple):
        return None
    parts = [abs(float(part)) for part in value[:3]]
    degrees = sum((part / 60.0**i for i, part in enumerate(parts)), start=0.0)
    if not parts or not math.isfinite(degrees):
        return None
    return -degrees if side == negative else degrees


def _camera(main: Tags) -> str | None:
    """ "Make Model"; the model alone where it begins with the make's first word."""
    make, model = text(main.get(_MAKE)), text(main.get(_MODEL))
    if model and make and model.split()[0].lower() == make.split()[0].lower():
        make = ""
    return " ".join(part for part in (make, model) if part)[:_MAX_CAMERA_CHARACTERS] or None
