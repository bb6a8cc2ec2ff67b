"""XMP with the slips that programs make: read as exiftool reads it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.metadata.read import read_info
from photosearch.images.metadata.xml_repair import MAX_CHARACTERS, repaired
from photosearch.images.metadata.xmp import EXIF, XMP, read_xmp
from tests.images.written import saved, with_xmp, xmp

TIFF = "http://ns.adobe.com/tiff/1.0/"
DATE = 'exif:DateTimeOriginal="2018-08-08T07:05:03"'
NAMED = f'{DATE} xmlns:tiff="{TIFF}"'
MODELS = {
    "a raw ampersand": (xmp(f'{NAMED} tiff:Model="A & B"'), "A & B"),
    "a raw less-than sign": (xmp(f'{NAMED} tiff:Model="a<b"'), "a<b"),
    "an unknown entity": (xmp(f'{NAMED} tiff:Model="A&nbsp;B"'), "A&nbsp;B"),
    "both kinds of ampersand": (xmp(f'{NAMED} tiff:Model="A &amp; B & &#67;"'), "A & B & C"),
    "in an element": (xmp(NAMED, "<tiff:Model>A & B < C</tiff:Model>"), "A & B < C"),
    "an undeclared prefix": (xmp(f'{NAMED} foo:Bar="1" tiff:Model="C"'), "C"),
    "an undeclared element": (xmp(NAMED, "<foo:Bar/><tiff:Model>C</tiff:Model>"), "C"),
    "a known prefix that nothing declares": (xmp(f'{DATE} tiff:Model="C"'), "C"),
    "a prefix declared as nothing": (xmp(f'{NAMED} xmlns:b="" b:a="1" tiff:Model="C"'), "C"),
    "a prefix declared twice": (xmp(f'{NAMED} xmlns:tiff="{TIFF}" tiff:Model="C"'), "C"),
    "an attribute there twice": (xmp(f'{NAMED} tiff:Model="B" tiff:Model="C"'), "C"),
    "attributes that touch": (xmp(f'xmlns:tiff="{TIFF}" tiff:Model="C"{DATE}'), "C"),
}


# exiftool 12.57 -DateTimeOriginal -Model gives the same for each
@pytest.mark.parametrize("slip", MODELS)
def test_a_slip_costs_nothing(slip: str) -> None:
    packet, model = MODELS[slip]
    got = read_info(with_xmp(packet))
    assert (got.taken_at, got.camera) == (datetime(2018, 8, 8, 7, 5, 3), model)


def test_a_slip_in_a_sidecar_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(saved("JPEG"))
    (tmp_path / "a.xmp").write_bytes(xmp(f'{DATE} xmp:Rating="5" foo:Bar="A & B"'))
    got = read_info(tmp_path / "a.jpg")
    assert (got.taken_at, got.favourite) == (datetime(2018, 8, 8, 7, 5, 3), True)


def test_a_prefix_declared_elsewhere_keeps_its_namespace() -> None:
    packet = xmp(f'{DATE} other:Rating="5"', f'<x:y xmlns:other="{XMP}"/>')
    assert read_xmp([packet]).get(XMP, "Rating") == "5"


def test_comments_and_cdata_are_left_as_they_are() -> None:
    body = "<!-- A & <B --><xmp:Rating><![CDATA[4]]></xmp:Rating>"
    assert read_xmp([xmp(f'{DATE} foo:Bar="1"', body)]).get(XMP, "Rating") == "4"


def test_a_document_type_is_refused_after_a_slip_too() -> None:
    kind = b'<!DOCTYPE x [<!ENTITY e "2018-08-08">]>'
    packet = xmp('exif:DateTimeOriginal="&e;" foo:Bar="A & B"')
    for written in (kind + packet, b"<a & b/>" + kind + packet):
        assert read_xmp([written]).properties == {}


def test_a_long_text_is_not_mended() -> None:
    packet = xmp(f'{DATE} foo:Bar="{"&" * MAX_CHARACTERS}"')
    assert read_xmp([packet]).get(EXIF, "DateTimeOriginal") == ""


# Each is one that an expression that goes back would take hours for
@pytest.mark.parametrize(
    "start",
    ["<!--", "<?", "<![CDATA[", "<a", '<a "', '<a "<a" ', "<a b='", "a", "a:", " xmlns:a='<"],
)
def test_hostile_texts_end(start: str) -> None:
    text = start * (MAX_CHARACTERS // len(start) - 4)
    repaired(text, {})
    repaired(f"<a {text}>", {})


@settings(max_examples=300)
@given(st.text(alphabet="<>/&;#x:=\"' ab!-[]?", max_size=60))
def test_no_text_can_make_it_fail(junk: str) -> None:
    read_xmp([xmp(f"{DATE} {junk}", junk), junk.encode()])
