"""Titles, keywords and the names of people, in the forms in which programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.metadata.texts import MOST_ENTRIES
from photosearch.images.metadata.xmp import read_xmp
from photosearch.images.metadata.xmp_lists import PREFIXES, RDF
from photosearch.types import PhotoTexts
from tests.growth import LINEAR, growth

NAMES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in {**PREFIXES, "rdf": RDF}.items())


def packet(body: str, attributes: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {NAMES}><rdf:Description rdf:about=""'
        f" {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def texts(body: str, attributes: str = "") -> PhotoTexts:
    return read_xmp([packet(body, attributes)]).texts


def bag(name: str, *entries: str) -> str:
    items = "".join(f"<rdf:li>{entry}</rdf:li>" for entry in entries)
    return f"<{name}><rdf:Bag>{items}</rdf:Bag></{name}>"


@pytest.mark.parametrize("body", [
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Bridge</rdf:li></rdf:Alt></dc:title>',
    ('<dc:title><rdf:Alt><rdf:li xml:lang="de">Br&#252;cke</rdf:li>'
    '<rdf:li xml:lang="x-default">Bridge</rdf:li></rdf:Alt></dc:title>'),
    "<dc:title><rdf:Alt><rdf:li>Bridge</rdf:li></rdf:Alt></dc:title>",
    "<dc:title>Bridge</dc:title>",
    "<dc:title><rdf:Alt>\n<rdf:li xml:lang='x-default'>\n Bridge\n</rdf:li>\n</rdf:Alt></dc:title>",
    ("<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>untitled</rdf:li><rdf:li>Bridge</rdf:li>"
    "</rdf:Alt></dc:title>"),
])  # fmt: skip
def test_a_title_is_read_in_every_form(body: str) -> None:
    assert texts(body) == PhotoTexts(title="Bridge")


def test_a_simple_property_may_be_an_attribute() -> None:
    assert texts("", 'dc:title="Bridge" dc:description="Of steel"') == PhotoTexts(
        "Bridge", "Of steel"
    )


def test_keywords_and_their_paths_are_one_list() -> None:
    body = bag("dc:subject", "Lisbon", "Tram")
    body += bag("lr:hierarchicalSubject", "Places|Portugal|lisbon", "People|Anna Smith")
    found = texts(body)
    assert found.keywords == ("Lisbon", "Tram", "Places", "Portugal", "People", "Anna Smith")
    assert found.people == ("Anna Smith",)


MWG = """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>{}</rdf:Bag>
</mwg-rs:RegionList></mwg-rs:Regions>"""


@pytest.mark.parametrize("region", [
    '<rdf:li><rdf:Description mwg-rs:Name="Anna" mwg-rs:Type="Face"/></rdf:li>',
    '<rdf:li mwg-rs:Name="Anna" mwg-rs:Type="Face"/>',
    ('<rdf:li rdf:parseType="Resource"><mwg-rs:Area/><mwg-rs:Name>Anna</mwg-rs:Name>'
    "<mwg-rs:Type>Face</mwg-rs:Type></rdf:li>"),
    ("<rdf:li><rdf:Description><mwg-rs:Type>face</mwg-rs:Type><mwg-rs:Name> Anna </mwg-rs:Name>"
    "</rdf:Description></rdf:li>"),
    '<rdf:li mwg-rs:Name="Anna"/>',
    ('<rdf:li mwg-rs:Name="Rex" mwg-rs:Type="Pet"/><rdf:li mwg-rs:Name="Anna"/>'
    '<rdf:li mwg-rs:Type="Face"/><rdf:li mwg-rs:Name="x" mwg-rs:Type="BarCode"/>'),
])  # fmt: skip
def test_a_face_of_the_metadata_working_group_has_a_name(region: str) -> None:
    assert texts(MWG.format(region)) == PhotoTexts(people=("Anna",))


def test_faces_of_microsoft_and_iptc_have_names() -> None:
    body = """<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
        <rdf:li MPReg:Rectangle="0,0,1,1" MPReg:PersonDisplayName="Bo"/>
        <rdf:li><rdf:Description><MPReg:PersonDisplayName>Cy</MPReg:PersonDisplayName>
        </rdf:Description></rdf:li></rdf:Bag></MPRI:Regions></MP:RegionInfo>"""
    body += bag("Iptc4xmpExt:PersonInImage", "Dee", "bo")
    body += """<Iptc4xmpExt:ImageRegion><rdf:Bag><rdf:li rdf:parseType="Resource">
        <Iptc4xmpExt:Name><rdf:Alt><rdf:li xml:lang="x-default">Eve</rdf:li>
        <rdf:li xml:lang="de">Eva</rdf:li></rdf:Alt></Iptc4xmpExt:Name></rdf:li></rdf:Bag>
        </Iptc4xmpExt:ImageRegion>"""
    assert texts(body).people == ("Bo", "Cy", "Eve", "Dee")


def test_a_region_that_does_not_end_takes_nothing_with_it() -> None:
    body = MWG.format('<rdf:li mwg-rs:Name="Anna"/><rdf:li mwg-rs:Name="Bo">')
    assert texts(body).people == ("Anna",)


def test_slips_that_programs_make_are_repaired() -> None:
    assert texts(bag("dc:subject", "Tom & Anna", "a < b")).keywords == ("Tom & Anna", "a < b")


def test_the_first_packet_counts_field_by_field() -> None:
    first, second = (
        packet(bag("dc:subject", "a1")),
        packet("<dc:title>t</dc:title>" + bag("dc:subject", "b1")),
    )
    assert read_xmp([first, second]).texts == PhotoTexts(title="t", keywords=("a1",))


def test_what_lies_inside_of_other_properties_is_not_the_photos() -> None:
    inner = "<rdf:li><rdf:Description><dc:title>no</dc:title></rdf:Description></rdf:li>"
    assert texts(f"<dc:relation><rdf:Bag>{inner}</rdf:Bag></dc:relation>") == PhotoTexts()


def test_no_entity_is_expanded() -> None:
    lol = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'.encode() + packet(bag("dc:subject", "&l9;"))
    assert read_xmp([bomb]).texts == PhotoTexts()


def test_a_list_has_an_end() -> None:
    assert len(texts(bag("dc:subject", *(f"k{i}" for i in range(20_000)))).keywords) == MOST_ENTRIES


@pytest.mark.parametrize("part", ["<rdf:li>x</rdf:li>", "<rdf:li>", "x"])
def test_a_hostile_list_costs_time_in_proportion_to_its_length(part: str) -> None:
    def read(size: int) -> None:
        read_xmp([packet(f"<dc:subject><rdf:Bag>{part * (size // len(part))}")])

    assert growth(read, 200_000) < LINEAR


@settings(max_examples=200)
@given(st.text(alphabet="<>/&;\"'=rdf:liBagdcsubjectmwg- \n\0é", max_size=200))
def test_no_text_can_make_it_fail(junk: str) -> None:
    read_xmp([packet(bag("dc:subject", junk)), packet(MWG.format(junk)), junk.encode()])
