"""Tells favourites, screenshots, selfies, panoramas, Live Photos and the like by EXIF and XMP.

| what | said by |
|-|-|
| favourite | a rating of five stars in XMP or EXIF |
| screenshot | a user comment in EXIF or XMP that is this word, as iOS writes it |
| panorama | a projection in Google's namespace of XMP; "custom rendered" 6 on an iPhone |
| portrait | "custom rendered" 7 or 8, or capture type 2, on an iPhone |
| live | the identifier that pairs a photo with its film on an iPhone; Android's motion photo |
| burst | the identifier of a burst, Apple's or Google's |
| selfie | a lens that is called a front one |

Apple publishes nothing on its values; they are as the tables of ExifTool name them
(https://exiftool.org/TagNames/Apple.html, and CustomRendered of https://exiftool.org/TagNames/EXIF.html).
Google's are of https://developers.google.com/streetview/spherical-metadata and
https://developer.android.com/media/platform/motion-photo-format.
"""

from __future__ import annotations

from collections.abc import Iterator

from photosearch.images.metadata.exif import (
    ExifTags,
    Tags,
    Value,
    bytes_value,
    int_value,
    read_directory,
    text_value,
)
from photosearch.images.metadata.xmp import CAMERA, EXIF, PANORAMA, XMP, Xmp
from photosearch.types import Media

_MAKE, _RATING = 0x010F, 0x4746  # main directory
_MAKER_NOTE, _USER_COMMENT, _CUSTOM_RENDERED = 0x927C, 0x9286, 0xA401  # EXIF directory
_LENS_MODEL, _FRONT = 0xA434, "front"  # "iPhone 12 front camera 2.71mm f/2.2"
_RENDERED: dict[int | None, Media] = {6: "panorama", 7: "portrait", 8: "portrait"}
_APPLE, _APPLE_ORDER_AT, _APPLE_TAGS_AT = b"Apple iOS\0", 12, 14
_BURST_ID, _PAIR_ID, _CAPTURE_TYPE = 0x000B, 0x0011, 0x0014  # Apple's maker note
_PORTRAIT_CAPTURE = 2
_BEST_RATING, _BEST_RATINGS = 5, ("5", "5.0")
_CHARSET_BYTES = 8  # in front of a user comment
_LONGEST_COMMENT = 200  # bytes that are looked at
# Character code -> what is written under it. Both byte orders: programs take the one of the file,
# or their own, with a mark or without (exiftool guesses it as well), and a word that reads right in
# one is nothing in the other. Bare 8-bit text comes under every code.
_CHARSETS = {b"UNICODE": ("utf-16-le", "utf-16-be"), b"JIS": ("iso2022_jp", "shift_jis", "euc_jp")}


def read_favourite(sidecar: Xmp, xmp: Xmp, tags: ExifTags) -> bool:
    """Whether it has five stars: in its sidecar if that has a rating, else in XMP or EXIF."""
    rated = sidecar.get(XMP, "Rating")
    if rated:
        return rated in _BEST_RATINGS
    best = int_value(tags.main.get(_RATING)) == _BEST_RATING
    return best or xmp.get(XMP, "Rating") in _BEST_RATINGS


def read_media(sidecar: Xmp, xmp: Xmp, tags: ExifTags) -> frozenset[Media]:
    """The kinds that any of the sources names; empty for a plain photo."""
    return frozenset(_from_exif(tags) + _from_xmp(xmp) + _from_xmp(sidecar))


def _from_exif(tags: ExifTags) -> list[Media]:
    found: list[Media] = []
    if any(map(_is_screenshot, _comments(bytes_value(tags.exif.get(_USER_COMMENT))))):
        found.append("screenshot")
    if text_value(tags.main.get(_MAKE)).lower() == "apple":
        rendered = _RENDERED.get(int_value(tags.exif.get(_CUSTOM_RENDERED)))
        found += [rendered] if rendered else []
    if _FRONT in text_value(tags.exif.get(_LENS_MODEL)).lower():
        found.append("selfie")
    note = _apple_note(tags.exif.get(_MAKER_NOTE))
    if int_value(note.get(_CAPTURE_TYPE)) == _PORTRAIT_CAPTURE:
        found.append("portrait")
    if text_value(note.get(_PAIR_ID)):
        found.append("live")
    if text_value(note.get(_BURST_ID)):
        found.append("burst")
    return found


def _from_xmp(xmp: Xmp) -> list[Media]:
    found: list[Media] = []
    if _is_screenshot(xmp.get(EXIF, "UserComment")):
        found.append("screenshot")
    if xmp.get(PANORAMA, "ProjectionType"):
        found.append("panorama")
    if "1" in (xmp.get(CAMERA, name) for name in ("MotionPhoto", "MicroVideo")):
        found.append("live")
    if xmp.get(CAMERA, "BurstID"):
        found.append("burst")
    return found


def _comments(value: bytes) -> Iterator[str]:
    """The possible readings of a user comment, by its character code (EXIF 3.0, table 9)."""
    code, comment = value[:_CHARSET_BYTES], value[_CHARSET_BYTES:][:_LONGEST_COMMENT]
    yield text_value(comment)
    for charset in _CHARSETS.get(code.rstrip(b"\0 "), ()):
        decoded = comment.decode(charset, "replace").removeprefix("\ufeff")
        yield text_value(decoded.encode())


def _is_screenshot(comment: str) -> bool:
    return comment.strip().lower() == "screenshot"


def _apple_note(value: Value | None) -> Tags:
    note = bytes_value(value)
    order = {b"MM": ">", b"II": "<"}.get(note[_APPLE_ORDER_AT:_APPLE_TAGS_AT])
    if order is None or not note.startswith(_APPLE):
        return {}
    return read_directory(note, order, _APPLE_TAGS_AT)
