"""A killed Swift writer loses nothing that it reported: adding, deleting or compacting."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from photosearch.index import PhotoIndex, verify_index
from photosearch.models.load import builtin_bundle, load_encoder
from tests.swift.changes import Change, State, index_change, state_after, to_lines, unit_vectors

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
_KILLS = int(os.environ.get("PHOTOSEARCH_KILLS", "20"))
_CHANGES, _NAMES, _BATCH = 90, 40, 3
_MOST_DELAY_S = 0.03
_OPERATIONS = ("index",) * 5 + ("remove",) * 2 + ("describe", "failed")


def _changes(draw: random.Random) -> list[Change]:
    """Photos that come, change, fail, go and come back; some are copies of others."""
    vectors = unit_vectors(_NAMES, load_encoder().dim)
    changes: list[Change] = []
    for _ in range(_CHANGES):
        name, number = f"/p/ä{draw.randrange(_NAMES)}", draw.randrange(_NAMES)
        operation = draw.choice(_OPERATIONS)
        if operation == "index":
            changes.append(index_change(name, str(number), vectors[number]))
        elif operation == "remove":
            changes.append({"remove": name})
        elif operation == "describe":
            changes.append({"describe": name, "favourite": draw.random() < 0.5, "media": ["live"]})
        else:
            changes.append({"failed": name, "reason": "damaged"})
    return changes


def _kill(draw: random.Random, command: list[str], lines: Path, most: int) -> int:
    """Runs it until so many lines at most, and a moment longer: the last number that it wrote."""
    with (
        lines.open("rb") as stdin,
        subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        reported = [process.stdout.readline() for _ in range(most)]
        time.sleep(draw.uniform(0, _MOST_DELAY_S))
        process.send_signal(signal.SIGKILL)
        reported += process.stdout.readlines()
    whole = [int(line) for line in reported if line.endswith(b"\n")]
    return max(whole, default=0)


@pytest.mark.parametrize("attempt", range(_KILLS))
def test_nothing_that_was_reported_is_lost(
    swift_tool: Path, run_swift: RunSwift, tmp_path: Path, attempt: int
) -> None:
    draw = random.Random(attempt)
    changes, place, lines = _changes(draw), tmp_path / "x.photoindex", tmp_path / "changes"
    lines.write_bytes(to_lines(changes))
    words = ["import", str(place), "--bundle", str(builtin_bundle()), "--batch", str(_BATCH)]
    words += ["--compact"] * draw.randrange(2)
    done = _kill(draw, [str(swift_tool), *words], lines, draw.randrange(1 + len(changes) // _BATCH))
    found: State = {}
    if done > 0 or (place / "catalog.sqlite").exists():
        # all that was reported is there; at most one batch more is
        possible = [state_after(changes[:count]) for count in (done, done + _BATCH)]
        found = _check(run_swift, place)
        assert found in possible
        _kill(draw, [str(swift_tool), "compact", str(place)], lines, 0)
        assert _check(run_swift, place) == found
    run_swift(*words, stdin=to_lines(changes))
    run_swift("compact", place)
    assert _check(run_swift, place) == _again(found, changes)


def _again(found: State, changes: list[Change]) -> State:
    """What all of the changes make of an index that holds something."""
    before: list[Change] = [
        {"failed": name} if content is None else {"index": name, "hash": content}
        for name, (content, _) in found.items()
    ]
    marks = [{"describe": name, "favourite": mark} for name, (_, mark) in found.items()]
    return state_after([*before, *marks, *changes])


def _check(run_swift: RunSwift, place: Path) -> State:
    """The index is sound, and both languages find all of it: what its catalog holds."""
    report = verify_index(place)
    assert (report.problems, report.notes) == ((), ())
    with closing(sqlite3.connect(place / "catalog.sqlite")) as db:
        rows = db.execute("SELECT source, content_hash, favourite FROM photos").fetchall()
    state = {source: (content, bool(favourite)) for source, content, favourite in rows}
    query = unit_vectors(1, load_encoder().dim, seed=2)
    np.save(place.parent / "query.npy", query)
    words = ("--vector", place.parent / "query.npy", "-k", "1000", "--json")
    hits = json.loads(run_swift("search", place, *words))
    with PhotoIndex.open(place, create=False) as index:
        expected = index.search_vector(query[0], 1000)
    assert [hit["id"] for hit in hits] == [hit.id for hit in expected]
    indexed = {source for source, (content, _) in state.items() if content is not None}
    assert {hit["path"] for hit in hits} == indexed
    return state
