"""A cold `photosearch search`: a new process each time, the built-in model, a filled index.

    python tests/benchmarks/bench_cold.py [--photos 10000] [--rounds 15]

Prints the least and the median wall time of the whole process, start-up included, beside those of
`photosearch --help`, and fails if a search imports torch or transformers.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from photosearch.models.load import load_encoder
from tests.benchmarks.bench_search import fill

COMMAND = [sys.executable, "-m", "photosearch.cli"]
HEAVY = ("torch", "transformers")


def wall_times(command: Sequence[str], rounds: int) -> list[float]:
    """Seconds from start to exit, after one run that is not counted."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return times[1:]


def imported(command: Sequence[str]) -> set[str]:
    """The top-level modules that the process imports."""
    traced = [command[0], "-X", "importtime", *command[1:]]
    log = subprocess.run(traced, check=True, capture_output=True, text=True).stderr
    names = (line.rpartition("|")[2].strip() for line in log.splitlines() if "|" in line)
    return {name.partition(".")[0] for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "bench.photoindex"
        fill(index, photos=options.photos, encoder=load_encoder())
        search = [*COMMAND, "search", "a dog on a beach", "--index", str(index), "--json"]
        heavy = imported(search) & set(HEAVY)
        if heavy:
            sys.exit(f"a search imports {', '.join(sorted(heavy))}")
        for name, command in (("search", search), ("--help", [*COMMAND, "--help"])):
            times = wall_times(command, options.rounds)
            print(f"{name}: least {min(times):.2f} s, median {median(times):.2f} s")


if __name__ == "__main__":
    main()
