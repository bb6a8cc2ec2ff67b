"""What the camera wrote beside the pixels.

Tag numbers and formats: EXIF 3.0 (CIPA DC-008-2023), tables 4 to 12. docs/metadata.md says which
of the sources of a date or place is believed.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

from photosearch.images.files import known_format, read_file
from photosearch.images.formats import SELF_ORIENTING, open_as
from photosearch.images.guard import opening
from photosearch.images.heif import TURN
from photosearch.images.metadata.blocks import Blocks, exif_block, read_blocks
from photosearch.images.metadata.dates import Moment, read_moment
from photosearch.images.metadata.iptc import told_by_iptc
from photosearch.images.metadata.location import (
    LATITUDE,
    LONGITUDE,
    Axis,
    Place,
    from_parts,
    from_text,
    place,
)
from photosearch.images.metadata.media import read_favourite, read_media
from photosearch.images.metadata.sidecar import Beside, read_beside
from photosearch.images.metadata.sources import Told, best, camera_name
from photosearch.images.metadata.tags import Directories, Tags, first_int, raw, read_tags, text
from photosearch.images.metadata.xmp import Xmp, read_xmp, told_by_xmp
from photosearch.types import PhotoInfo

ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
_TAKEN, _DIGITISED, _CHANGED = (0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010)  # with offset
_LATITUDE, _LONGITUDE = (1, 2), (3, 4)  # GPS tags: hemisphere, degrees
_GPS_TIME, _GPS_DATE = 7, 29  # in UTC
_DIGITS = re.compile(r"\d+", re.ASCII)
_DAY_S = 24 * 3600


def read_info(
    source: str | Path | bytes | Image.Image, *, beside: Beside | None = None
) -> PhotoInfo:
    """Size after orientation, date, place, camera and media, without decoding a pixel.

    `beside` is what the files beside the photo say; without it, they are read where the source is
    a path. Metadata that is broken or missing gives None, field by field, and never an error.
    Raises ImageError only if the picture itself cannot be opened.
    """
    if isinstance(source, Image.Image):
        return _info(source, read_blocks(source), beside or Beside())
    if isinstance(source, str | Path):
        source = Path(source)
        beside = read_beside(source) if beside is None else beside
        source = read_file(source).data
    name = known_format(source)
    with opening(name), open_as(name, source) as image:
        return _info(image, read_blocks(image, source), beside or Beside())


def orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF counts; 1 also where none is known or the decoder applies it itself."""
    return _orientation(image, read_tags(exif_block(image)))


def _orientation(image: Image.Image, tags: Directories) -> int:
    if TURN not in image.info and image.format in SELF_ORIENTING:
        return 1
    value = image.info.get(TURN) or first_int(tags.main.get(ORIENTATION))
    return value if value in range(1, 9) else 1  # type: ignore[return-value]


def _info(image: Image.Image, blocks: Blocks, beside: Beside) -> PhotoInfo:
    width, height = image.size
    if _orientation(image, blocks.tags) >= 5:  # turned by a quarter
        width, height = height, width
    sidecar, xmp = read_xmp(beside.packets), read_xmp(blocks.packets)
    told = best(_sources(blocks, sidecar, xmp, beside))
    return PhotoInfo(
        width=width,
        height=height,
        taken_at=told.taken.at if told.taken else None,
        utc_offset_min=told.taken.offset_min if told.taken else None,
        latitude=told.place.latitude if told.place else None,
        longitude=told.place.longitude if told.place else None,
        camera=told.camera,
        favourite=read_favourite(sidecar, xmp, blocks.tags) or beside.favourite,
        media=read_media(sidecar, xmp, blocks.tags),
    )


def _sources(blocks: Blocks, sidecar: Xmp, xmp: Xmp, beside: Beside) -> list[Told]:
    """In the order in which they are believed; why, docs/metadata.md says."""
    both = [told_by_xmp(xmp), told_by_iptc(blocks.iptc)]
    return [
        told_by_xmp(sidecar),
        told_by_exif(blocks.tags),
        *(reversed(both) if blocks.iptc.is_newer else both),
        Told(taken=read_moment(blocks.created)),
        beside.takeout,
    ]


def told_by_exif(tags: Directories) -> Told:
    """Date, place and camera of the three directories."""
    return Told(
        taken=_moment(tags, *_TAKEN),
        digitised=_moment(tags, *_DIGITISED),
        changed=_moment(tags, *_CHANGED),
        instant=_instant(tags.gps),
        place=_place(tags.gps),
        camera=camera_name(text(tags.main.get(_MAKE)), text(tags.main.get(_MODEL))),
    )


def _moment(tags: Directories, date: int, offset: int) -> Moment | None:
    """TIFF/EP (ISO 12234-2) has them in the first directory, EXIF in its own."""
    own = text(tags.exif.get(offset)) or text(tags.main.get(offset))
    return read_moment(text(tags.exif.get(date)), own) or read_moment(
        text(tags.main.get(date)), own
    )


def _instant(gps: Tags) -> Moment | None:
    """What the satellites said: in UTC, and of the last fix, so only for want of a date."""
    # Separated by anything, NUL too; what may stand behind the day is not the time of the fix
    written = ":".join(_DIGITS.findall(raw(gps.get(_GPS_DATE)).decode("latin-1"))[:3])
    day, time = read_moment(written), gps.get(_GPS_TIME)
    if day is None or not isinstance(time, tuple) or not time:
        return None
    hours = sum(part / 60.0**i for i, part in enumerate(time[:3]))
    if not 0 <= hours < 25:  # NaN as well
        return None
    seconds = math.floor(hours * 3600 + 1e-6) % _DAY_S  # hour 24 is hour 0, as in other dates
    return Moment(datetime.combine(day.at, datetime.min.time()) + timedelta(seconds=seconds), 0)


def _place(gps: Tags) -> Place | None:
    return place(_degrees(gps, LATITUDE, *_LATITUDE), _degrees(gps, LONGITUDE, *_LONGITUDE))


def _degrees(gps: Tags, axis: Axis, side: int, degrees: int) -> float | None:
    """Fractions as EXIF has them, or text as some programs write it; both need a hemisphere."""
    letter, value = text(raw(gps.get(side))), gps.get(degrees)
    if isinstance(value, tuple):
        return from_parts(value, letter, axis)
    return from_text(text(value), letter, axis) if letter else None
