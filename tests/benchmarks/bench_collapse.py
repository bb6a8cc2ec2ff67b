"""From which cosine on two photos are one motif: the threshold of the near-duplicate collapse.

    python -m tests.benchmarks.bench_collapse DATA [--photos 1000]

DATA holds `flickr8k/` and `labelled/`; neither is part of this project. For each threshold, of
photos that the built-in model was not trained on: the wrong joins among a million pairs of
different photos (flickr8k's dev and extra photos; then with as many others), the share of the
20 best hits for a caption that would be joined, and the share of altered copies that are found.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from PIL import Image, ImageEnhance

from photosearch.encoder import Encoder, Floats
from photosearch.models.load import load_encoder
from tests.benchmarks.figures import benchmark, keep, record

THRESHOLDS: Final = (0.90, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97)
_CHUNK, _COPIES, _BEST = 64, 300, 20

Picture: TypeAlias = Image.Image
Alter: TypeAlias = Callable[[Picture], Picture]


def _jpeg(picture: Picture, quality: int) -> Picture:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def _crop(picture: Picture, share: float, across: float, down: float) -> Picture:
    width, height = (round(share * side) for side in picture.size)
    left = round((picture.width - width) * across)
    top = round((picture.height - height) * down)
    return picture.crop((left, top, left + width, top + height))


COPIES: Final[dict[str, Alter]] = {
    "JPEG 50": lambda picture: _jpeg(picture, 50),
    "JPEG 80": lambda picture: _jpeg(picture, 80),
    "darker by 20 %": lambda picture: ImageEnhance.Brightness(picture).enhance(0.8),
    "brighter by 20 %": lambda picture: ImageEnhance.Brightness(picture).enhance(1.2),
    "95 % crop": lambda picture: _crop(picture, 0.95, 0.3, 0.7),
    "90 % crop": lambda picture: _crop(picture, 0.9, 0.8, 0.2),
    "80 % crop": lambda picture: _crop(picture, 0.8, 0.5, 0.5),
    "turned by 3 degrees": lambda picture: _crop(
        picture.rotate(3, Image.Resampling.BICUBIC), 0.88, 0.5, 0.5
    ),
}


def embed(encoder: Encoder, pictures: Iterator[Picture], count: int) -> Floats:
    """Unit vectors as a catalog stores them: fp16, here as float32 [count, D]."""
    parts = []
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        parts.append(encoder.encode_images([next(pictures) for _ in range(size)]))
    return np.concatenate(parts).astype(np.float16).astype(np.float32)


def photos(data: Path, count: int, draw: random.Random) -> tuple[list[Path], list[Path], list[str]]:
    """flickr8k's, others, and a caption for each of flickr8k's."""
    records = map(json.loads, (data / "flickr8k" / "captions.jsonl").open(encoding="utf-8"))
    held = [record for record in records if record["split"] in ("dev", "extra")]
    labels = (data / "labelled" / "labels.jsonl").open(encoding="utf-8")
    others = draw.sample([json.loads(line)["image"] for line in labels], count)
    named = {path.name: path for path in data.rglob("*.webp")}
    return (
        [named[Path(record["image"]).name] for record in held],
        [named[Path(name).name] for name in others],
        [record["captions"][0] for record in held],
    )


def joined(cosines: Floats, best: np.ndarray, threshold: float) -> float:
    """The share of the best hits [Q, K] that would not lead a group."""
    count = 0
    for row in best.tolist():
        leaders: list[int] = []
        for photo in row:
            if any(cosines[photo, leader] >= threshold for leader in leaders):
                count += 1
            else:
                leaders.append(photo)
    return count / best.size


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--photos", type=int, default=1000)
    given = parser.parse_args()
    draw, encoder = random.Random(5), load_encoder()
    flickr, others, captions = photos(given.data, given.photos, draw)
    paths = flickr + others

    def opened(some: list[Path], alter: Alter = lambda picture: picture) -> Iterator[Picture]:
        return (alter(Image.open(path).convert("RGB")) for path in some)

    vectors = embed(encoder, opened(paths), len(paths))
    cosines = vectors @ vectors.T
    best = np.argsort(-(encoder.encode_texts(captions) @ vectors.T), axis=1)[:, :_BEST]
    chosen = draw.sample(range(len(paths)), _COPIES)
    copies = {
        name: np.sum(
            vectors[chosen]
            * embed(encoder, opened([paths[place] for place in chosen], alter), _COPIES),
            axis=1,
        )
        for name, alter in COPIES.items()
    }
    few = cosines[: len(flickr), : len(flickr)][np.triu_indices(len(flickr), 1)]
    pairs = cosines[np.triu_indices(len(paths), 1)]
    print("threshold  wrong of 1e6 (flickr8k, all)  of the best 20  copies found")
    for threshold in THRESHOLDS:
        wrong = [1e6 * np.mean(some >= threshold) for some in (few, pairs)]
        found = "  ".join(f"{name} {np.mean(c >= threshold):.0%}" for name, c in copies.items())
        share = joined(cosines, best, threshold)
        keep(f"wrong pairs at {threshold:.2f}", float(wrong[1]), "of a million")
        keep(f"of the best 20 joined at {threshold:.2f}", 100 * share, "%")
        print(f"{threshold:.2f}  {wrong[0]:6.1f} {wrong[1]:6.1f}  {share:6.2%}  {found}")
    if given.record:
        record()


if __name__ == "__main__":
    main()
