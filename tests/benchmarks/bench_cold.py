"""A cold `photosearch search`: a new process each time, the built-in model, a filled index.

    python -m tests.benchmarks.bench_cold [--photos 10000] [--rounds 15]

Prints the CPU seconds of whole processes, start-up included: the least and the median of each, and
how often the median goes into that of Python with numpy and faiss alone, which no search can do
without. Each round runs all of them, so that what else the machine does falls on all alike. Wall
seconds stand beside. Fails if a search takes more than twice as long as those, or imports torch or
transformers.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from photosearch.models.load import load_encoder
from tests.benchmarks.bench_search import fill
from tests.benchmarks.figures import benchmark, keep, record

COMMAND = [sys.executable, "-m", "photosearch"]
HEAVY = ("torch", "transformers")
FLOOR = "numpy + faiss"
MOST = 2.0  # times the floor that a search may take


@dataclass(frozen=True, slots=True)
class Spent:
    cpu_s: float  # of the process and all that it started
    wall_s: float


def spent(command: Sequence[str]) -> Spent:
    """What one run takes, from start to exit."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall_s, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu_s, wall_s)


def measure(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Spent]]:
    """Every command once a round, after one round that is not counted."""
    taken: dict[str, list[Spent]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            taken[name].append(spent(command))
    return {name: runs[1:] for name, runs in taken.items()}


def imported(command: Sequence[str]) -> set[str]:
    """The top-level modules that the process imports."""
    traced = [command[0], "-X", "importtime", *command[1:]]
    log = subprocess.run(traced, check=True, capture_output=True, text=True).stderr
    names = (line.rpartition("|")[2].strip() for line in log.splitlines() if "|" in line)
    return {name.partition(".")[0] for name in names}


def commands(index: Path) -> dict[str, list[str]]:
    return {
        FLOOR: [sys.executable, "-c", "import numpy, faiss"],
        "search": [*COMMAND, "search", "a dog on a beach", "--index", str(index), "--json"],
        "status": [*COMMAND, "status", "--index", str(index)],
        "--help": [*COMMAND, "--help"],
    }


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "bench.photoindex"
        fill(index, photos=options.photos, encoder=load_encoder())
        every = commands(index)
        heavy = imported(every["search"]) & set(HEAVY)
        if heavy:
            sys.exit(f"a search imports {', '.join(sorted(heavy))}")
        taken = measure(every, options.rounds)
    floor = median(run.cpu_s for run in taken[FLOOR])
    ratios = {name: median(run.cpu_s for run in runs) / floor for name, runs in taken.items()}
    for name, runs in taken.items():
        cpu_s, wall_s = ([getattr(run, kind) for run in runs] for kind in ("cpu_s", "wall_s"))
        keep(f"{name}, new process", median(cpu_s), "s of CPU")
        keep(f"{name}, against Python with {FLOOR}", ratios[name], "times its CPU time")
        print(
            f"{name:<14} CPU: least {min(cpu_s):.2f} s, median {median(cpu_s):.2f} s, "
            f"{ratios[name]:.2f} x {FLOOR}; wall: median {median(wall_s):.2f} s"
        )
    if options.record:
        record()
    if ratios["search"] > MOST:
        sys.exit(f"a search takes {ratios['search']:.2f} x {FLOOR}, expected at most {MOST}")


if __name__ == "__main__":
    main()
