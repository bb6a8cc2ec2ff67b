"""Indexing end to end against the plain loop, in photos per second and peak memory.

    python -m tests.benchmarks.bench_index --photos ../shared/data/flickr8k/images

Ours is `PhotoIndex.add` with the built-in model: read, decode, embed, write. The plain loop is
what one writes with transformers and Pillow: open, processor, model, one photo at a time, in
float32, on MobileNetV2 1.0 and a projection (its weights are random; ours, EfficientNet-Lite0,
takes 1.2 times as long in one engine), at the same size, with torch's own choice of threads. Both
run in turn, each time in a new process with the model loaded and warm before the clock starts; the
best of `--rounds` counts. Photos are JPEGs made from those given, no two alike: small ones as they
are, and 12-megapixel ones, scaled up with noise added.
`--memory N` also indexes N small photos and prints the peak of the process.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from photosearch.manifest import read_manifest
from photosearch.models.load import builtin_bundle
from tests.benchmarks.figures import benchmark, keep, record

LARGE = (4000, 3000)  # pixels
DIM = 512


def main() -> None:
    options = arguments()
    if options.run:
        print(json.dumps(RUNS[options.run](options.folder, options.work)))
        return
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        sources = sorted(options.photos.rglob("*.*"))[: options.small]
        small, large = work / "small", work / "large"
        write_photos(small, sources, options.small, size=None)
        write_photos(large, sources[: options.large], options.large, size=LARGE)
        compare("small photos", small, work, options.rounds)
        compare("12-megapixel photos", large, work, options.rounds)
        if options.memory:
            many = work / "many"
            write_photos(many, sources, options.memory, size=None)
            result = measure("ours", many, work)
            keep(f"{options.memory:,} small photos, peak memory", result["peak_mb"], "MB")
            print(f"{options.memory} small photos: {line(result)}")
    if options.record:
        record()


def arguments() -> argparse.Namespace:
    parser = benchmark(__doc__)
    parser.add_argument("--photos", type=Path, default=Path("../shared/data/flickr8k/images"))
    parser.add_argument("--small", type=int, default=1000, help="number of small photos")
    parser.add_argument("--large", type=int, default=60, help="number of 12-megapixel photos")
    parser.add_argument("--memory", type=int, default=0, help="also index that many small photos")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--run", choices=sorted(RUNS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(title: str, folder: Path, work: Path, rounds: int) -> None:
    results: dict[str, list[dict[str, float]]] = {"ours": [], "plain": []}
    for _ in range(rounds):
        for name, measured in results.items():
            measured.append(measure(name, folder, work))
    best = {n: max(found, key=lambda r: r["rate"]) for n, found in results.items()}
    print(f"{title}, {len(list(folder.iterdir()))}:")
    for name, result in best.items():
        print(f"  {name:5} {line(result)}")
    ratio = best["ours"]["rate"] / best["plain"]["rate"]
    keep(f"{title}", best["ours"]["rate"], "photos/s")
    keep(f"{title}, the plain loop", best["plain"]["rate"], "photos/s")
    keep(f"{title}, against the plain loop", ratio, "times as fast")
    keep(f"{title}, peak memory", best["ours"]["peak_mb"], "MB")
    print(f"  ratio {ratio:.2f}")


def line(result: dict[str, float]) -> str:
    return f"{result['rate']:7.1f} photos/s, peak {result['peak_mb']:.0f} MB"


def measure(name: str, folder: Path, work: Path) -> dict[str, float]:
    return in_process([__file__, "--run", name, "--folder", str(folder), "--work", str(work)])


def in_process(arguments: list[str]) -> dict[str, float]:
    """What Python prints as JSON in a process of its own."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def run_ours(folder: Path, work: Path) -> dict[str, float]:
    from photosearch import PhotoIndex, load_encoder

    encoder = load_encoder()
    side = encoder.image.size
    encoder.encode_pixels(np.zeros((16, side, side, 3), np.uint8))
    with tempfile.TemporaryDirectory(dir=work) as place, PhotoIndex.open(place, encoder) as index:
        started = time.perf_counter()
        report = index.add(folder)
        seconds = time.perf_counter() - started
    if report.skipped:
        raise SystemExit(f"skipped: {report.skipped[0]}")
    return summary(report.added, seconds)


def run_plain(folder: Path, work: Path) -> dict[str, float]:
    import torch
    from transformers import MobileNetV2Config, MobileNetV2Model
    from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import (
        MobileNetV2ImageProcessorPil,
    )

    side = read_manifest(builtin_bundle()).image.size
    processor = MobileNetV2ImageProcessorPil(
        size={"height": side, "width": side}, do_center_crop=False
    )
    model: Any = MobileNetV2Model(MobileNetV2Config(image_size=side))
    model.eval()
    projection = torch.nn.Linear(1280, DIM)

    def embed(path: Path) -> Any:
        picture = Image.open(path).convert("RGB")
        inputs = processor(images=picture, return_tensors="pt")
        with torch.no_grad():
            features = projection(model(**inputs).pooler_output)
        return torch.nn.functional.normalize(features, dim=-1).numpy()

    paths = sorted(folder.iterdir())
    embed(paths[0])
    started = time.perf_counter()
    vectors = [embed(path) for path in paths]
    with tempfile.TemporaryFile(dir=work) as stream:
        np.save(stream, np.concatenate(vectors))
    return summary(len(vectors), time.perf_counter() - started)


RUNS = {"ours": run_ours, "plain": run_plain}


def summary(photos: int, seconds: float) -> dict[str, float]:
    return {"rate": photos / seconds, "peak_mb": peak_bytes() / 1e6}


def peak_bytes() -> int:
    """Most memory this process has held. Linux's getrusage would count the parent's too."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def write_photos(
    folder: Path, sources: list[Path], count: int, *, size: tuple[int, int] | None
) -> None:
    """That many JPEGs; where there are fewer sources, a comment makes the copies differ."""
    folder.mkdir()
    encoded = [encode(source, size) for source in sources]
    for number, data in enumerate(islice(cycle(encoded), count)):
        text = f"photo {number}".encode()
        comment = b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text
        (folder / f"{number:06}.jpg").write_bytes(data[:2] + comment + data[2:])


def encode(source: Path, size: tuple[int, int] | None) -> bytes:
    with Image.open(source) as picture:
        rgb = picture.convert("RGB")
    if size is not None:
        pixels = np.asarray(rgb.resize(size, Image.Resampling.BICUBIC), np.int16)
        noise = np.random.default_rng(0).integers(-6, 7, pixels.shape, dtype=np.int16)
        rgb = Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))
    stream = io.BytesIO()
    rgb.save(stream, "JPEG", quality=90)
    return stream.getvalue()


if __name__ == "__main__":
    main()
