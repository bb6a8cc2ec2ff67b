"""Indexes that Swift writes are good in Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.index import PhotoIndex, verify_index
from photosearch.models.load import builtin_bundle, load_encoder
from tests.swift.changes import Change, index_change, to_lines, unit_vectors

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
_PHOTOS = 120


def _changes() -> list[Change]:
    """Photos, copies, others that fail, changed content and removals."""
    vectors = unit_vectors(2 * _PHOTOS, load_encoder().dim)
    contents = [number - number % 9 // 8 for number in range(_PHOTOS)]  # some are copies
    changes = [
        index_change(f"/p/ä{number}", str(content), vectors[content])
        for number, content in enumerate(contents)
    ]
    changes += [{"failed": f"/p/x{number}", "reason": "damaged"} for number in range(5)]
    changes += [
        index_change(f"/p/ä{number}", f"new {number}", vectors[_PHOTOS + number])
        for number in range(0, _PHOTOS, 7)
    ]
    return changes + [{"remove": f"/p/ä{number}"} for number in range(3, _PHOTOS, 11)]


@pytest.mark.parametrize("kind", ["SQ8", "SQfp16", "Flat"])
def test_python_finds_what_swift_wrote(run_swift: RunSwift, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "x.photoindex"
    words = ("import", place, "--bundle", builtin_bundle(), "--kind", kind)
    run_swift(*words, stdin=to_lines(_changes()))
    report = verify_index(place)
    assert report.problems == ()
    assert report.notes == ()
    with PhotoIndex.open(place, load_encoder(), create=False) as index:
        assert (index.status().indexed, index.status().failed) == (_PHOTOS - 11, 5)
        hits = index.search("a dog", 200)
    found = json.loads(run_swift("search", "--json", place, "-k", "200", "a dog"))
    assert [hit["id"] for hit in found] == [hit.id for hit in hits]
    assert [hit["path"] for hit in found] == [str(hit.path) for hit in hits]


def test_python_writes_on_where_swift_left_off(run_swift: RunSwift, tmp_path: Path) -> None:
    place = tmp_path / "x.photoindex"
    run_swift("import", place, "--bundle", builtin_bundle(), stdin=to_lines(_changes()))
    with PhotoIndex.open(place, load_encoder(), create=False) as index:
        assert index.remove("/p/ä0") == 1
        hits = index.search("snow", 5)
    found = json.loads(run_swift("search", "--json", place, "-k", "5", "snow"))
    assert [hit["id"] for hit in found] == [hit.id for hit in hits]
