"""The built-in model: what it finds on photos that training never saw, its size, an export of it.

    python -m tests.benchmarks.bench_model --data DATA

Needs the extra coreml for the export, which is verified, retrieval included.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from export.builtin_packages import CAPTIONED
from export.measure import measure_bundle
from export.measure.held_out import MORE_TENTH, TENTH
from photosearch.models import builtin_bundle
from tests.benchmarks.figures import benchmark, keep, record

EXPORT = (sys.executable, "-m", "photosearch", "model", "export")


def keep_quality(data: Path) -> None:
    found = measure_bundle(builtin_bundle(), data)
    widest = max(found.captions)
    for name, estimate in found.captions[widest].items():
        keep(f"captions to photos of Flickr8k dev, {name}", 100 * estimate.mean, "%")
    for group in (TENTH, MORE_TENTH):
        mean = 100 * found.names[group].precision.mean
        keep(f"names to photos, mean average precision, {group}", mean, "%")
    for asked, hits in found.trust.items():
        for which, trust in hits.items():
            keep(f"expected calibration error, {asked}, {which}", trust.error.mean, "")


def keep_sizes() -> None:
    bundle = builtin_bundle()
    files = [file for file in bundle.rglob("*") if file.is_file()]
    weights = [file for file in files if file.name in ("weights.safetensors", "weight.bin")]
    keep("weights of both towers", sum(file.stat().st_size for file in weights) / 1e6, "MB")
    keep("the bundle", sum(file.stat().st_size for file in files) / 1e6, "MB")


def keep_export(data: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "packages"
        begun = time.perf_counter()
        subprocess.run([*EXPORT, "--out", out, "--eval-data", data / CAPTIONED], check=True)
        keep("model export with its whole verification", time.perf_counter() - begun, "s")


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    keep_quality(options.data)
    keep_sizes()
    keep_export(options.data)
    if options.record:
        record()


if __name__ == "__main__":
    main()
