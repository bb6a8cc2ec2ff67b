"""Photos by words, with any encoder and any index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.errors import QueryError
from photosearch.query.embed import QueryVectors
from photosearch.search.searcher import Searcher
from photosearch.testing import FakeEncoder
from photosearch.types import Filter, Hit
from tests.counting import CountingEncoder


class Recording:
    """An index that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[QueryVectors, int, Filter | None]] = []

    def search_query(
        self, query: QueryVectors, k: int = 20, filter: Filter | None = None
    ) -> list[Hit]:
        self.asked.append((query, k, filter))
        return [Hit(rank=1, id=1, path=Path("/a"), score=1.0, confidence=1.0)]


def test_a_query_seen_before_is_not_encoded_again() -> None:
    encoder = CountingEncoder()
    searcher = Searcher(encoder=encoder, index=Recording())
    for text in ("red", "red car", "red", "  red ", "red car"):
        searcher.search(text)
    assert encoder.texts == 2


def test_k_and_the_filter_reach_the_index() -> None:
    index, wanted = Recording(), Filter(camera="x")
    Searcher(encoder=FakeEncoder(), index=index).search("red", k=3, filter=wanted)
    assert index.asked[0][1:] == (3, wanted)


def test_negative_words_are_vectors_of_their_own() -> None:
    found = Searcher(encoder=FakeEncoder(), index=Recording()).embed("red -blue")
    red, blue = FakeEncoder().encode_texts(["red", "blue"])
    np.testing.assert_allclose(found.toward, red, atol=1e-6)
    np.testing.assert_allclose(found.away, [blue], atol=1e-6)


@pytest.mark.parametrize("text", [["red", "blue"], None, np.ones(8)])
def test_what_is_no_string_is_an_error(text: Any) -> None:
    with pytest.raises(QueryError, match="expected a string"):
        Searcher(encoder=FakeEncoder(), index=Recording()).search(text)


def test_an_empty_query_is_an_error() -> None:
    with pytest.raises(QueryError):
        Searcher(encoder=FakeEncoder(), index=Recording()).search("  ")
