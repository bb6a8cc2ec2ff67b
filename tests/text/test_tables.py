"""The frozen tables: complete, quick to load, and what the generator measures."""

from __future__ import annotations

import json
import string
import subprocess
import sys

import pytest

from photosearch.text import _generate_tables
from photosearch.text.tables import (
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


def test_loading_takes_under_fifteen_milliseconds() -> None:
    code = (
        "import json, time; from photosearch.text.tables import tables\n"
        "start = time.process_time(); tables(); print(time.process_time() - start)"
    )
    times = (subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(3))
    assert min(map(float, times)) < 0.015


@pytest.mark.slow
def test_the_file_is_what_the_generator_writes() -> None:
    tokenizers = pytest.importorskip("tokenizers")
    source = json.loads(PATH.read_bytes())["source"]
    if source != f"tokenizers {tokenizers.__version__}":
        pytest.skip(f"measured from {source}, installed is {tokenizers.__version__}")
    document = _generate_tables.generate()
    assert document["schema"] == SCHEMA
    assert _generate_tables.render(document) == PATH.read_text(encoding="ascii")
