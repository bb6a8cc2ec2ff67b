"""Both languages find the same in an index whose vectors.faiss is behind its catalog."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from photosearch.encoder import Bytes, Floats
from photosearch.index import Catalog, PhotoIndex, verify_index
from photosearch.index.searchable_vectors import VectorStore
from photosearch.index.vector_file import load_vectors
from photosearch.models.load import builtin_bundle, load_encoder
from photosearch.testing import FakeEncoder, draw_photo
from photosearch.types import Filter
from tests.swift.changes import index_change, to_lines, unit_vectors

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
RunEach = Callable[..., list[bytes]]
_KINDS = ("SQ8", "SQfp16", "Flat")


def _changes_left_out(place: Path) -> int:
    """How many generations vectors.faiss is behind."""
    catalog = Catalog(place / "catalog.sqlite")
    row = catalog.db.execute("SELECT dim FROM spaces").fetchone()
    found = load_vectors(place / "vectors.faiss", generations=catalog.history, dim=row[0])
    assert found is not None
    behind = catalog.generation - found.generation
    catalog.close()
    return behind


def _check(run_each: RunEach, place: Path, dim: int) -> None:
    """Searches of both, with and without a filter, leave the file as it is."""
    before = (place / "vectors.faiss").read_bytes()
    filters: list[tuple[list[str], Filter | None]] = [
        ([], None),
        (["--favourites"], Filter(favourites=True)),
        (["--media", "live", "--media", "photo"], Filter(media=frozenset({"live", "photo"}))),
    ]
    with PhotoIndex.open(place, create=False) as index:
        for number, query in enumerate(unit_vectors(4, dim, seed=8)):
            np.save(place.parent / "query.npy", query[None])
            for k in (1, 10, 1000):
                words, wanted = filters[(number + k) % len(filters)]
                vector = ("--vector", place.parent / "query.npy", "-k", str(k), "--json")
                first, *others = run_each("search", place, *vector, *words)
                assert all(other == first for other in others)
                found = json.loads(first)
                expected = index.search_vector(query, k, wanted)
                assert [hit["id"] for hit in found] == [hit.id for hit in expected]
                scores = [hit.score for hit in expected]  # which the tool writes with 5 digits
                assert [hit["score"] for hit in found] == pytest.approx(scores, abs=1e-5)
    assert (place / "vectors.faiss").read_bytes() == before
    report = verify_index(place)
    assert (report.problems, report.notes) == ((), ())


@pytest.mark.parametrize("kind", _KINDS)
def test_one_that_swift_left(
    run_swift: RunSwift, run_each: RunEach, tmp_path: Path, kind: str
) -> None:
    place, dim = tmp_path / "x.photoindex", load_encoder().dim
    vectors = unit_vectors(250, dim)
    words = ("import", place, "--bundle", builtin_bundle())
    first = [index_change(f"/p/{i}", str(i), vectors[i]) for i in range(100)]
    run_swift(*words, "--kind", kind, "--compact", stdin=to_lines(first))
    marks = [
        {"describe": f"/p/{i}", "favourite": i % 2 == 0, "media": ["live"]}
        for i in range(0, 150, 3)
    ]
    later = [index_change(f"/p/{i}", str(i), vectors[i]) for i in range(90, 150)]
    # no copies of what is in the file: their scores would differ by rounding alone
    changed = [index_change(f"/p/{i}", str(150 + i), vectors[150 + i]) for i in range(0, 100, 9)]
    gone = [{"remove": f"/p/{i}"} for i in range(5, 150, 11)]
    run_swift(*words, stdin=to_lines([*later, *changed, *marks, *gone]))
    assert _changes_left_out(place) > 0
    _check(run_each, place, dim)


class _ByPixels(FakeEncoder):
    """Any direction, drawn by the pixels."""

    def encode_pixels(self, pixels: Bytes) -> Floats:
        return np.concatenate([unit_vectors(1, self.dim, seed=int(one.sum())) for one in pixels])


@pytest.mark.parametrize("kind", _KINDS)
def test_one_that_an_interrupted_python_left(
    run_each: RunEach, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos, place = tmp_path / "photos", tmp_path / "x.photoindex"
    photos.mkdir()
    for number in range(40):
        draw_photo("red disc on white", width=40 + number, height=30).save(photos / f"{number}.png")
    with PhotoIndex.open(place, _ByPixels(dim=64), kind=kind) as index:  # type: ignore[arg-type]
        index.add(photos)
        for number in range(0, 40, 7):
            (photos / f"{number}.png").unlink()
        for number in range(30, 60):
            draw_photo("blue square on black", width=100 + number, height=30).save(
                photos / f"{number}.png"
            )
        monkeypatch.setattr(VectorStore, "publish", lambda *_: None)  # it never came to that
        index.add(photos)
    monkeypatch.undo()
    assert _changes_left_out(place) > 0
    _check(run_each, place, 64)
