"""The reference executor against torch eager on the same towers, in the same run.

    python -m tests.benchmarks.bench_execute [--rounds 20] [--clock cpu] [--only "builtin text"]

The built-in model's towers and those of CLIP's ViT-B/32 with random weights, batch 1, exported for
iOS 17 as `photosearch model export` does it. Torch runs the plain layout; both take turns.
`ratio` is the median of the executor's times over the median of torch's: at most 2.5. `fp16` is
storage mode, `fp32` the same package without rounding, `int8` a package with compressed weights
(expanded before the clock starts, when the function first runs). On a machine that does other work
too, `--clock cpu` counts the time that this process computes, on one thread.

About a minute and a half on 2 cores, most of it conversion.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn

from photosearch.coreml import ReferenceModel
from photosearch.coreml.compress.apply import compress
from photosearch.coreml.compress.quantizers import Bits
from photosearch.coreml.convert import convert_image, convert_text, save_package
from photosearch.coreml.families.convertible import ImageSide, TextSide, open_model
from photosearch.coreml.inputs import text_inputs
from photosearch.coreml.layout.layouts import LAYOUTS, Layout
from photosearch.coreml.layout.towers import ImageTower, TextTower, VitFeatures
from photosearch.coreml.layout.transformer import FirstToken, NormHead, Stack, blocks
from photosearch.coreml.mil.describe import Precision
from photosearch.coreml.mil.dtypes import Array
from photosearch.coreml.record import LayoutName
from photosearch.manifest import ImageSpec, TextSpec
from tests.benchmarks.figures import benchmark, keep, record

LIMIT = 2.5
WORDS = 10  # of the text
Clock = Callable[[], float]
# name: layout, width of the weights, precision of the run
VARIANTS: dict[str, tuple[LayoutName, Bits, Precision]] = {
    "ane fp16": ("ane", "fp16", "fp16"),
    "ane fp32": ("ane", "fp16", "fp32"),
    "ane int8": ("ane", "int8", "fp16"),
    "plain fp16": ("plain", "fp16", "fp16"),
}


def clip_image(layout: Layout) -> nn.Module:
    """ViT-B/32."""
    stack = Stack(width=768, heads=12, hidden=3072, layers=12, activation="quick_gelu")
    features = VitFeatures(
        layout,
        patch=nn.Conv2d(3, 768, 32, 32, bias=False),
        width=768,
        tokens=50,
        class_token=True,
        before=layout.norm(768, eps=1e-5),
        blocks=blocks(layout, stack),
        pool=FirstToken(layout, NormHead(layout, inputs=768, dim=512, eps=1e-5)),
    )
    return ImageTower(layout, mean=(122.0,) * 3, std=(68.0,) * 3, features=features)


def clip_text(layout: Layout) -> nn.Module:
    stack = Stack(width=512, heads=8, hidden=2048, layers=12, activation="quick_gelu")
    return TextTower(
        layout,
        vocabulary=49_408,
        context=77,
        width=512,
        before=nn.Identity(),
        blocks=blocks(layout, stack),
        head=NormHead(layout, inputs=512, dim=512, eps=1e-5),
        pooling="eot",
        causal=True,
    )


@dataclass(frozen=True)
class Subject:
    """A tower, its input, and the variants that are run."""

    side: ImageSide | TextSide
    given: Mapping[str, Array]
    variants: tuple[str, ...]


def subjects() -> dict[str, Subject]:
    source = open_model("builtin")
    image = ImageSide(ImageSpec(size=224), lambda layout: clip_image(layout).eval())
    spec = TextSpec(context=77, tokenizer="clip-bpe")
    text = TextSide(spec, "eot", lambda layout: clip_text(layout).eval(), ())
    all_four, two = tuple(VARIANTS), ("ane fp16", "plain fp16")
    return {
        "builtin image": Subject(source.image, _photo(source.image), all_four),
        "builtin text": Subject(source.text, _words(source.text), all_four),
        "clip image": Subject(image, _photo(image), two),
        "clip text": Subject(text, _words(text), two),
    }


def _photo(side: ImageSide) -> Mapping[str, Array]:
    shape = (side.spec.size, side.spec.size, 3)
    return {"image": np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)}


def _words(side: TextSide) -> Mapping[str, Array]:
    return text_inputs(side, range(1000, 1000 + WORDS))


def main() -> int:
    options = arguments()
    clock: Clock = time.perf_counter
    if options.clock == "cpu":
        torch.set_num_threads(1)
        clock = time.process_time
    slow = False
    print(f"torch on {torch.get_num_threads()} threads, {options.clock} time")
    print(f"{'tower':<16}{'run':<12}{'torch ms':>10}{'ours ms':>10}{'ratio':>8}")
    for name, subject in subjects().items():
        if options.only in (None, name):
            for variant, theirs, ours in measure(subject, options.rounds, clock):
                slow |= ours > LIMIT * theirs
                times = f"{theirs * 1e3:>10.1f}{ours * 1e3:>10.1f}{ours / theirs:>8.2f}"
                keep(f"executor against torch, {name}, {variant}", ours / theirs, "times its time")
                print(f"{name:<16}{variant:<12}{times}", flush=True)
    if options.record:
        record()
    return int(slow)


def measure(subject: Subject, rounds: int, clock: Clock) -> list[tuple[str, float, float]]:
    """Each variant's name, median seconds of torch and of the executor."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for layout in sorted({VARIANTS[variant][0] for variant in subject.variants}):
            fp16 = convert(subject.side, layout)
            for variant in subject.variants:
                at, width, precision = VARIANTS[variant]
                if at == layout:
                    path = Path(folder) / f"{variant}.mlpackage"
                    save_package(compress(fp16, width), path, {})
                    found.append((variant, *compare(subject, path, precision, rounds, clock)))
    return found


def convert(side: ImageSide | TextSide, layout: LayoutName) -> object:
    if isinstance(side, ImageSide):
        return convert_image(side, layout=layout, target="iOS17")
    return convert_text(side, layout=layout, target="iOS17")


def compare(
    subject: Subject, path: Path, precision: Precision, rounds: int, clock: Clock
) -> tuple[float, float]:
    """Median seconds of torch and of the executor, which take turns after a warm-up of each."""
    reference, tower = ReferenceModel(path), subject.side.build(LAYOUTS["plain"])
    inputs = for_torch(subject.given)

    def by_torch() -> object:
        with torch.inference_mode():
            return tower(*inputs)

    def by_executor() -> object:
        return reference.predict(subject.given, precision=precision)

    for _ in range(3):
        by_torch(), by_executor()
    pairs = [(timed(by_torch, clock), timed(by_executor, clock)) for _ in range(rounds)]
    return median(a for a, _ in pairs), median(b for _, b in pairs)


def for_torch(given: Mapping[str, Array]) -> list[Tensor]:
    if "image" in given:
        return [torch.from_numpy(given["image"]).permute(2, 0, 1)[None].float()]
    tensors = [torch.from_numpy(each) for each in given.values()]
    return [each.float() if each.is_floating_point() else each for each in tensors]


def timed(function: Callable[[], object], clock: Clock) -> float:
    started = clock()
    function()
    return clock() - started


def arguments() -> argparse.Namespace:
    parser = benchmark(__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    parser.add_argument("--only", metavar="TOWER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
