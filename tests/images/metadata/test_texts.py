"""Words that people wrote are kept, those of cameras and programs are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.images.metadata.texts import (
    MOST_DESCRIPTION,
    MOST_ENTRIES,
    MOST_ENTRY,
    MOST_TITLE,
    clean,
    from_paths,
    is_junk,
    make_texts,
    merge_texts,
)
from photosearch.types import PhotoTexts
from tests.growth import LINEAR, growth


@pytest.mark.parametrize("text", [
    "OLYMPUS DIGITAL CAMERA", "OLYMPUS DIGITAL CAMERA         ", "SAMSUNG CAMERA PICTURES",
    "SONY DSC", "DCIM\\100MEDIA\\DJI_0011.JPG", "DCIM/101GOPRO", "KONICA MINOLTA DIGITAL CAMERA",
    "KODAK Digital Still Camera", "SANYO DIGITAL CAMERA", "MINOLTA DIGITAL CAMERA",
    "Exif_JPEG_PICTURE",
    "Exif JPEG", "default", "untitled", "image description", "cof", "sdr_HDRB", "ptr,hdr", "oznor",
    "charset=Ascii", "charset = InvalidCharsetId", "binary comment", "Screenshot", "DIGITAL CAMERA",
    "CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90", "LEAD Technologies Inc. V1.01",
    "File written by Adobe Photoshop\xa8 4.0", "Created with GIMP", "", "...", "_",
    "\N{PARTY POPPER}",
    "a5cb01550dbb9a6bf732f87e413f6e231cc4581e6a5be800fb0871dce0760cd5",
])  # fmt: skip
def test_what_cameras_and_programs_write_is_no_description(text: str) -> None:
    assert make_texts(descriptions=[text]) == PhotoTexts()


@pytest.mark.parametrize("text", [
    "Hotel by the sea", "My first digital camera", "Nora", "hdr of the bay", "2019", "東京の夜",
    "Sony building, Ginza", "DCIM folder of my old camera", "שלום", "Olympus", "Default gateway",
    "hdr" * 30,
])  # fmt: skip
def test_what_people_write_is_a_description(text: str) -> None:
    assert make_texts(descriptions=[text]).description == text


def test_what_comes_behind_junk_counts() -> None:
    assert make_texts(titles=["untitled", " The\tbridge \n"]).title == "The bridge"


def test_a_text_is_one_line_of_what_can_be_printed() -> None:
    assert clean(f"a\0b\n\x1b[31mc\ue000d{chr(0xD800)}e\u202ef", 99) == "a b [31mc d e f"


def test_texts_and_lists_have_an_end() -> None:
    found = make_texts(
        titles=["x" * 10**6],
        descriptions=["y " * 10**6],
        keywords=(f"{i} " + "k" * 10**4 for i in range(10**4)),
    )
    assert found.title is not None
    assert found.description is not None
    assert (len(found.title), len(found.description)) == (MOST_TITLE, MOST_DESCRIPTION - 1)
    assert len(found.keywords) == MOST_ENTRIES
    assert {len(word) for word in found.keywords} == {MOST_ENTRY}


def test_an_entry_is_there_once_whatever_its_case() -> None:
    found = make_texts(keywords=["Beach", "beach ", "STRASSE", "Straße", "", "!!"], people=["Anna"])
    assert found.keywords == ("Beach", "STRASSE")
    assert found.people == ("Anna",)


def test_paths_of_keywords_are_keywords_and_may_name_people() -> None:
    keywords, people = from_paths(["Places|Portugal|Lisbon", "People|Anna Smith", "people", "a"])
    assert keywords == ["Places", "Portugal", "Lisbon", "People", "Anna Smith", "people", "a"]
    assert people == ["Anna Smith"]


def test_each_field_is_of_the_first_source_that_has_it() -> None:
    first = PhotoTexts(title="a", keywords=("k",))
    second = PhotoTexts(title="b", description="d", keywords=("l", "m"), people=("p",))
    assert merge_texts([first, second]) == PhotoTexts("a", "d", ("k",), ("p",))
    assert merge_texts([]) == PhotoTexts()


@given(st.text(), st.integers(1, 50))
def test_what_is_clean_stays_as_it_is(text: str, most: int) -> None:
    once = clean(text, most)
    assert clean(once, most) == once
    assert len(once) <= most


@pytest.mark.parametrize("part", ["hdr", "sony ", "dcim", "-. ", "a", "1", "hdr ,"])
def test_a_text_is_known_as_junk_in_time_in_proportion_to_its_length(part: str) -> None:
    def look(size: int) -> None:
        for end in ("", "!", "x"):
            is_junk(part * (size // len(part)) + end)

    assert growth(look, 20_000) < LINEAR
