"""Names of places: keys, look-ups and slips of typing."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import PhotoSearchError
from photosearch.query import gazetteer as module
from photosearch.query.gazetteer import (
    FUZZY_LENGTHS,
    MOST_WORDS,
    PATH,
    Gazetteer,
    GazetteerPlace,
    capitalised,
    fold_name,
    gazetteer,
)

LINES = [line.split("\t") for line in PATH.read_text(encoding="utf-8").split("\n")[1:-1]]
FUZZY = [key for key, flags, _ in LINES if "f" in flags]
ROME = "rome\t\t,IT,41.89,12.51,25,2319|,US,34.26,-85.16,8,36\n"
LISBON = "lisbon\tf\t,PT,38.73,-9.15,15,518\n"


def made(*lines: str) -> Gazetteer:
    body = "".join(lines).encode()
    return Gazetteer(b"#photosearch gazetteer 1 %d\n" % len(body) + body)


def countries(key: str) -> list[str]:
    return [place.country for place in gazetteer().find(key)]


def slips(typed: str, name: str) -> int:
    """The optimal string alignment distance (Damerau 1964), by its recursion as a table."""
    rows = [list(range(len(name) + 1))]
    for i, a in enumerate(typed, 1):
        row = [i]
        for j, b in enumerate(name, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == name[j - 2] and typed[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("München", "munchen"),
        ("Ko\u0308ln", "koln"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Tromsø", "tromso"),
        ("Þingvellir", "thingvellir"),
        ("Đà Nẵng", "da nang"),
        ("İzmir", "izmir"),
        ("St. John's", "st johns"),
        ("St John’s", "st johns"),
        ("Aix-en-Provence", "aix en provence"),
        ("  Rome , Italy ", "rome italy"),
        ("Route 66", "route 66"),
        ("", ""),
        ("...", ""),
        ("東京", "東京"),
    ],
)
def test_a_name_is_folded_to_a_key(name: str, key: str) -> None:
    assert fold_name(name) == key


@given(st.text())
def test_a_key_stays_as_it_is(text: str) -> None:
    key = fold_name(text)
    assert fold_name(key) == key
    assert key == " ".join(key.split())


@given(st.text(alphabet=st.characters(min_codepoint=0x41, max_codepoint=0x17F)))
def test_accents_go_as_unicodedata_says(text: str) -> None:
    plain = [c for c in unicodedata.normalize("NFD", text) if c.isascii() and c.isalpha()]
    kept = iter(fold_name(text))
    assert all(letter.lower() in kept for letter in plain)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Munich", ("Munich", "DE")),
        ("münchen", ("Munich", "DE")),
        ("Firenze", ("Florence", "IT")),
        ("Wien", ("Vienna", "AT")),
        ("NYC", ("New York", "US")),
        ("new york", ("New York", "US")),
        ("USA", ("United States", "US")),
        ("Holland", ("Netherlands", "NL")),
        ("Czech Republic", ("Czechia", "CZ")),
        ("Tuscany", ("Tuscany", "IT")),
        ("Machu Picchu", ("Machu Picchu", "PE")),
        ("Hallstatt", ("Hallstatt", "AT")),
        ("the Alps", ("Alps", "")),
        ("Washington", ("Washington D.C.", "US")),
    ],
)
def test_the_best_known_place_of_a_name_comes_first(name: str, place: tuple[str, str]) -> None:
    first = gazetteer().find(fold_name(name))[0]
    assert (first.name, first.country) == place


@pytest.mark.parametrize(
    ("key", "among"),
    [
        ("paris", ["FR", "US"]),
        ("london", ["GB", "CA"]),
        ("valencia", ["ES", "VE"]),
        ("cordoba", ["ES", "AR"]),
        ("georgia", ["GE", "US"]),
        ("san jose", ["US", "CR"]),
        ("cambridge", ["GB", "US"]),
        ("birmingham", ["GB", "US"]),
    ],
)
def test_a_name_of_several_places_keeps_them_in_their_order(key: str, among: list[str]) -> None:
    found = countries(key)
    assert found[0] == among[0]
    assert set(among) <= set(found)


@pytest.mark.parametrize(
    "key", ["nice", "reading", "mobile", "orange", "bath", "split", "turkey", "sandwich", "march"]
)
def test_an_ordinary_word_is_a_word_and_a_place(key: str) -> None:
    assert gazetteer().is_word(key)
    assert gazetteer().find(key)


@pytest.mark.parametrize("key", ["charlotte", "sofia", "victoria", "jordan", "georgia"])
def test_a_given_name_is_told(key: str) -> None:
    assert gazetteer().is_given_name(key)
    assert not gazetteer().is_word(key)


@pytest.mark.parametrize("key", ["paris", "berlin", "tuscany", "zzz", "Nice", "nice "])
def test_other_keys_are_neither(key: str) -> None:
    assert not gazetteer().is_word(key)
    assert not gazetteer().is_given_name(key)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lisbno", "Lisbon"),  # swapped
        ("lison", "Lisbon"),  # left out
        ("isbon", "Lisbon"),  # the first one left out
        ("lisbbon", "Lisbon"),  # added
        ("lisbpn", "Lisbon"),  # another
        ("kisbon", "Lisbon"),
        ("sanfrancisco", "San Francisco"),  # a space left out
        ("macho picchu", "Machu Picchu"),
        ("grand canyn", "Grand Canyon"),
    ],
)
def test_a_slip_is_taken_for_the_name(typed: str, name: str) -> None:
    assert gazetteer().find(typed) == ()
    assert gazetteer().find_fuzzy(typed)[0].name == name


@pytest.mark.parametrize(
    "typed",
    [
        "lisbon",  # a name
        "lsbno",  # two slips
        "parsi",  # Paris has five letters
        "bolt on",  # a space too many
        "landing",  # Nanding
        "tanzanian",
        "white horse",
        "hungry",
        "garden",
        "birthday",
        "skateboarder",
        "",
        "x" * 41,
        "lisbno\n",
        "Lisbno",
    ],
)
def test_what_is_no_slip_is_taken_for_nothing(typed: str) -> None:
    assert gazetteer().find_fuzzy(typed) == ()


@pytest.mark.parametrize(
    "typed", ["barcelna", "amsterdma", "munihc", "yosemit", "newyork", "tenerifee"]
)
def test_slips_are_those_of_the_definition(typed: str) -> None:
    """Against every fuzzy name; of spaces, one may be left out, and no more."""
    near = [
        name for name in FUZZY if slips(typed, name) == 1 and name.count(" ") >= typed.count(" ")
    ]
    places = {place for name in near for place in gazetteer().find(name)}
    assert places
    assert set(gazetteer().find_fuzzy(typed)) == places


def test_of_several_names_the_most_populous_comes_first() -> None:
    small = "lisbom\tf\tSmall,US,1,2,3,4\n"
    names = [place.name for place in made(small, LISBON).find_fuzzy("lisboo")]
    assert names == ["Lisbon", "Small"]


def test_a_place_with_two_names_is_found_once() -> None:
    twice = "lisboa\tf\tLisbon,PT,38.73,-9.15,15,518\n"
    assert len(made(twice, LISBON).find_fuzzy("lisbox")) == 1


def test_every_line_is_found() -> None:
    for key, flags, places in LINES:
        assert len(gazetteer().find(key)) == (places.count("|") + 1 if places else 0)
        assert gazetteer().is_word(key) == (not {"w", "x"}.isdisjoint(flags))


def test_keys_are_sorted_and_folded_and_of_few_words() -> None:
    keys = [key for key, _, _ in LINES]
    assert all(a < b for a, b in pairwise(keys))
    assert all(fold_name(key) == key and key.isascii() for key in keys)
    assert max(key.count(" ") + 1 for key in keys) == MOST_WORDS


def test_flags_are_of_the_format() -> None:
    assert {flags for _, flags, _ in LINES} <= {"", "f", "w", "n", "wn", "x"}
    assert all(bool(places) != (flags == "x") for _, flags, places in LINES)


def test_what_fuzzy_search_finds_has_six_letters() -> None:
    assert min(len(key.replace(" ", "")) for key in FUZZY) == 6
    assert max(len(key.replace(" ", "")) for key in FUZZY) < FUZZY_LENGTHS.stop - 1


def test_places_are_on_earth() -> None:
    for key, _, _ in LINES:
        for place in gazetteer().find(key):
            assert -90 <= place.latitude <= 90
            assert -180 <= place.longitude <= 180
            assert 2 <= place.radius_km <= 5000
            assert place.population >= 0
            assert re.fullmatch("[A-Z]{2}|", place.country)
            assert place.name == place.name.strip() != ""


def test_the_file_is_small() -> None:
    assert PATH.stat().st_size <= 1_000_000


def test_a_name_that_is_left_out_is_the_key_with_capitals() -> None:
    assert capitalised("rio de 6th") == "Rio De 6th"
    assert made(ROME).find("rome")[0] == GazetteerPlace("Rome", "IT", 41.89, 12.51, 25, 2_319_000)


def test_an_empty_gazetteer_knows_nothing() -> None:
    assert made().find("rome") == ()
    assert made().find_fuzzy("lisbno") == ()


@given(st.text())
def test_any_text_is_looked_up(text: str) -> None:
    names = gazetteer()
    for key in (text, fold_name(text)):
        assert isinstance(names.find(key), tuple)
        assert isinstance(names.find_fuzzy(key), tuple)
        assert names.is_word(key) in (False, True)


@pytest.mark.parametrize(
    "key", ["#photosearch gazetteer 1 1", "rome\t", "rome\t\t,IT", "rome\n", "\n"]
)
def test_marks_of_the_format_are_no_keys(key: str) -> None:
    assert made(ROME).find(key) == ()


@given(st.integers(0, 60))
def test_a_part_of_the_file_is_refused(length: int) -> None:
    whole = b"#photosearch gazetteer 1 %d\n" % len(ROME) + ROME.encode()
    with pytest.raises(PhotoSearchError, match="install it again"):
        Gazetteer(whole[:length])


@pytest.mark.parametrize(
    "line",
    [
        "rome\t,IT,1,2,3,4\n",
        "rome\t\t,IT,1,2,3\n",
        "rome\t\t,IT,north,2,3,4\n",
        "rome\t\t,IT,1,2,3,4|\n",
        "rome\t\t,IT,1,2,3,4",
    ],
)
def test_a_damaged_line_is_told(line: str) -> None:
    with pytest.raises(PhotoSearchError, match="gazetteer: got"):
        made(line).find("rome")


@given(st.integers(0, len(LISBON) - 1), st.binary(min_size=1, max_size=1))
def test_a_damaged_byte_is_an_error_or_another_place(at: int, byte: bytes) -> None:
    body = LISBON.encode()
    body = body[:at] + byte + body[at + 1 :]
    names = Gazetteer(b"#photosearch gazetteer 1 %d\n" % len(body) + body)
    for look in (names.find, names.find_fuzzy, names.is_word):
        try:
            look("lisbon")
            look("lisbno")
        except PhotoSearchError:
            continue


def test_a_missing_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "PATH", tmp_path / "none.txt")
    gazetteer.cache_clear()
    try:
        with pytest.raises(PhotoSearchError, match="install photosearch again"):
            gazetteer()
    finally:
        gazetteer.cache_clear()
