"""What a search returns."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from photosearch.errors import ImageError, QueryError, ShapeError, UsageError
from photosearch.index import vector_file
from photosearch.index.store import PhotoIndex
from photosearch.query.embed import QueryVectors
from photosearch.testing import COLORS, FakeEncoder
from photosearch.types import Filter

from .conftest import Draw


def test_the_best_match_comes_first(full: PhotoIndex) -> None:
    assert [full.search(color, k=1)[0].path.stem for color in COLORS] == list(COLORS)


def test_confidence_is_the_calibrated_score(full: PhotoIndex, encoder: FakeEncoder) -> None:
    for hit in full.search("red", k=8):
        exponent = encoder.calibration.scale * hit.score + encoder.calibration.bias
        assert hit.confidence is not None
        assert hit.confidence == pytest.approx(1 / (1 + np.exp(-exponent)), abs=1e-6)


def test_ranks_count_from_one_and_scores_fall(full: PhotoIndex) -> None:
    hits = full.search("red", k=8)
    assert [hit.rank for hit in hits] == list(range(1, 9))
    assert all(a.score >= b.score for a, b in pairwise(hits))
    assert all(-1 <= hit.score <= 1 for hit in hits)


@pytest.mark.parametrize("k", [0, -1, True, 1.5, "3"])
def test_a_senseless_k_is_refused(full: PhotoIndex, k: int) -> None:
    for search in (full.search, full.similar):
        with pytest.raises(UsageError, match="expected a whole number of at least 1"):
            search("red", k=k)


def test_more_than_there_are_gives_all(full: PhotoIndex) -> None:
    assert len(full.search("red", k=10**6)) == 8


def test_an_empty_index_finds_nothing(index: PhotoIndex) -> None:
    assert index.search("red") == []


def test_an_empty_query_is_refused(full: PhotoIndex) -> None:
    with pytest.raises(QueryError):
        full.search("  ")


@pytest.mark.parametrize("query", ["🐕", "red " * 10_000])
def test_any_words_are_a_query(full: PhotoIndex, query: str) -> None:
    assert len(full.search(query, k=3)) == 3


def test_negative_words_push_photos_away(full: PhotoIndex) -> None:
    ranks = {hit.path.stem: hit.rank for hit in full.search("red -blue", k=8)}
    assert (ranks["red"], ranks["blue"]) == (1, 8)


def test_many_texts_find_what_each_finds(full: PhotoIndex) -> None:
    texts = ["red", "blue -red", "red", "-white green"]
    wanted = Filter(under=(next(full.photos()).path.parent,))
    for k, passing in ((1, None), (5, None), (20, wanted)):
        expected = [full.search(text, k, passing) for text in texts]
        assert full.search_many(texts, k, passing) == expected
    assert full.search_many([]) == []


def test_many_texts_may_come_one_by_one(full: PhotoIndex) -> None:
    texts = ["red", "blue -red"]
    expected = full.search_many(texts, 3)
    for given in ((text for text in texts), iter(texts), map(str, texts), np.array(texts)):
        assert full.search_many(given, 3) == expected


def test_many_texts_need_a_list(full: PhotoIndex, index: PhotoIndex) -> None:
    with pytest.raises(UsageError, match="expected a list of strings"):
        full.search_many("red")
    with pytest.raises(QueryError, match="got int, expected a string"):
        full.search_many(["red", 3])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="k: got 0"):
        full.search_many(["red"], k=0)


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (None, "got NoneType"),
        (3, "got int"),
        (b"cat", "got bytes"),
        (np.zeros(8, np.float32), r"got an array float32 \[8\]"),
    ],
)
def test_what_is_no_list_of_texts_is_named(full: PhotoIndex, given: Any, got: str) -> None:
    with pytest.raises(UsageError, match=f"texts: {got}, expected a list of strings"):
        full.search_many(given)


def test_many_texts_find_nothing_in_an_empty_index(index: PhotoIndex) -> None:
    assert index.search_many(["red", "blue"]) == [[], []]


@pytest.mark.parametrize("text", [["a", "b"], np.ones(8, np.float32), None, b"red", ("a",)])
def test_what_is_no_string_is_refused(full: PhotoIndex, text: Any) -> None:
    with pytest.raises(QueryError, match="expected a string; search_many"):
        full.search(text)


@pytest.mark.parametrize("vector", ["red", ["a"], None, [[1.0] * 8], {}])
def test_what_is_no_vector_is_refused(full: PhotoIndex, vector: Any) -> None:
    with pytest.raises(ShapeError, match="expected"):
        full.search_vector(vector)


def test_a_vector_of_another_width_is_refused(full: PhotoIndex) -> None:
    with pytest.raises(ShapeError, match="expected"):
        full.search_vector(np.ones(9, np.float32))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_named_with_its_place(
    full: PhotoIndex, number: float
) -> None:
    vector = np.ones(8, np.float32)
    vector[3] = number
    with pytest.raises(ShapeError, match=f"vector: got {number} at place 3, expected finite"):
        full.search_vector(vector)


def test_a_vector_of_zeros_is_refused(full: PhotoIndex, index: PhotoIndex) -> None:
    zeros = np.zeros(8, np.float32)
    for searched in (full, index):  # one with photos, and an empty one
        with pytest.raises(ShapeError, match=r"got \[8\] of zeros, which point nowhere"):
            searched.search_vector(zeros)
    away = QueryVectors(np.ones(8, np.float32), zeros[None], (1.0,))
    with pytest.raises(ShapeError, match="of zeros"):
        full.search_query(away)


def test_a_vector_too_long_for_float32_is_refused(full: PhotoIndex) -> None:
    with pytest.raises(ShapeError, match="squares are beyond float32"):
        full.search_vector(np.full(8, 1e30, np.float32))


def test_a_closed_index_says_to_open_it_again(full: PhotoIndex) -> None:
    full.close()
    with pytest.raises(UsageError, match=r"closed database; open the index again$"):
        full.search("red")


@pytest.mark.parametrize("kind", get_args(vector_file.Kind))
def test_ties_go_to_the_lowest_id(
    tmp_path: Path, folder: Path, draw: Draw, kind: vector_file.Kind
) -> None:
    for i in range(30):
        draw(f"{i:02}.png", COLORS[i % 3], width=i + 1)
    with PhotoIndex.open(tmp_path / "ties", FakeEncoder(), kind=kind) as index:
        index.add([folder])
        everything = [hit.id for hit in index.search("blue", k=30)]
        assert everything[:10] == list(range(2, 31, 3))
        for k in range(1, 30):
            assert [hit.id for hit in index.search("blue", k=k)] == everything[:k]


def test_ties_inside_a_filter_go_to_the_lowest_id(index: PhotoIndex, draw: Draw) -> None:
    index.add([draw(f"{i:02}.png", "red", width=i + 1) for i in range(20)])
    odd = frozenset(range(1, 21, 2))
    assert [hit.id for hit in index.search("red", 3, Filter(ids=odd))] == [1, 3, 5]


def test_similar_leaves_the_photo_itself_out(full: PhotoIndex, eight: list[Path]) -> None:
    by_path = full.similar(eight[4], k=3)
    assert eight[4] not in [hit.path for hit in by_path]
    assert [hit.rank for hit in by_path] == [1, 2, 3]
    assert full.similar(by_path[0].id, k=8)[0].path == eight[4] or len(by_path) == 3


def test_similar_finds_copies_of_a_photo_outside_the_index(
    full: PhotoIndex, tmp_path: Path, eight: list[Path], encoder: FakeEncoder
) -> None:
    outside = tmp_path / "outside.png"
    outside.write_bytes(eight[4].read_bytes())
    hit = full.similar(outside, k=1)[0]
    assert hit.path == eight[4]
    assert hit.score == pytest.approx(1.0, abs=0.01)
    assert hit.confidence is None


def test_similar_by_an_unknown_id_is_refused(full: PhotoIndex) -> None:
    with pytest.raises(UsageError, match="99"):
        full.similar(99)


def test_similar_to_a_file_that_is_no_picture_is_refused(full: PhotoIndex, tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"text")
    with pytest.raises(ImageError):
        full.similar(tmp_path / "no.png")


def test_remove_takes_ids_paths_and_folders(full: PhotoIndex, eight: list[Path]) -> None:
    first = next(full.photos()).id
    assert full.remove(first) == 1
    assert full.remove([eight[1]]) == 1
    assert full.remove([eight[4].parent, eight[2]]) == 5
    assert [hit.path for hit in full.search("red", k=9)] == [eight[3]]


def test_remove_of_an_unknown_photo_removes_nothing(full: PhotoIndex, eight: list[Path]) -> None:
    with pytest.raises(UsageError, match="nothing was removed"):
        full.remove([eight[0], "nowhere.jpg"])
    assert full.status().indexed == 8


def test_status_names_the_model(full: PhotoIndex, encoder: FakeEncoder) -> None:
    status = full.status()
    assert (status.model, status.dim, status.space) == (encoder.name, encoder.dim, encoder.space)
    assert status.size_bytes > 0


def test_a_time_beyond_the_calendar_is_no_time(full: PhotoIndex) -> None:
    with closing(sqlite3.connect(full.directory / "catalog.sqlite")) as db, db:
        db.execute("UPDATE photos SET taken_at = ?", (2**62,))
        db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    assert {photo.info.taken_at for photo in full.photos() if photo.info} == {None}
    assert full.search("red in 2019") == []
