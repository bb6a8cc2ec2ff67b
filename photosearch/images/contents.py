"""What a file is that is no picture that can be read, by its first bytes.

The magic numbers are those of file(1) (https://github.com/file/file, magic/Magdir).
"""

from __future__ import annotations

FILM = "a film"
_KNOWN = (  # where the bytes are, the bytes, what they are of
    (4, b"moov", f"{FILM} (QuickTime)"),
    (4, b"mdat", f"{FILM} (QuickTime)"),
    (4, b"ftyp", f"{FILM} (MP4 or QuickTime)"),
    (8, b"AVI ", f"{FILM} (AVI)"),
    (0, b"\x1aE\xdf\xa3", f"{FILM} (Matroska or WebM)"),
    (0, b"0&\xb2u\x8ef\xcf\x11", f"{FILM} (Windows Media)"),
    (0, b"\0\0\1\xba", f"{FILM} (MPEG)"),
    (0, b"\0\0\1\xb3", f"{FILM} (MPEG)"),
    (0, b"FLV\1", f"{FILM} (Flash)"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"\0\5\x16\7", "an AppleDouble file, which macOS puts beside the real one"),
    (0, b"%PDF", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"PK\3\4", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"version https://git-lfs", "a pointer of Git LFS, the file itself was not fetched"),
)
_TEXTS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML"),
    (b"{", "JSON or other text"),
)


def is_film(head: bytes) -> bool:
    return (content_name(head) or "").startswith(FILM)


def content_name(head: bytes) -> str | None:
    """ "a film (AVI)", "PDF", "a web page" and the like; None for what is not known."""
    for at, magic, name in _KNOWN:
        if head.startswith(magic, at):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, name in _TEXTS:
        if text.startswith(start):
            return name
    return "zeros, as after a copy that failed" if head and not any(head) else None
