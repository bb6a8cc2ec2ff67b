"""Peak memory of indexing what cameras write: small and large JPEG, HEIC and TIFF together.

    python -m tests.benchmarks.bench_memory --photos ../shared/data/camera --files 2000

The given files are repeated in turn, each copy with a few bytes behind its end so that no two are
alike, and indexed with the built-in model in a new process for each round. The peak is the most
memory that this process has held, model and libraries included; files that cannot be read are
counted and belong to the mix. `--only heic` (or another suffix) takes one kind alone, which is
the worst case: HEIC cannot be decoded reduced.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from tests.benchmarks.bench_index import in_process, peak_bytes
from tests.benchmarks.figures import benchmark, keep, record


def main() -> None:
    options = arguments()
    if options.folder:
        print(json.dumps(run(options.folder, options.readers)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, sources(options.photos, options.only), options.files)
        for _ in range(options.rounds):
            result = measure(folder, options.readers)
            keep(f"peak memory, {options.files:,} mixed files", result["peak_mb"], "MB")
            print(line(result), flush=True)
    if options.record:
        record()


def arguments() -> argparse.Namespace:
    parser = benchmark(__doc__)
    parser.add_argument("--photos", type=Path, default=Path("../shared/data/camera"))
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--only", default="", help="take only files with this suffix")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--readers", type=int, default=0, help="threads that read and decode")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def sources(photos: Path, suffix: str) -> list[Path]:
    found = [path for path in sorted(photos.rglob("*.*")) if path.is_file()]
    wanted = [path for path in found if path.suffix.lower().endswith(suffix.lower())]
    if not wanted:
        raise SystemExit(f"no files in {photos}" + (f" with the suffix {suffix}" if suffix else ""))
    return wanted


def write_files(folder: Path, originals: list[Path], count: int) -> None:
    """That many files, no two alike: bytes behind the end of a picture belong to no picture."""
    for number, path in enumerate(islice(cycle(originals), count)):
        copy = folder / f"{number:06}{path.suffix}"
        copy.write_bytes(path.read_bytes() + f"copy {number}".encode())


def measure(folder: Path, readers: int) -> dict[str, float]:
    own = ["-m", "tests.benchmarks.bench_memory", "--folder", str(folder)]
    return in_process([*own, "--readers", str(readers)])


def run(folder: Path, readers: int) -> dict[str, float]:
    from photosearch import PhotoIndex, load_encoder

    if readers:
        os.cpu_count = lambda: readers  # what the number of reading threads follows
    with tempfile.TemporaryDirectory() as place, PhotoIndex.open(place, load_encoder()) as index:
        started = time.perf_counter()
        report = index.add(folder)
        seconds = time.perf_counter() - started
    return {
        "files": report.added + len(report.skipped),
        "skipped": len(report.skipped),
        "rate": report.added / seconds,
        "peak_mb": peak_bytes() / 1e6,
    }


def line(result: dict[str, float]) -> str:
    return (
        f"{result['files']:.0f} files ({result['skipped']:.0f} unreadable):"
        f" {result['rate']:.1f} photos/s, peak {result['peak_mb']:.0f} MB"
    )


if __name__ == "__main__":
    main()
