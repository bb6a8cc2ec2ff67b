"""Single properties out of an XMP packet, without an XML parser.

Format: ISO 16684-1 (Extensible Metadata Platform), sections 7.4 and 7.9: a simple property is an
attribute or an element of its namespace. A packet comes from a file of unknown origin; nothing in
it is expanded or followed, and only its beginning is read.
"""

from __future__ import annotations

import re

from PIL import Image

_MAX_BYTES = 1 << 16  # what fits into one segment of a JPEG
_MAX_PREFIXES = 4
_KEYS = ("xmp", "XML:com.adobe.xmp")  # of Pillow, for most formats and for PNG
_SPACE, _VALUE = r"\s{0,9}", 200  # characters


def packet_of(image: Image.Image) -> str:
    """The XMP packet that came with an open picture; "" if there is none."""
    for key in _KEYS:
        found = image.info.get(key)
        if isinstance(found, bytes):
            return found[:_MAX_BYTES].decode("utf-8", "replace")
        if isinstance(found, str):
            return found[:_MAX_BYTES]
    return ""


def read_property(packet: str, namespace: str, name: str) -> str:
    """The text of a property, the first one where it has several; "" if it is not there."""
    for prefix in _prefixes(packet, namespace):
        full = re.escape(f"{prefix}:{name}")
        attribute = rf"""\s{full}{_SPACE}={_SPACE}(["'])([^"'<]{{0,{_VALUE}}})\1"""
        nested = rf"(?:<[^<>]{{0,{_VALUE}}}>\s*){{0,2}}"  # rdf:Alt, rdf:li
        element = rf"<{full}(\s[^<>]{{0,{_VALUE}}})?>\s*{nested}([^<]{{0,{_VALUE}}})"
        found = re.search(attribute, packet) or re.search(element, packet)
        if found:
            return found[2].strip()
    return ""


def _prefixes(packet: str, namespace: str) -> list[str]:
    pattern = rf"""xmlns:([\w.-]{{1,40}}){_SPACE}={_SPACE}["']{re.escape(namespace)}["']"""
    return list(dict.fromkeys(re.findall(pattern, packet)))[:_MAX_PREFIXES]
