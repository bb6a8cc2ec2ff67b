"""Normalisation against the reference's own, alone and in mixtures of accents."""

from __future__ import annotations

import random
import unicodedata

import pytest

from photosearch.text.normalization import casefold, lowercase, nfc, nfd, replace_surrogates
from photosearch.text.unicode_tables import tables
from tests.fixtures.measure_unicode import code_points


def _mixtures(count: int) -> list[str]:
    draw = random.Random(2)
    pool = [*tables().order, *tables().decompose, *map(chr, range(0x1100, 0x1200))]
    pool += [*map(chr, draw.sample(range(0xAC00, 0xD7A4), 200)), *"aeiouAEIOU" * 20]
    return ["".join(draw.choices(pool, k=draw.randrange(1, 9))) for _ in range(count)]


def _check(texts: list[str]) -> None:
    normalizers = pytest.importorskip("tokenizers").normalizers
    for ours, theirs in (
        (nfd, normalizers.NFD()),
        (nfc, normalizers.NFC()),
        (lowercase, normalizers.Lowercase()),
    ):
        different = [text for text in texts if ours(text) != theirs.normalize_str(text)]
        assert different == [], ours.__name__


def test_mixtures_of_accents_are_like_the_reference() -> None:
    _check(_mixtures(5000))


@pytest.mark.slow
def test_every_character_is_like_the_reference() -> None:
    _check(list(code_points()))


@pytest.mark.slow
def test_many_mixtures_of_accents_are_like_the_reference() -> None:
    _check(_mixtures(200_000))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q\u0307\u0323", "q\u0323\u0307"),  # the dot below goes first
        ("a\u0315\u0300\u05ae\u0300", "à\u05ae\u0300\u0315"),  # NormalizationTest.txt, part 2
        ("\u212b", "Å"),  # Angstrom
        ("\u0958", "\u0915\u093c"),  # excluded from composition
        ("\u1100\u1161\u11a8", "각"),
        ("\u1100\u1161\u11a7", "가\u11a7"),  # one before the first tail
        ("\u0300a", "\u0300a"),  # nothing to join it to
    ],
)
def test_composition(text: str, expected: str) -> None:
    assert nfc(text) == expected


def test_final_sigma_is_lowered_like_any_other() -> None:
    assert lowercase("ΟΔΟΣ") == "οδοσ"


def test_dotted_capital_i_keeps_its_dot() -> None:
    assert lowercase("İ") == "i\u0307"


def test_lone_surrogates_are_replaced_one_each() -> None:
    assert replace_surrogates("a\udc80\ud83d\ude00b") == "a\ufffd\ufffd\ufffdb"


def test_case_folding_is_pythons() -> None:
    known = [char for char in code_points() if unicodedata.category(char) != "Cn"]
    assert [char for char in known if casefold(char) != char.casefold()] == []
    assert casefold("Straße ΟΔΟΣ ﬃ İ") == "Straße ΟΔΟΣ ﬃ İ".casefold()
    assert casefold("Leica M10") == "leica m10"
