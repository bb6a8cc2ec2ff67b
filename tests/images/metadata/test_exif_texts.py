"""Titles, descriptions and keywords of EXIF, in every character code, and data in their place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.metadata.exif import ExifTags, Tags, read_tags
from photosearch.images.metadata.exif_texts import exif_texts, read_comment
from photosearch.types import PhotoTexts
from tests.images.written import exif


def xp(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def test_windows_tags_are_read() -> None:
    main = {0x9C9B: xp("Große Fahrt"), 0x9C9C: xp("Wir, am See"), 0x9C9E: xp("Berge; See;berge;")}
    found = exif_texts(read_tags(exif({}, main)))
    assert found == PhotoTexts("Große Fahrt", "Wir, am See", ("Berge", "See"))


def test_a_description_goes_before_comments_unless_a_camera_wrote_it() -> None:
    comment = b"ASCII\0\0\0the comment"
    both = {0x010E: "The description", 0x9C9C: xp("Windows")}
    assert exif_texts(read_tags(exif({0x9286: comment}, both))).description == "The description"
    junk = {0x010E: "OLYMPUS DIGITAL CAMERA         "}
    assert exif_texts(read_tags(exif({0x9286: comment}, junk))).description == "the comment"


@pytest.mark.parametrize(("value", "text"), [
    (b"ASCII\0\0\0a day out", "a day out"),
    (b"ASCII\0\0\0" + "caf\xe9".encode("latin-1"), "café"),
    (b"ASCII\0\0\0" + "café".encode(), "café"),
    (bytes(8) + b"plain", "plain"),
    (b"UNICODE\0" + "a day".encode("utf-16-le"), "a day"),
    (b"UNICODE\0" + "a day".encode("utf-16-be"), "a day"),
    (b"UNICODE\0" + "\ufeffa day".encode("utf-16-be"), "a day"),
    (b"UNICODE\0" + "日本の夜".encode("utf-16-le"), "日本の夜"),
    (b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), "日本"),
    (b"ASCII\0\0\0" + b"cut\0off", "cut"),
    (b"ASCII\0\0\0" + bytes(range(1, 200)), ""),
    (b"UNICODE\0" + b"\0\xd8x", ""),
    (b"OTHER\0\0\0text", ""),
    (b"ASCII", ""),
    (b"", ""),
])  # fmt: skip
def test_a_comment_is_read_by_its_character_code(value: bytes, text: str) -> None:
    assert read_comment(value) == text


def test_no_tags_say_nothing() -> None:
    assert exif_texts(ExifTags()) == PhotoTexts()


@settings(max_examples=300)
@given(st.sampled_from([b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", bytes(8)]), st.binary())
def test_no_bytes_can_make_it_fail(code: bytes, junk: bytes) -> None:
    main: Tags = {0x010E: junk, 0x9C9B: junk, 0x9C9E: tuple(junk)}
    found = exif_texts(ExifTags(main=main, exif={0x9286: code + junk}))
    assert all(map(str.isprintable, (*found.keywords, found.title or "", found.description or "")))
