"""Indexes of faiss, built, searched and weighed."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.errors import UsageError
from photosearch.evaluate.studies.index_kinds import (
    TIMED,
    WARM,
    WRITTEN,
    build_index,
    latency_ms,
    one_thread,
    search_index,
    set_search,
    size_bytes,
    usual_kinds,
)
from photosearch.index import vector_file
from tests.evaluate.studies.made import clusters

PHOTOS = clusters(300, 5).photos


def test_the_kinds_of_every_index_of_photosearch_are_measured() -> None:
    assert WRITTEN == vector_file.KINDS
    assert [kind.factory for kind in usual_kinds(10)][:3] == list(WRITTEN)


@pytest.mark.parametrize(
    ("photos", "lists"), [(1, 0), (623, 0), (624, 16), (5000, 128), (1_000_000, 2048)]
)
def test_an_inverted_file_has_lists_for_as_many_photos(photos: int, lists: int) -> None:
    inverted = [kind for kind in usual_kinds(photos) if kind.factory.startswith("IVF")]
    assert [kind.factory for kind in inverted] == ([f"IVF{lists},SQ8"] if lists else [])
    for kind in inverted:
        assert kind.settings == tuple(f"nprobe={lists // part}" for part in (16, 8, 4))
        assert 39 * lists <= photos


@pytest.mark.parametrize(("factory", "numbers"), [("Flat", 4), ("SQfp16", 2), ("SQ8", 1)])
def test_bytes_are_those_of_the_numbers_and_an_id_and_of_the_file(
    factory: str, numbers: int, tmp_path: Path
) -> None:
    index = build_index(factory, PHOTOS)
    faiss.write_index(index, str(tmp_path / "index"))
    assert size_bytes(index) == (tmp_path / "index").stat().st_size
    least = len(PHOTOS) * (16 * numbers + 8)
    assert least < size_bytes(index) < least + 400  # the header, and ranges of SQ8


def test_nothing_is_clipped_as_in_the_index_of_photosearch() -> None:
    ours = build_index("SQ8", PHOTOS)
    theirs = vector_file.empty_index("SQ8", 16)
    theirs.train(np.stack([PHOTOS.min(axis=0), PHOTOS.max(axis=0)]))
    theirs.add_with_ids(PHOTOS, np.arange(len(PHOTOS)))
    assert faiss.serialize_index(ours).tobytes() == faiss.serialize_index(theirs).tobytes()


@pytest.mark.parametrize("factory", ["Flat", "IVF4,Flat", "HNSW8,Flat"])
def test_the_nearest_photo_of_a_photo_is_itself(factory: str) -> None:
    index = build_index(factory, PHOTOS)
    found = search_index(index, PHOTOS[:50], 1)[:, 0]
    if factory == "Flat":
        assert found.tolist() == list(range(50))
    assert set(found.tolist()) <= set(range(len(PHOTOS)))


def test_more_lists_searched_find_more() -> None:
    index = build_index("IVF4,Flat", PHOTOS)
    exact = search_index(build_index("Flat", PHOTOS), PHOTOS, 10)
    shares = []
    for settings in ("nprobe=1", "nprobe=4"):
        set_search(index, settings)
        found = search_index(index, PHOTOS, 10)
        shares.append(np.mean([len({*a} & {*b}) for a, b in zip(found, exact, strict=True)]))
    assert shares[0] < shares[1] == 10


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        ("nonsense", "nonsense of 300 photos: could not parse"),
        ("IVF400,Flat", "IVF400,Flat of 300 photos: .*should be at least as large"),
        ("PQ5", "PQ5 of 300 photos"),
    ],
)
def test_what_faiss_cannot_build_is_refused_with_its_reason(factory: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        build_index(factory, PHOTOS)


@pytest.mark.parametrize("settings", ["nprobe=3", "fast", "nprobe=a lot"])
def test_settings_that_an_index_does_not_have_are_refused(settings: str) -> None:
    with pytest.raises(UsageError, match=settings):
        set_search(build_index("Flat", PHOTOS), settings)


def test_threads_are_as_many_as_before() -> None:
    before = faiss.omp_get_max_threads()
    with one_thread():
        assert faiss.omp_get_max_threads() == 1
    assert faiss.omp_get_max_threads() == before


def test_latency_is_that_of_single_queries_after_some_that_do_not_count() -> None:
    asked: list[tuple[int, ...]] = []

    class Index:
        def search(self, queries: Floats, k: int) -> None:
            asked.append((*queries.shape, k))

    latency_ms(Index(), PHOTOS[:3], 10)
    assert asked == [(1, 16, 10)] * (TIMED + WARM)
