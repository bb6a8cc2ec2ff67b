"""The frozen tables: complete, quick to load, and what the generator measures."""

from __future__ import annotations

import json
import string
import sys

import pytest

from photosearch.text.unicode_tables import (
    CODE_POINTS,
    LETTER,
    NUMBER,
    PATH,
    PUNCTUATION,
    REMOVED,
    SCHEMA,
    SPACE,
    is_flagged,
    tables,
)
from tests.fixtures import measure_unicode


def test_flags_cover_every_code_point() -> None:
    assert len(tables().flags) == CODE_POINTS


@pytest.mark.parametrize(
    ("char", "flags"),
    [("é", LETTER), ("½", NUMBER), ("\u3000", SPACE), ("¿", PUNCTUATION), ("\u200d", REMOVED)],
)
def test_characters_have_their_flags(char: str, flags: int) -> None:
    assert is_flagged(char, flags)


def test_ascii_punctuation_is_punctuation_even_where_unicode_says_symbol() -> None:
    marked = {chr(code) for code in range(128) if is_flagged(chr(code), PUNCTUATION)}
    assert marked == set(string.punctuation)


def test_ascii_letters_are_letters_with_and_without_the_tables() -> None:
    for char in string.ascii_lowercase:
        assert tables().flags[ord(char)] == LETTER
        assert [flag for flag in range(8) if is_flagged(char, 1 << flag)] == [5]


def test_white_space_is_unicodes_twenty_five_characters() -> None:
    assert sum(bool(flags & SPACE) for flags in tables().flags) == 25


def test_starts_of_runs_ascend() -> None:
    raw = json.loads(PATH.read_bytes())
    for key in ("classes", "order"):
        assert raw[key][::2] == sorted(set(raw[key][::2]))
        assert raw[key][0] == 0


def test_loading_looks_at_every_number_only_a_few_times() -> None:
    numbers = sum(
        len(each) for each in json.loads(PATH.read_bytes()).values() if type(each) is list
    )
    steps = 0

    def count(*_: object) -> object:
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)  # type: ignore[arg-type]
    try:
        tables.__wrapped__()
    finally:
        sys.settrace(before)
    assert numbers < steps < 3 * numbers


@pytest.mark.slow
def test_the_file_is_what_the_generator_writes() -> None:
    tokenizers = pytest.importorskip("tokenizers")
    source = json.loads(PATH.read_bytes())["source"]
    if source != f"tokenizers {tokenizers.__version__}":
        pytest.skip(f"measured from {source}, installed is {tokenizers.__version__}")
    document = measure_unicode.generate()
    assert document["schema"] == SCHEMA
    assert measure_unicode.render(document) == PATH.read_text(encoding="ascii")
