"""Indexes that Swift writes are good in Python, even if the writer is killed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.index.store import PhotoIndex
from photosearch.index.verify import verify_index
from photosearch.models.load import builtin_bundle, load_encoder

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
_PHOTOS = 120
_MOST_DELAY_S = 0.02
_KILLS = int(os.environ.get("PHOTOSEARCH_KILLS", "20"))


def _vectors(count: int, dim: int) -> Floats:
    drawn = np.random.default_rng(1).standard_normal((count, dim))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def _index(name: str, content: str, vector: Floats) -> dict[str, Any]:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return {"index": name, "hash": digest, "vector": vector.tolist()}


def _lines(changes: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(change) + "\n" for change in changes).encode("ascii")


def _changes() -> list[dict[str, Any]]:
    """Photos, copies, others that fail, changed content and removals."""
    vectors = _vectors(2 * _PHOTOS, load_encoder().dim)
    changes = [
        _index(f"/p/ä{number}", f"{number - number % 9 // 8}", vectors[number - number % 9 // 8])
        for number in range(_PHOTOS)
    ]
    changes += [{"failed": f"/p/x{number}", "reason": "damaged"} for number in range(5)]
    changes += [
        _index(f"/p/ä{number}", f"new {number}", vectors[_PHOTOS + number])
        for number in range(0, _PHOTOS, 7)
    ]
    return changes + [{"remove": f"/p/ä{number}"} for number in range(3, _PHOTOS, 11)]


@pytest.mark.parametrize("kind", ["SQ8", "SQfp16", "Flat"])
def test_python_finds_what_swift_wrote(run_swift: RunSwift, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "x.photoindex"
    words = ("import", place, "--bundle", builtin_bundle(), "--kind", kind)
    run_swift(*words, stdin=_lines(_changes()))
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
    run_swift("import", place, "--bundle", builtin_bundle(), stdin=_lines(_changes()))
    with PhotoIndex.open(place, load_encoder(), create=False) as index:
        assert index.remove("/p/ä0") == 1
        hits = index.search("snow", 5)
    found = json.loads(run_swift("search", "--json", place, "-k", "5", "snow"))
    assert [hit["id"] for hit in found] == [hit.id for hit in hits]


def test_a_killed_writer_loses_nothing_that_it_reported(swift_tool: Path, tmp_path: Path) -> None:
    draw, changes = random.Random(9), _changes()
    vectors = _vectors(1, load_encoder().dim)
    lines = tmp_path / "changes"
    lines.write_bytes(_lines(changes))
    for attempt in range(_KILLS):
        place = tmp_path / f"{attempt}.photoindex"
        command = [str(swift_tool), "import", str(place), "--bundle", str(builtin_bundle())]
        with (
            lines.open("rb") as stdin,
            subprocess.Popen(
                [*command, "--batch", "3"], stdin=stdin, stdout=subprocess.PIPE
            ) as process,
        ):
            assert process.stdout is not None
            most = draw.randrange(len(changes) // 3 + 2)
            reported = [process.stdout.readline() for _ in range(most)]
            time.sleep(draw.uniform(0, _MOST_DELAY_S))
            process.send_signal(signal.SIGKILL)
            reported += process.stdout.readlines()
        done = max((int(line) for line in reported if line.strip()), default=0)
        _check_committed(place, changes, done)
        subprocess.run(command, input=_lines([_index("/p/z", "z", vectors[0])]), check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        assert verify_index(place).problems == ()


def _check_committed(place: Path, changes: list[dict[str, Any]], done: int) -> None:
    """All that was reported is there; at most one batch more is."""
    if done == 0 and not (place / "catalog.sqlite").exists():
        return
    assert verify_index(place).problems == ()
    with PhotoIndex.open(place, create=False) as index:
        found = {str(photo.path): photo.content_hash for photo in index.photos()}
    assert found in [_state(changes[:count]) for count in (done, min(done + 3, len(changes)))]


def _state(changes: list[dict[str, Any]]) -> dict[str, str | None]:
    state: dict[str, str | None] = {}
    for change in changes:
        if "remove" in change:
            state.pop(change["remove"], None)
        else:
            state[change.get("index") or change["failed"]] = change.get("hash")
    return state
