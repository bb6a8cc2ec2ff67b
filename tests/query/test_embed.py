"""Weighted words to vectors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from photosearch.encoder import Encoder
from photosearch.errors import QueryError
from photosearch.query.embed import QueryEmbedder, embed_query
from photosearch.testing import COLORS, FakeEncoder
from photosearch.types import Query, Term
from tests.counting import CountingEncoder


def test_one_term_is_what_the_encoder_says() -> None:
    encoder = FakeEncoder()
    vector = embed_query(encoder, Query((Term("red"),))).toward
    assert vector.dtype == np.float32
    assert vector.shape == (8,)
    np.testing.assert_allclose(vector, encoder.encode_texts(["red"])[0], atol=1e-6)


def test_positive_terms_count_by_their_weights() -> None:
    vector = embed_query(FakeEncoder(), Query((Term("red", 2.0), Term("blue", 0.5)))).toward
    red, blue = vector[COLORS.index("red")], vector[COLORS.index("blue")]
    assert (red, blue) == (
        pytest.approx(2 / math.sqrt(4.25)),
        pytest.approx(0.5 / math.sqrt(4.25)),
    )
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)


def test_negative_terms_are_vectors_with_a_strength() -> None:
    encoder = FakeEncoder()
    found = embed_query(encoder, Query((Term("red"), Term("blue", -0.5), Term("green", -1.5))))
    np.testing.assert_allclose(found.toward, encoder.encode_texts(["red"])[0], atol=1e-6)
    np.testing.assert_allclose(found.away, encoder.encode_texts(["blue", "green"]), atol=1e-6)
    assert found.strengths == (1.0, 3.0)


def test_negative_terms_alone_are_a_direction_away_from_them() -> None:
    encoder = FakeEncoder()
    found = embed_query(encoder, Query((Term("blue", -0.5),)))
    np.testing.assert_allclose(found.toward, -encoder.encode_texts(["blue"])[0], atol=1e-6)
    assert (found.away.shape, found.strengths) == ((0, 8), ())


def test_weights_count_only_against_each_other() -> None:
    small = embed_query(FakeEncoder(), Query((Term("red", 1e-8), Term("blue", 2e-8))))
    large = embed_query(FakeEncoder(), Query((Term("red", 1e8), Term("blue", 2e8))))
    np.testing.assert_allclose(small.toward, large.toward, atol=1e-6)


@pytest.mark.parametrize(
    "query",
    [
        Query(()),
        Query((Term("red", 0.0),)),
        Query((Term("red", math.inf),)),
        Query((Term("red", math.nan),)),
    ],
)
def test_a_query_without_a_direction_is_refused(query: Query) -> None:
    with pytest.raises(QueryError):
        embed_query(FakeEncoder(), query)


def test_a_query_seen_before_is_not_encoded_again() -> None:
    encoder = CountingEncoder()
    embedder = QueryEmbedder(lambda: encoder)
    for text in ("red", "red car", "red", "  red ", "red car"):
        embedder.one(text)
    assert encoder.texts == 2


def test_several_queries_are_the_same_vectors_as_one_by_one() -> None:
    embedder = QueryEmbedder(FakeEncoder)
    red, both = embedder.each(["red", "red -blue"])
    np.testing.assert_array_equal(red.toward, QueryEmbedder(FakeEncoder).one("red").toward)
    np.testing.assert_array_equal(both.away, FakeEncoder().encode_texts(["blue"]))


def test_nothing_is_encoded_where_one_query_is_empty() -> None:
    encoder = CountingEncoder()
    with pytest.raises(QueryError, match="expected words"):
        QueryEmbedder(lambda: encoder).each(["red", "  "])
    assert encoder.texts == 0


def test_a_query_without_words_needs_no_model() -> None:
    def load() -> Encoder:
        raise AssertionError("the model was loaded")

    with pytest.raises(QueryError, match="expected words"):
        QueryEmbedder(load).one("")
