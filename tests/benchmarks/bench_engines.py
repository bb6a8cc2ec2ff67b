"""The built-in image tower in OpenVINO, as shipped, beside torch and onnxruntime.

    python -m tests.benchmarks.bench_engines [--photos 64] [--rounds 3]

Each engine that is installed runs in a process of its own, in turn, on as many threads as the
process has CPUs: torch in batches of 16, channels last; onnxruntime (which needs the package onnx,
too) and OpenVINO one photo at a time, as many photos at once as CPUs. Prints, the best of the
rounds each: photos a second, CPU time a photo, seconds to import the engine and make it ready,
peak memory of the process, the cosine distance of the vectors from those of torch in float32, and
the size of the installed package. The pixels are random, at the side of the model.

A CPU with bfloat16 acts as one without it under ONEDNN_MAX_CPU_ISA=AVX512_CORE (or AVX2) with
ATEN_CPU_CAPABILITY=avx512 (or avx2); onnxruntime has kernels of its own, which do not listen.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.encoder import Bytes, Floats
from photosearch.models.backbones import Backbone
from photosearch.models.bundle_io import WEIGHTS, read_backbone
from photosearch.models.load import builtin_bundle, load_encoder
from photosearch.weights import load_arrays
from tests.benchmarks.bench_index import peak_bytes
from tests.benchmarks.figures import benchmark, keep, record

if TYPE_CHECKING:
    from photosearch.models.towers import ImageTower

BATCH = 16  # photos at once in torch
Embed = Callable[[Bytes], Floats]


def main() -> None:
    options = arguments()
    if options.run:
        print(json.dumps(measure(options)))
        return
    with tempfile.TemporaryDirectory() as folder:
        options.work = Path(folder)
        if find_spec("onnxruntime"):
            write_onnx(options.work / "tower.onnx", load_encoder().image.size)
        found: dict[str, list[dict[str, float]]] = {name: [] for name in installed()}
        for _ in range(options.rounds):
            for name, rounds in found.items():
                rounds.append(in_a_process(name, options))
        report({name: max(rounds, key=lambda r: r["rate"]) for name, rounds in found.items()})
        exact = options.work / "torch float32.npy"
        if exact.exists():
            report_distances(np.load(exact), {name: options.work / f"{name}.npy" for name in found})
    if options.record:
        record()


def arguments() -> argparse.Namespace:
    parser = benchmark(__doc__)
    parser.add_argument("--photos", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=sorted(ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def installed() -> list[str]:
    return [name for name, (package, _) in ENGINES.items() if find_spec(package)]


def in_a_process(name: str, options: argparse.Namespace) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.bench_engines"]
    command += ["--run", name, "--work", str(options.work), "--photos", str(options.photos)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure(options: argparse.Namespace) -> dict[str, float]:
    side = load_encoder().image.size
    shape = (options.photos, side, side, 3)
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    started = time.perf_counter()
    embed = ENGINES[options.run][1](side, options.work)
    vectors = embed(pixels[:1])
    ready = time.perf_counter() - started
    embed(pixels[:BATCH])  # warm
    wall, cpu = time.perf_counter(), time.process_time()
    vectors = embed(pixels)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    np.save(options.work / f"{options.run}.npy", vectors)
    count = len(pixels)
    return {
        "rate": count / wall,
        "cpu_ms": 1e3 * cpu / count,
        "ready_s": ready,
        "peak_mb": peak_bytes() / 1e6,
    }


def report(best: dict[str, dict[str, float]]) -> None:
    print("| engine | photos/s | CPU ms a photo | s until ready | peak MB | MB installed |")
    print("|-|-|-|-|-|-|")
    for name, each in best.items():
        keep(f"{name}", each["rate"], "photos/s")
        print(
            f"| {name} | {each['rate']:.0f} | {each['cpu_ms']:.1f} | {each['ready_s']:.2f} "
            f"| {each['peak_mb']:.0f} | {installed_mb(ENGINES[name][0]):.0f} |"
        )


def report_distances(exact: Floats, files: dict[str, Path]) -> None:
    """Largest and mean 1 - cos to torch in float32."""
    for name, file in files.items():
        far = 1 - np.einsum("nd,nd->n", np.load(file), exact, dtype=np.float64)
        print(f"{name}: 1 - cos to torch float32 at most {far.max():.1e}, mean {far.mean():.1e}")


def installed_mb(package: str) -> float:
    """Of the package alone, without what it depends on."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    files = (file for folder in folders or () for file in Path(folder).rglob("*"))
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def openvino(side: int, _: Path) -> Embed:
    from photosearch.models.image_tower import ImageRunner

    return ImageRunner(tensors(), shape(), side=side)


def onnxruntime(_: int, work: Path) -> Embed:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(work / "tower.onnx"), options)
    pool = ThreadPoolExecutor(os.cpu_count())

    def one(photo: Bytes) -> Floats:
        planes = np.ascontiguousarray(photo.transpose(2, 0, 1)[None], np.float32)
        vectors: Floats = session.run(None, {"pixels": planes})[0]
        return vectors

    return lambda pixels: np.concatenate(list(pool.map(one, pixels)))


def torch_float32(_: int, __: Path) -> Embed:
    return in_torch(bf16=False)


def torch_bfloat16(_: int, __: Path) -> Embed:
    return in_torch(bf16=True)


def in_torch(*, bf16: bool) -> Embed:
    """The tower of training: the backbone in that precision, the small head in float32."""
    import torch

    from photosearch.models.inverted_residuals import pool
    from photosearch.models.machine import keep_freed_memory

    keep_freed_memory()
    tower, dtype = tower_in_torch(), torch.bfloat16 if bf16 else torch.float32
    backbone = tower.backbone.to(dtype)
    backbone.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def batch(pixels: Bytes) -> Floats:
        x = torch.from_numpy(pixels).permute(0, 3, 1, 2).to(dtype)
        features = backbone(x.sub_(tower.mean).div_(tower.scale))
        vectors: Floats = tower.head(pool(features).float()).numpy()
        return vectors

    def embed(pixels: Bytes) -> Floats:
        parts = (pixels[i : i + BATCH] for i in range(0, len(pixels), BATCH))
        with torch.inference_mode():
            return np.concatenate([batch(part) for part in parts])

    return embed


def tower_in_torch() -> ImageTower:
    import torch

    from photosearch.models.towers import ImageTower

    values = tensors()
    dim, hidden = (len(values[f"head.{part}.weight"]) for part in ("linear", "up"))
    tower = ImageTower(dim=dim, hidden=hidden, backbone=shape()).eval().requires_grad_(False)
    tower.load_state_dict({name: torch.from_numpy(value) for name, value in values.items()})
    return tower


def tensors() -> dict[str, Floats]:
    return load_arrays(builtin_bundle() / WEIGHTS, "image.")


def shape() -> Backbone:
    return read_backbone(builtin_bundle() / WEIGHTS)


def write_onnx(path: Path, side: int) -> None:
    import torch

    with warnings.catch_warnings(action="ignore"):  # that this exporter will go one day
        example = torch.zeros(1, 3, side, side)
        torch.onnx.export(tower_in_torch(), (example,), path, input_names=["pixels"], dynamo=False)


ENGINES: dict[str, tuple[str, Callable[[int, Path], Embed]]] = {
    "OpenVINO, as shipped": ("openvino", openvino),
    "onnxruntime": ("onnxruntime", onnxruntime),
    "torch float32": ("torch", torch_float32),
    "torch bfloat16": ("torch", torch_bfloat16),
}

if __name__ == "__main__":
    main()
