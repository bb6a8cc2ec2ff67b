"""Kills indexing at random moments and checks that nothing is lost.

    python tests/benchmarks/kill_index.py [--runs 200] [--seed 0]

Every run starts `index.add` in a process of its own, sends it SIGKILL at a random moment, then
checks that the index opens, is sound, holds every photo that was
reported as committed, and that finishing it gives the same rows, embeddings and vectors.faiss, to
the byte, as a run that nobody disturbed. Runs take turns between an empty index and one whose
photos have been changed, moved, copied and deleted since. Exits 1 at the first difference.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from photosearch.encoder import Bytes, Floats
from photosearch.index import PhotoIndex
from photosearch.progress import Progress
from photosearch.testing import FakeEncoder

PHOTOS = 160
_SIDE = 16  # pixels; the smaller, the more of the time goes into what is tested here


class SlowEncoder(FakeEncoder):
    """Takes a little while, as a model does, so that some kills fall between two batches."""

    def encode_pixels(self, pixels: Bytes) -> Floats:
        time.sleep(0.01)
        return super().encode_pixels(pixels)


def draw(path: Path, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (_SIDE, _SIDE, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def make_photos(folder: Path) -> None:
    for i in range(PHOTOS):
        draw(folder / f"{i % 4}" / f"{i:03}.png", seed=i)
    shutil.copy(folder / "0" / "000.png", folder / "1" / "copy.png")
    (folder / "2" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")


def change_photos(folder: Path) -> None:
    """A tenth of each: moved, changed, new, deleted."""
    for i in range(0, PHOTOS, 10):
        place = folder / f"{i % 4}" / f"{i:03}.png"
        place.rename(place.with_name(f"moved-{i:03}.png"))
        draw(folder / f"{(i + 1) % 4}" / f"{i + 1:03}.png", seed=1000 + i)
        draw(folder / "new" / f"{i:03}.png", seed=2000 + i)
        (folder / f"{(i + 2) % 4}" / f"{i + 2:03}.png").unlink()


def add(photos: Path, directory: Path) -> None:
    """What the killed process does. It says how many photos are committed, one line a batch."""

    def tell(now: Progress) -> None:
        if now.note == "indexing":
            os.write(1, f"{now.done}\n".encode())

    with PhotoIndex.open(directory, SlowEncoder()) as index:
        os.write(1, b"ready\n")
        index.add([photos], progress=tell)


def killed(photos: Path, directory: Path, delay_s: float) -> int:
    """Photos reported as committed by a process that was killed `delay_s` after it was ready."""
    command = [sys.executable, __file__, "--child", str(photos), str(directory)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    lines = process.communicate()[0].split(b"\n")[:-1]  # a last line without its end is cut off
    return int(lines[-1]) if lines else 0


def contents(directory: Path) -> dict[str, object]:
    """All that a search could see, and the rows that it could not."""
    with closing(sqlite3.connect(directory / "catalog.sqlite")) as db:
        rows = db.execute("SELECT * FROM photos ORDER BY id").fetchall()
        embeddings = db.execute("SELECT * FROM embeddings ORDER BY content_hash").fetchall()
        meta = db.execute("SELECT * FROM meta ORDER BY key").fetchall()
        tombstones = db.execute("SELECT * FROM tombstones").fetchall()
    vectors = (directory / "vectors.faiss").read_bytes()
    return {
        "rows": rows,
        "embeddings": embeddings,
        "meta": meta,
        "tombstones": tombstones,
        "vectors": vectors,
    }


def check(photos: Path, directory: Path, start: Path | None, committed: int) -> None:
    """Raises AssertionError if anything committed is lost or the index cannot be used."""
    with PhotoIndex.open(directory, SlowEncoder()) as index:
        report = index.verify()
        assert report.ok, report.problems
        status = index.status()
        if start is None:
            settled = status.indexed + status.failed
            assert settled >= committed, f"{settled} photos, {committed} were committed"
        found = index.search("red", k=10 * PHOTOS)
        assert len(found) == status.indexed, f"{len(found)} found, {status.indexed} indexed"
        index.add([photos])


def run(photos: Path, start: Path | None, expected: dict[str, object], delay_s: float) -> int:
    """Raises AssertionError if anything is lost; returns the photos committed before the kill."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "test.photoindex"
        if start is not None:
            shutil.copytree(start, directory)
        committed = killed(photos, directory, delay_s)
        check(photos, directory, start, committed)
        for what, got in contents(directory).items():
            assert got == expected[what], f"{what} differ from those of an undisturbed run"
    return committed


def undisturbed(photos: Path, start: Path | None, folder: Path) -> tuple[dict[str, object], float]:
    """What an index should hold in the end, and how many seconds that takes."""
    directory = folder / f"expected-{start is None}.photoindex"
    if start is not None:
        shutil.copytree(start, directory)
    started = time.monotonic()
    with PhotoIndex.open(directory, SlowEncoder()) as index:
        index.add([photos])
    seconds = time.monotonic() - started
    return contents(directory), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        add(*options.child)
        return
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos, old = folder / "photos", folder / "old.photoindex"
        make_photos(photos)
        with PhotoIndex.open(old, SlowEncoder()) as index:
            index.add([photos])
        change_photos(photos)
        cases = [(start, *undisturbed(photos, start, folder)) for start in (None, old)]
        committed = []
        for number in range(options.runs):
            start, expected, seconds = cases[number % 2]
            committed.append(run(photos, start, expected, dice.uniform(0, 1.3 * seconds)))
    print(f"photos committed when killed: {sorted(committed)}")
    print(f"{options.runs} runs: every index opened, kept what was committed, and ended equal")


if __name__ == "__main__":
    main()
