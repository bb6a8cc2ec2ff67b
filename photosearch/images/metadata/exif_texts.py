"""Reads the title, description and keywords of EXIF tags, Windows' own tags among them.

EXIF 3.0 (CIPA DC-008-2023): ImageDescription (0x010E), UserComment (0x9286, whose first eight bytes
name its character code, table 9). Windows' XPTitle (0x9C9B), XPComment (0x9C9C) and XPKeywords
(0x9C9E) are UTF-16, little-endian; its keywords are separated by semicolons
(https://exiftool.org/TagNames/EXIF.html).
"""

from __future__ import annotations

import re
import unicodedata

from photosearch.images.metadata.exif import ExifTags, bytes_value, text_value
from photosearch.images.metadata.texts import MOST_DESCRIPTION, make_texts
from photosearch.types import PhotoTexts

_DESCRIPTION, _USER_COMMENT = 0x010E, 0x9286
_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS = 0x9C9B, 0x9C9C, 0x9C9E
_CODE_BYTES = 8
_LONGEST = 4 * MOST_DESCRIPTION  # bytes
_CODES = (b"", b"ASCII", b"UNICODE", b"JIS")
_JAPANESE = ("iso2022_jp", "shift_jis", "euc_jp")
_BLANK = re.compile(r"[\t\r\n]")


def exif_texts(tags: ExifTags) -> PhotoTexts:
    """The words of EXIF tags; those of a camera or a program are dropped."""
    comment = bytes_value(tags.exif.get(_USER_COMMENT))
    return make_texts(
        titles=[_windows(tags, _XP_TITLE)],
        descriptions=[
            text_value(bytes_value(tags.main.get(_DESCRIPTION))[:_LONGEST]),
            _windows(tags, _XP_COMMENT),
            read_comment(comment[: _CODE_BYTES + _LONGEST]),
        ],
        keywords=_windows(tags, _XP_KEYWORDS).split(";"),
    )


def read_comment(value: bytes) -> str:
    """The text of a user comment; "" for what is no text, as many cameras keep data there."""
    code, comment = value[:_CODE_BYTES].rstrip(b"\0 "), value[_CODE_BYTES:]
    if code not in _CODES:
        return ""
    encodings: tuple[str, ...] = ("utf-8", "latin-1")
    if code == b"UNICODE":
        encodings = (_utf16(comment), *encodings)
    elif code == b"JIS":
        encodings = (*_JAPANESE, *encodings)
    for encoding in encodings:
        try:
            text = comment.decode(encoding).lstrip("\ufeff").split("\0", 1)[0]
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text
    return ""


def _windows(tags: ExifTags, tag: int) -> str:
    value = bytes_value(tags.main.get(tag))[:_LONGEST]
    text = value[: len(value) // 2 * 2].decode("utf-16-le", "replace").split("\0", 1)[0]
    return text if _is_text(text) else ""


def _utf16(comment: bytes) -> str:
    """The byte order is that of the file, or not: the one in which more letters have a high byte of
    zero, or a mark says so."""
    if comment.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-16-be" if comment[::2].count(0) > comment[1::2].count(0) else "utf-16-le"


def _is_text(text: str) -> bool:
    """Whether there is no control character, and nothing that is no character, in it."""
    kinds = (unicodedata.category(letter) for letter in _BLANK.sub(" ", text))
    return "\ufffd" not in text and not any(kind in ("Cc", "Cn", "Cs", "Co") for kind in kinds)
