"""The reference executor against torch eager on the same towers, in the same run.

    python -m tests.benchmarks.bench_execute [--rounds 20] [--only "builtin text"]

Towers of real size with random weights, batch 1, converted with coremltools as they are. Torch and
the executor take turns; `ratio` is the median of the executor's times over the median of torch's:
at most 2.5. `fp16` is storage mode on a package in fp16, `int8` the same with compressed weights
(expanded before the clock starts, when the function first runs), `fp32` runs the fp32 package.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch
from torch import Tensor, nn

from photosearch.coreml import ReferenceModel
from photosearch.coreml.execute.run import Precision
from photosearch.models.towers import ImageTower, TextTower, TowersConfig
from tests.coreml.execute.models import Tower
from tests.coreml.execute.packages import save_traced
from tests.coreml.execute.test_constexpr import Compress, int8

LIMIT = 2.5
SIDE, CONTEXT = 224, 64
# name: precision of the run, package in fp16, what is done to its weights
VARIANTS: dict[str, tuple[Precision, bool, Compress | None]] = {
    "fp32": ("fp32", False, None),
    "fp16": ("fp16", True, None),
    "int8": ("fp16", True, int8),
}


def builtin_image() -> tuple[nn.Module, Tensor]:
    return ImageTower(dim=512, hidden=512), torch.rand(1, 3, SIDE, SIDE) * 255


def builtin_text() -> tuple[nn.Module, Tensor]:
    ids = torch.randint(1, 20_000, (1, CONTEXT), dtype=torch.int32)
    return TextTower(TowersConfig()), ids


def clip_image() -> tuple[nn.Module, Tensor]:
    """CLIP's ViT-B/32."""
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    model = CLIPVisionModelWithProjection(CLIPVisionConfig())
    return Tower(model, lambda out: out.image_embeds), torch.rand(1, 3, SIDE, SIDE)


TOWERS: dict[str, Callable[[], tuple[nn.Module, Tensor]]] = {
    "builtin image": builtin_image,
    "builtin text": builtin_text,
    "clip image": clip_image,
}


def main() -> int:
    options = arguments()
    slow = False
    print(f"torch on {torch.get_num_threads()} threads")
    print(f"{'tower':<16}{'run':<6}{'torch ms':>10}{'ours ms':>10}{'ratio':>8}")
    for name in [options.only] if options.only else TOWERS:
        model, example = TOWERS[name]()
        model.eval()
        for variant, (precision, half, compress) in VARIANTS.items():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "m.mlpackage"
                save_traced(path, model, example, half=half, compress=compress)
                theirs, ours = compare(model, example, path, precision, options.rounds)
            slow |= ours > LIMIT * theirs
            ratio = f"{ours / theirs:>8.2f}"
            print(f"{name:<16}{variant:<6}{theirs * 1e3:>10.1f}{ours * 1e3:>10.1f}{ratio}")
    return int(slow)


def compare(
    model: nn.Module, example: Tensor, path: Path, precision: Precision, rounds: int
) -> tuple[float, float]:
    """Median seconds of torch and of the executor, which take turns after a warm-up of each."""
    reference, given = ReferenceModel(path), {"x": example.numpy()}

    def by_torch() -> object:
        with torch.inference_mode():
            return model(example)

    def by_executor() -> object:
        return reference.predict(given, precision=precision)

    for _ in range(3):
        by_torch(), by_executor()
    pairs = [(timed(by_torch), timed(by_executor)) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b for _, b in pairs)


def timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=list(TOWERS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
