"""Words and phrases: what they find, where, in which order, and what nobody can make them do."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photosearch.errors import CatalogDamaged
from photosearch.index.catalog import Catalog
from photosearch.index.texts import TextHit, find_texts, require_phrases
from photosearch.index.texts.full_text import FIELDS
from photosearch.index.texts.search import MOST_WORDS, WEIGHTS

Add = Callable[..., int]
K1, B = 1.2, 0.75


def find(catalog: Catalog, *words: str, **options: object) -> list[TextHit]:
    hits = find_texts(catalog, words, **options)  # type: ignore[arg-type]
    assert hits is not None
    return hits


def ids(catalog: Catalog, *words: str) -> list[int]:
    return sorted(hit.id for hit in find(catalog, *words))


def phrases(catalog: Catalog, *wanted: str) -> list[int]:
    found = require_phrases(catalog, wanted)
    assert found is not None
    assert found.dtype == np.int64
    return list(map(int, found))


@pytest.fixture
def library(catalog: Catalog, add: Add) -> Catalog:
    add("/p/Lisbon trip/IMG_2034.jpg")  # 1
    add("/p/Work/hotelReceipt2019.jpg", recognised="TOTAL 12.50 EUR Hotel Mira")  # 2
    add("/p/x/a.jpg", title="Café in Lisbon", keywords=("red", "car"), people=("Anna Smith",))  # 3
    add("/p/x/b.jpg", description="The red car of Anna, a Smith by trade", keywords=("Auto",))  # 4
    add("/p/x/c.jpg", title="Über München", people=("Bo", "Anna"))  # 5
    return catalog


@pytest.mark.parametrize(("words", "expected"), [
    (["lisbon"], [1, 3]), (["LISBON"], [1, 3]), (["cafe"], [3]), (["CAFÉ"], [3]),
    (["munchen"], [5]), (["img-2034.jpg"], []), (["img-2034"], [1]),
    (["IMG_2034"], [1]), (["IMG2034"], [1]), (["2034"], [1]), (["x"], [3, 4, 5]),
    (["hotel"], [2]), (["receipt"], [2]), (["hotelReceipt2019"], [2]), (["hotelreceipt2019"], [2]),
    (["lisb"], [1, 3]), (["lisb", "auto"], [4]), (["auto", "lisb"], [1, 3, 4]), (["l"], []),
    (["12.50"], [2]), (["anna"], [3, 4, 5]), (["anna", "total"], [2, 3, 4, 5]), (["nothing"], []),
    ([], []), ([""], []), (["!!", "🎉", "*"], []), (["🎉", "auto", "!"], [4]),
])  # fmt: skip
def test_any_word_finds_and_the_last_may_be_the_beginning_of_one(
    library: Catalog, words: list[str], expected: list[int]
) -> None:
    assert ids(library, *words) == expected


@pytest.mark.parametrize(("words", "number", "fields"), [
    (["lisbon"], 1, ("album",)), (["lisbon"], 3, ("title",)), (["img"], 1, ("name",)),
    (["hotel"], 2, ("name", "recognised")), (["red"], 3, ("keywords",)),
    (["red"], 4, ("description",)), (["anna"], 3, ("people",)),
    (["anna", "red", "cafe"], 3, ("title", "keywords", "people")),
    (["y"], 3, ()), (["work", "receipts"], 2, ("album",)),
])  # fmt: skip
def test_it_says_where_the_words_stand(
    library: Catalog, words: list[str], number: int, fields: tuple[str, ...]
) -> None:
    where = {hit.id: hit.fields for hit in find(library, *words)}
    assert where.get(number, ()) == fields


@pytest.mark.parametrize(("wanted", "expected"), [
    (["Lisbon trip"], [1]), (["lisbon  TRIP"], [1]), (["trip lisbon"], []), (["lisb"], []),
    (["red car"], [4]), (["anna smith"], [3]), (["bo anna"], []), (["hotel mira"], [2]),
    (["hotel receipt"], [2]), (["hotelReceipt"], [2]), (["cafe in lisbon"], [3]),
    (["anna", "red"], [3, 4]), (["anna", "nothing"], []), (["a smith", "auto"], [4]),
    (["IMG_2034"], [1]), (["IMG2034"], [1]), (["!"], []), (["anna", "!"], []), ([], []), ([""], []),
])  # fmt: skip
def test_a_phrase_stands_in_one_entry_of_one_field(
    library: Catalog, wanted: list[str], expected: list[int]
) -> None:
    assert phrases(library, *wanted) == expected


def test_the_score_is_bm25(catalog: Catalog, add: Add) -> None:
    """Computed anew from the formula, with tokens counted by a regular expression."""
    add("/p/red/car.jpg", title="red car", description="a car that is red as a red rose")
    add("/p/blue/two.jpg", title="Blue", keywords=("sky", "red sky"), recognised="no red here")
    add("/p/x/three.jpg", description="nothing to see")
    for number in range(7):
        add(f"/p/y/{number}.jpg", description="of no colour " * number)
    rows = catalog.db.execute(f"SELECT id, {', '.join(FIELDS)} FROM texts").fetchall()
    counts = {
        number: [re.findall(r"[\w\ue000]+", (text or "").lower()) for text in texts]
        for number, *texts in rows
    }
    mean = sum(len(words) for texts in counts.values() for words in texts) / len(rows)
    expected = dict.fromkeys(counts, 0.0)
    for word in ("red", "car"):
        having = sum(any(word in words for words in texts) for texts in counts.values())
        idf = math.log((len(rows) - having + 0.5) / (having + 0.5))
        for number, texts in counts.items():
            each = zip(texts, WEIGHTS.values(), strict=True)
            f = sum(words.count(word) * weight for words, weight in each)
            length = sum(map(len, texts))
            expected[number] += idf * f * (K1 + 1) / (f + K1 * (1 - B + B * length / mean))
    wanted = {number: score for number, score in expected.items() if score}
    got = {hit.id: hit.score for hit in find(catalog, "red", "car")}
    assert got == pytest.approx(wanted, rel=1e-12)
    assert len(got) == 2


def test_the_best_come_first_then_the_lowest_ids(catalog: Catalog, add: Add) -> None:
    for number in range(6):
        add(f"/p/x/{number}.jpg", **({"title": "sea"} if number % 2 else {"description": "sea"}))
    add("/p/x/far.jpg")
    hits = find(catalog, "sea")
    assert [hit.id for hit in hits] == [2, 4, 6, 1, 3, 5]
    assert hits == find(catalog, "sea", most=9)
    assert find(catalog, "sea", most=2) == hits[:2]
    allowed = np.array([1, 5, 6, 99])
    assert [hit.id for hit in find(catalog, "sea", allowed=allowed)] == [6, 1, 5]
    assert find(catalog, "sea", allowed=np.empty(0, np.int64)) == []


def test_what_most_of_many_photos_have_says_nothing(catalog: Catalog, add: Add) -> None:
    with catalog.writing() as db:
        db.executemany(
            "INSERT INTO texts(id, name, title) VALUES (?, 'IMG', ?)",
            ((number, "sea" if number < 4 else None) for number in range(1, 2002)),
        )
    assert ids(catalog, "img") == []
    assert ids(catalog, "img", "sea") == [1, 2, 3]


@pytest.mark.parametrize("hostile", [
    'NEAR(a b)', '"', '""', 'a"b', '"a" OR "b"', "a AND b", "NOT a", "title : a", "{title} : a",
    "a*", "^a", "a + b", "(", ")", "a)", "--", "; DROP TABLE texts", "' OR 1=1", "\0", "a\0b",
    "\ud800", "\ue000", "🎉", "שלום עולם", "\u202eabc", "a" * 10**6, " ", "\n", "%", "_", "'",
])  # fmt: skip
def test_nothing_that_is_typed_is_read_as_a_command(library: Catalog, hostile: str) -> None:
    before = library.db.execute("SELECT count(*) FROM texts").fetchone()
    assert ids(library, hostile, "nothing") in ([], [3, 4])  # "a" stands there
    find(library, hostile)
    phrases(library, hostile)
    assert library.db.execute("SELECT count(*) FROM texts").fetchone() == before


def test_operators_are_words(catalog: Catalog, add: Add) -> None:
    add("/p/x/1.jpg", title="near or not")
    add("/p/x/2.jpg", title="sun and sea")
    assert ids(catalog, "NEAR", "x y") == [1]
    assert ids(catalog, "NOT", "sun") == [1, 2]
    assert ids(catalog, "sun NOT sea", "AND") == [2]


def test_ten_thousand_words_are_no_search_but_no_error(library: Catalog) -> None:
    words = [f"w{number}" for number in range(10_000)]
    assert find(library, *words) == []
    assert ids(library, *words[: MOST_WORDS - 1], "anna", *words) == [3, 4, 5]
    assert phrases(library, *words) == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=5))
def test_no_words_can_make_it_fail(library: Catalog, words: list[str]) -> None:
    hits = find(library, *words)
    assert all(hit.fields and hit.score > 0 for hit in hits)
    phrases(library, *words)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=12))
def test_a_word_is_found_by_itself_whatever_its_letters(
    catalog: Catalog, add: Add, word: str
) -> None:
    """unicode61 knows Unicode 6.1 only: what came later is no letter to it, and cannot be found."""
    with catalog.writing() as db:
        db.execute("DELETE FROM texts")
        db.execute("INSERT INTO texts(id, title) VALUES (5, ?)", (f"before {word} behind",))
    known = all(unicodedata.ucd_3_2_0.category(letter)[0] in "LN" for letter in word)
    if known:
        assert phrases(catalog, word) == [5]
        assert ids(catalog, word, "none") == [5]
    else:
        phrases(catalog, word)


def test_a_catalog_that_cannot_be_read_is_an_error(library: Catalog) -> None:
    with library.writing() as db:
        db.execute("DELETE FROM words_data WHERE id > 100")
    again = Catalog(library.path)
    with pytest.raises(CatalogDamaged):
        find_texts(again, ["anna"])
    with pytest.raises(CatalogDamaged):
        require_phrases(again, ["anna"])
    again.close()
