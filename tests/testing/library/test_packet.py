"""The XMP of simulated photos, read by ElementTree."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from photosearch.testing import SimulatedPhoto
from photosearch.testing.library.packet import embedded_packet, sidecar_packet
from tests.testing.library.example import PHOTO

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
REGIONS = "{http://www.metadataworkinggroup.com/schemas/regions/}"
DESCRIBED = replace(
    PHOTO,
    title="Ben & <Zoë>",
    description='"Ben" & Zoë.',
    keywords=("café", "a, b", "holiday"),
    people=("Łukasz", "Zoë <3"),
)


def items(packet: bytes, name: str) -> list[str | None]:
    """The texts of the list items within all elements of a name."""
    root = ElementTree.fromstring(packet.decode())
    return [item.text for element in root.iter(name) for item in element.iter(f"{RDF}li")]


def test_words_are_escaped_and_listed() -> None:
    packet = embedded_packet(DESCRIBED)
    assert items(packet, f"{DC}title") == ["Ben & <Zoë>"]
    assert items(packet, f"{DC}description") == ['"Ben" & Zoë.']
    assert items(packet, f"{DC}subject") == ["café", "a, b", "holiday"]
    assert items(packet, f"{IPTC}PersonInImage") == ["Łukasz", "Zoë <3"]


@pytest.mark.parametrize("media", ["portrait", "selfie"])
def test_faces_of_portraits_are_regions_inside_the_picture(media: str) -> None:
    packet = embedded_packet(replace(DESCRIBED, media=media))  # type: ignore[arg-type]
    root = ElementTree.fromstring(packet.decode())
    names = [found.get(f"{REGIONS}Name") for found in root.iter(f"{RDF}Description")]
    assert names == [None, "Łukasz", "Zoë <3"]
    for area in root.iter(f"{REGIONS}Area"):
        values = {name.split("}")[1]: value for name, value in area.items()}
        x, w = float(values["x"]), float(values["w"])
        assert 0 <= x - w / 2 < x + w / 2 <= 1
    assert items(packet, f"{IPTC}PersonInImage") == []


def test_with_a_sidecar_the_photo_itself_says_nothing() -> None:
    photo = replace(DESCRIBED, sidecar="a.xmp", favourite=True)
    assert embedded_packet(photo) == b""
    packet = sidecar_packet(photo)
    assert items(packet, f"{DC}subject") == ["café", "a, b", "holiday"]
    assert b"<xmp:Rating>5</xmp:Rating>" in packet


@pytest.mark.parametrize(
    ("media", "name"),
    [("burst", b"BurstID"), ("live", b"MotionPhoto"), ("panorama", b"ProjectionType")],
)
def test_other_phones_than_apples_tell_kinds_in_xmp(media: str, name: bytes) -> None:
    def named(photo: SimulatedPhoto) -> bool:
        return name in embedded_packet(replace(photo, media=media))  # type: ignore[arg-type]

    assert named(replace(PHOTO, camera="Google Pixel 6"))
    assert not named(PHOTO)


def test_a_plain_photo_has_no_packet() -> None:
    assert embedded_packet(PHOTO) == b""
