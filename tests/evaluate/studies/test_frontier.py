"""Recall, latency and bytes of indexes."""

from __future__ import annotations

import json

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from photosearch.encoder import cut
from photosearch.errors import ModelError, ShapeError, UsageError
from photosearch.evaluate.studies.frontier import (
    frontier_record,
    frontier_text,
    measure_frontier,
    pareto_front,
)
from photosearch.evaluate.studies.index_kinds import IndexKind, one_thread
from photosearch.progress import Progress
from tests.evaluate.studies.made import clusters

PHOTOS, QUERIES = clusters(700, 20).photos, clusters(40, 20, seed=1).photos
FLAT = (IndexKind("Flat"),)
EXACT = np.argsort(-(QUERIES.astype(float) @ PHOTOS.T.astype(float)), axis=1)[:, :10]


def shared(hits: NDArray[np.integer]) -> float:
    """The share of the exact first ten, with sets."""
    return float(np.mean([len({*a} & {*b}) / 10 for a, b in zip(hits, EXACT, strict=True)]))


def test_exact_search_at_full_width_misses_nothing() -> None:
    found = measure_frontier(PHOTOS, QUERIES, kinds=FLAT, widths=[16])
    assert [each.recall for each in found.points] == [1.0]
    assert (found.photos, found.queries) == (700, 40)


def test_recall_is_the_share_of_the_exact_first_ten_at_full_width() -> None:
    found = measure_frontier(PHOTOS, QUERIES, kinds=FLAT)
    assert [each.width for each in found.points] == [16, 8, 4]
    for point in found.points:
        scores = cut(QUERIES, point.width) @ cut(PHOTOS, point.width).T
        assert point.recall == pytest.approx(shared(np.argsort(-scores, axis=1)[:, :10]))
    assert found.points[0].recall > found.points[1].recall > found.points[2].recall


def test_every_setting_of_a_kind_is_a_point_over_one_index() -> None:
    kinds = (IndexKind("IVF8,Flat", ("nprobe=1", "nprobe=8")),)
    few, all_lists = measure_frontier(PHOTOS, QUERIES, kinds=kinds, widths=[16]).points
    index = faiss.index_factory(16, "IVF8,Flat", faiss.METRIC_INNER_PRODUCT)
    with one_thread():
        index.train(PHOTOS)
        index.add(PHOTOS)
    assert few.recall == pytest.approx(shared(index.search(QUERIES, 10)[1]))
    assert (few.settings, all_lists.settings, all_lists.recall) == ("nprobe=1", "nprobe=8", 1.0)
    assert few.photo_bytes == all_lists.photo_bytes


def test_a_photo_as_good_as_the_tenth_counts() -> None:
    """Twenty copies: whichever ten come first are right."""
    photos = np.tile(np.array([[1, 0]], np.float32), (20, 1))
    kinds = (IndexKind("Flat"), IndexKind("HNSW4,Flat"))
    found = measure_frontier(photos, photos[:1], kinds=kinds, widths=[2])
    assert [each.recall for each in found.points] == [1.0, 1.0]


def test_fewer_photos_than_ten_are_all_found() -> None:
    found = measure_frontier(PHOTOS[:3], QUERIES, kinds=FLAT)
    assert {each.recall for each in found.points} == {1.0}


def test_hits_that_an_index_did_not_find_are_missing() -> None:
    """One list of about a fiftieth of the photos often has fewer than ten."""
    kinds = (IndexKind("IVF16,Flat", ("nprobe=1",)),)
    (point,) = measure_frontier(PHOTOS[:64], QUERIES, kinds=kinds, widths=[16]).points
    assert 0 < point.recall < 0.9


def test_judged_photos_are_counted_among_the_first_ten() -> None:
    best, worst = EXACT[:, 0], np.argmin(QUERIES @ PHOTOS.T, axis=1)
    query = np.repeat(np.arange(20), 2)
    item = np.stack([best[:20], worst[:20]], axis=1).ravel()
    (point,) = measure_frontier(
        PHOTOS, QUERIES, kinds=FLAT, widths=[16], relevant=(query, item)
    ).points
    assert point.found == pytest.approx(1 / 4)  # half of those of every second query


points = st.lists(st.tuples(*[st.integers(0, 4).map(float)] * 3), max_size=12)


@given(points)
def test_the_front_is_that_of_a_plain_double_loop(given: list[tuple[float, float, float]]) -> None:
    def beats(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
        as_good = a[0] >= b[0] and a[1] <= b[1] and a[2] <= b[2]
        return as_good and a != b

    assert pareto_front(given) == [not any(beats(a, b) for a in given) for b in given]


def test_points_on_the_front_are_marked() -> None:
    found = measure_frontier(PHOTOS, QUERIES)
    measured = [(each.recall, each.latency_ms, each.photo_bytes) for each in found.points]
    assert [each.on_front for each in found.points] == pareto_front(measured)
    assert any(each.on_front for each in found.points)


def test_all_but_latency_is_the_same_each_time() -> None:
    one, two = (measure_frontier(PHOTOS, QUERIES) for _ in range(2))
    told = [
        [
            (each.kind, each.settings, each.width, each.recall, each.photo_bytes)
            for each in of.points
        ]
        for of in (one, two)
    ]
    assert told[0] == told[1]


def test_text_and_json_tell_the_points() -> None:
    kinds = (IndexKind("Flat"), IndexKind("IVF8,SQ8", ("nprobe=2",)))
    relevant = np.arange(40), EXACT[:, 0]
    found = measure_frontier(PHOTOS, QUERIES, kinds=kinds, relevant=relevant)
    lines, record = (
        frontier_text(found).splitlines(),
        json.loads(json.dumps(frontier_record(found))),
    )
    assert lines[0] == "700 photos, 40 queries"
    assert [line.split("width")[0].strip(" *") for line in lines[1:2]] == ["kind"]
    assert sum(line.startswith("  *") for line in lines[2:8]) == sum(
        each["on_front"] for each in record["points"]
    )
    assert "IVF8,SQ8 nprobe=2" in lines[3]
    assert max(map(len, lines)) <= 100
    assert isinstance(record["protocol"], str)


def test_every_point_is_told() -> None:
    heard: list[Progress] = []
    kinds = (IndexKind("Flat"), IndexKind("IVF8,SQ8", ("nprobe=2", "nprobe=4")))
    measure_frontier(PHOTOS, QUERIES, kinds=kinds, progress=heard.append)
    built = [each for each in heard if each.note == "kinds of index"]
    assert [each.done for each in built] == list(range(1, 10))
    assert built[-1].total == 9


@pytest.mark.parametrize("widths", [[0], [-1], [17]])
def test_widths_that_embeddings_do_not_have_are_refused(widths: list[int]) -> None:
    with pytest.raises(UsageError, match=f"width: got {widths[0]}, expected 1 to 16"):
        measure_frontier(PHOTOS, QUERIES, kinds=FLAT, widths=widths)


def test_embeddings_that_cannot_be_searched_are_refused() -> None:
    bad = PHOTOS.copy()
    bad[3, 3] = np.nan
    with pytest.raises(ModelError, match="photos: got NaN"):
        measure_frontier(bad, QUERIES)
    with pytest.raises(ShapeError, match="expected one width"):
        measure_frontier(PHOTOS, QUERIES[:, :3])
    with pytest.raises(ShapeError, match="queries: got float64"):
        measure_frontier(PHOTOS, QUERIES.astype(np.float64))
    with pytest.raises(UsageError, match="got 0 photos"):
        measure_frontier(PHOTOS[:0], QUERIES)
    with pytest.raises(UsageError, match="0 queries"):
        measure_frontier(PHOTOS, QUERIES[:0])
    with pytest.raises(UsageError, match="nonsense of 700 photos"):
        measure_frontier(PHOTOS, QUERIES, kinds=[IndexKind("nonsense")])
    with pytest.raises(UsageError, match="no kinds of index"):
        measure_frontier(PHOTOS, QUERIES, kinds=[])
    for pair, last in (((40, 0), 39), ((0, 700), 699), ((0, -1), 699)):
        relevant = np.array(pair[:1]), np.array(pair[1:])
        with pytest.raises(ShapeError, match=f"expected 0 to {last}"):
            measure_frontier(PHOTOS, QUERIES, kinds=FLAT, relevant=relevant)
