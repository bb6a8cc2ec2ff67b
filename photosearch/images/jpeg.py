"""Seeing that a JPEG ended early although its decoder did not say so.

libjpeg paints what is missing in mid-gray when it meets the end marker too soon, as after a
cut-off transfer that something "repaired"; Pillow does not pass its warning on.
"""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image, JpegImagePlugin

_MISSING = 0.1  # of the picture's height: less than that does not spoil a search
_PADDING = bytes(64)  # ends the last block of a whole picture, and not many more
_START_OF_SCAN, _END = 0xDA, b"\xff\xd9"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # inside a scan; RST0 to RST7 belong to it


def ends_in_gray(image: Image.Image, data: bytes) -> bool:
    """Whether over a tenth of a decoded JPEG, at its bottom, is missing and not just gray.

    A picture may be gray there in truth. So such a one is decoded again without its end marker:
    a whole picture still has all its blocks, and one with blocks missing asks for more data. It
    cannot be told for progressive files, which need their end marker.
    """
    if image.mode not in ("RGB", "L") or "progressive" in image.info:
        return False
    rows = max(round(image.height * _MISSING), 1)
    foot = image.crop((0, image.height - rows, image.width, image.height))
    return bool((np.asarray(foot) == 128).all()) and not _is_whole(data)


def _is_whole(data: bytes) -> bool:
    end = _MARKER.search(data, _scan_start(data))
    if end is None or end.group() != _END:  # several scans: cannot be told
        return True
    probe = JpegImagePlugin.JpegImageFile(io.BytesIO(data[: end.start()] + _PADDING))
    probe.draft(None, (1, 1))
    try:
        probe.load()
    except OSError:
        return False
    return True


def _scan_start(data: bytes) -> int:
    """Where the first scan's data begin, or the end if there is none."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF or data[at + 1] == 0xFF:  # padding between segments
            at += 1
            continue
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        at += 2 + length
        if marker == _START_OF_SCAN:
            return at
    return len(data)
