"""The text tower in numpy: how long a new process takes to its first vector, and a warm query.

    OMP_NUM_THREADS=1 python tests/benchmarks/bench_text.py

On a bundle of the shape that ships, with random weights: 5 layers, 384 wide, 26,000 word pieces.
To be reached on one thread: reading and dequantising the tower under 60 ms, a query of 20 tokens
under 10 ms.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from photosearch.models.towers import TowersConfig
from photosearch.testing import random_bundle
from tests.benchmarks.figures import benchmark, keep, record

COLD = """
import json, sys, time
from pathlib import Path
started = time.perf_counter()
from photosearch.models.load import load_encoder
imported = time.perf_counter()
encoder = load_encoder(sys.argv[1])
opened = time.perf_counter()
tokenizer = encoder.tokenizer
split = time.perf_counter()
tower = encoder._text_tower
loaded = time.perf_counter()
text = "word1 word2 word3 " * 6
assert len(tokenizer.encode(text)) == 20
encoder.encode_texts([text])
first = time.perf_counter()
warm = []
for _ in range(200):
    began = time.perf_counter()
    encoder.encode_texts([text])
    warm.append(time.perf_counter() - began)
print(json.dumps({
    "import": imported - started, "check the bundle": opened - imported,
    "read the vocabulary": split - opened, "read the tower": loaded - split,
    "first query": first - loaded, "warm query": sorted(warm)[len(warm) // 2],
    "to the first vector, in all": first - started,
}))
"""


def main() -> None:
    options = benchmark(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as name:
        bundle = random_bundle(Path(name) / "model.photomodel", config=TowersConfig())
        runs = [cold(bundle) for _ in range(5)]
    for key in runs[0]:
        keep(key, 1e3 * min(run[key] for run in runs), "ms")
        print(f"{key:28} {1e3 * min(run[key] for run in runs):6.1f} ms")
    if options.record:
        record()


def cold(bundle: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", COLD, str(bundle)], capture_output=True, text=True, check=True
    )
    seconds: dict[str, float] = json.loads(done.stdout)
    return seconds


if __name__ == "__main__":
    main()
