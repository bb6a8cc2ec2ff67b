"""Properties of XMP packets: where they may be, and what a hostile packet costs.

exiftool 12.57 (-XMP:all) reads the same values from the packets that say so.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.metadata.fields import Moment
from photosearch.images.metadata.xmp import EXIF, XMP, read_xmp, xmp_fields
from tests.growth import LINEAR, growth

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMES = f"""xmlns:rdf="{RDF}" xmlns:xmp="{XMP}" xmlns:exif="{EXIF}"
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" """


def packet(attributes: str, body: str = "") -> str:
    return f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {NAMES}>
<rdf:Description rdf:about="" {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def rating(written: str | bytes) -> str:
    return read_xmp([written.encode() if isinstance(written, str) else written]).get(XMP, "Rating")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "utf-32", "utf-32-be"])  # fmt: skip
def test_every_encoding_of_the_specification_is_read(encoding: str) -> None:
    assert rating(packet('xmp:Rating="5"').encode(encoding)) == "5"


@pytest.mark.parametrize("body", [
    "<xmp:Rating>5</xmp:Rating>",
    "<xmp:Rating>\n  5\n</xmp:Rating>",
    "<xmp:Rating><rdf:Alt><rdf:li>5</rdf:li><rdf:li>4</rdf:li></rdf:Alt></xmp:Rating>",
    '<xmp:Rating rdf:parseType="Resource"><rdf:value>5</rdf:value></xmp:Rating>',
    "<xmp:Rating>&#53;</xmp:Rating>",
    "<xmp:Rating><![CDATA[5]]></xmp:Rating>",
    "</rdf:Description><rdf:Description><xmp:Rating>5</xmp:Rating>",
])  # fmt: skip
def test_an_element_is_read_in_every_form(body: str) -> None:
    assert rating(packet("", body)) == "5"


def test_a_packet_needs_no_wrapper() -> None:
    bare = f'<rdf:RDF {NAMES}><rdf:Description xmp:Rating="5"/></rdf:RDF>'
    assert rating(bare) == "5"


def test_what_history_and_ingredients_say_is_not_the_photos() -> None:
    inner = f'<rdf:Bag><rdf:li><rdf:Description {NAMES} xmp:Rating="5">'
    inner += "<xmp:Rating>5</xmp:Rating></rdf:Description></rdf:li></rdf:Bag>"
    assert rating(packet("", f"<xmp:Ingredients>{inner}</xmp:Ingredients>")) == ""


def test_what_was_read_before_damage_is_kept() -> None:
    whole = packet('xmp:Rating="5"', "<xmp:CreatorTool>a</xmp:CreatorTool>")
    assert rating(whole[: whole.index("CreatorTool")]) == "5"
    assert rating(whole.replace("CreatorTool>a", "CreatorTool>\0\x02&nothing;")) == "5"


def test_garbage_around_a_packet_is_no_harm() -> None:
    assert rating(b"\r\n  " + packet('xmp:Rating="5"').encode() + b"\0\0\xff\xfe") == "5"


def test_the_first_packet_that_says_something_counts() -> None:
    packets = [packet(""), packet('xmp:Rating="3"'), packet('xmp:Rating="5"')]
    assert read_xmp(map(str.encode, packets)).get(XMP, "Rating") == "3"


LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize("entities", [
    f'<!ENTITY a0 "lol">{LAUGHS}',
    '<!ENTITY a9 SYSTEM "file:///etc/hostname">',
    '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
    "",
])  # fmt: skip
def test_a_document_type_ends_the_reading(entities: str) -> None:
    document = packet("", "<xmp:Rating>&a9;</xmp:Rating>").split("?>", 1)[1]
    assert read_xmp([f"<!DOCTYPE x [{entities}]>{document}".encode()]).properties == {}


@pytest.mark.parametrize("part", ["<", " ", "<a>", "<a/>", "<p:Rating ", "&amp;", '"', "<!--",
                                  "<![CDATA[", "a='b' ", "<rdf:li>5</rdf:li>"])  # fmt: skip
def test_a_hostile_packet_costs_time_in_proportion_to_its_length(part: str) -> None:
    start = packet("", "").split("</rdf:Description>")[0]

    def read(size: int) -> None:
        read_xmp([(start + part * (size // len(part))).encode()])

    assert growth(read, 50_000) < LINEAR


@pytest.mark.slow
@pytest.mark.parametrize("part", ["<a/>", "<a>", "<xmp:Rating>5</xmp:Rating>", "x"])
def test_no_more_than_a_hundred_thousand_elements_are_read(part: str) -> None:
    body = part * (10_000_000 // len(part)) + "<xmp:CreateDate>2021</xmp:CreateDate>"
    found = read_xmp([packet('xmp:Rating="4"', body).encode()])
    assert found.get(XMP, "Rating") == "4"
    assert (found.get(XMP, "CreateDate") == "2021") == (part == "x")


def test_a_packet_of_a_hundred_thousand_attributes_is_not_read() -> None:
    attributes = " ".join(f'a{i}=""' for i in range(100_001))
    assert rating(packet(f'xmp:Rating="5" {attributes}')) == ""


def test_a_value_is_cut_off_at_two_hundred_characters() -> None:
    assert rating(packet(f'xmp:Rating="{"5" * 1000}"')) == "5" * 200


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        # exiftool -s -DateTimeOriginal -DateCreated -CreateDate
        ('exif:DateTimeOriginal="2021-03-04T05:06:07+02:00"', (2021, 3, 4, 5, 6, 7, 120)),
        ('exif:DateTimeOriginal="2021-03-04T05:06:07.891Z"', (2021, 3, 4, 5, 6, 7, 0)),
        ('exif:DateTimeOriginal="2021-03-04T05:06Z"', (2021, 3, 4, 5, 6, 0, 0)),
        ('exif:DateTimeOriginal="2021-03-04T05:06"', (2021, 3, 4, 5, 6, 0, None)),
        ('exif:DateTimeOriginal="2021-03-04"', (2021, 3, 4, 0, 0, 0, None)),
        ('photoshop:DateCreated="2021-03"', (2021, 3, 1, 0, 0, 0, None)),
        ('photoshop:DateCreated="2021"', (2021, 1, 1, 0, 0, 0, None)),
        ('photoshop:DateCreated="2021:03:04 05:06:07"', (2021, 3, 4, 5, 6, 7, None)),
    ],
)
def test_a_date_taken_may_be_partial(
    attributes: str, expected: tuple[int, int, int, int, int, int, int | None]
) -> None:
    *at, offset = expected
    told = xmp_fields(read_xmp([packet(attributes).encode()]))
    assert told.taken == Moment(datetime(*at), offset)  # type: ignore[arg-type]


def test_a_date_created_is_when_it_was_digitised() -> None:
    told = xmp_fields(read_xmp([packet('xmp:CreateDate="2021-03-04T05:06:07-07:00"').encode()]))
    assert (told.taken, told.digitised) == (None, Moment(datetime(2021, 3, 4, 5, 6, 7), -420))


def test_a_date_of_editing_is_not_asked() -> None:
    edited = 'xmp:ModifyDate="2021-03-04" xmp:MetadataDate="2021-03-04" tiff:DateTime="2021-03-04"'
    told = xmp_fields(read_xmp([packet(edited).encode()]))
    assert (told.taken, told.digitised, told.changed) == (None, None, None)


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        # exiftool -n -XMP:GPSLatitude -XMP:GPSLongitude
        ("28,11.0687N", "14,9.64014W", (28.184478, -14.160669)),
        ("28,11,4.1208N", "14,9,38.4084W", (28.184478, -14.160669)),
        ("28.184478", "-14.160669", (28.184478, -14.160669)),
        ("28.184478N", "14.160669 w", (28.184478, -14.160669)),
        ("33 51 35.9 South", "151 12 40 East", (-33.859972, 151.211111)),
        ("-33,51.5983S", "151,12.6667E", (-33.859972, 151.211111)),
        ("0,0.0N", "0,0.0E", None),
        ("91,0.0N", "14,9.64014W", None),
        ("28,11.0687E", "14,9.64014W", None),
        ("28,11.0687N", "", None),
        ("north", "west", None),
        ("9e999N", "14W", None),
    ],
)
def test_a_place_is_read_in_every_form(
    latitude: str, longitude: str, expected: tuple[float, float] | None
) -> None:
    written = packet(f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"')
    place = xmp_fields(read_xmp([written.encode()])).place
    got = place and (place.latitude, place.longitude)
    assert got == (expected and pytest.approx(expected, abs=1e-6))


def test_a_hemisphere_may_be_a_property_of_its_own() -> None:
    written = packet(
        'exif:GPSLatitude="33.859972" exif:GPSLatitudeRef="S"'
        ' exif:GPSLongitude="151.211111" exif:GPSLongitudeRef="East"'
    )
    place = xmp_fields(read_xmp([written.encode()])).place
    assert place is not None
    assert (place.latitude, place.longitude) == (-33.859972, 151.211111)


def test_the_camera_is_read() -> None:
    written = packet('tiff:Make="Canon" tiff:Model="Canon EOS 40D"')
    assert xmp_fields(read_xmp([written.encode()])).camera == "Canon EOS 40D"


@settings(max_examples=300)
@given(st.binary(max_size=300), st.integers(0, 600), st.sampled_from(["utf-8", "utf-16"]))
def test_no_bytes_can_make_it_fail(junk: bytes, at: int, encoding: str) -> None:
    whole = packet('xmp:Rating="5" exif:GPSLatitude="1N"', "<xmp:CreateDate>2021</xmp:CreateDate>")
    data = whole.encode(encoding)
    xmp_fields(read_xmp([junk, data[:at] + junk + data[at:], junk + data]))
