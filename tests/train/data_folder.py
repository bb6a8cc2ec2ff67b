"""A training folder in small: drawn photos, names of classes, what CLIP would say at random."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.data.photos import is_held_out
from photosearch.testing import draw_photo
from photosearch.train.corpus import CLASSES_FILE, CLIP_CATEGORIES, CLIP_PHOTOS, SENTENCES

CLASSES = ("tench, Tinca tinca", "goldfish", "great white shark, white shark", "tiger shark")
CLIP_WIDTH = 16
DRAWINGS = [
    f"{color} {shape} on {ground}"
    for color, shape, ground in product(
        ("red", "blue", "green"), ("disc", "square", "triangle"), ("white", "black", "yellow")
    )
]
DEV = 5  # photos of the dev split
HELD = 3  # labelled photos of the validation tenth
NAMED = 12  # the other labelled photos


def hear(_done: int) -> None:
    """Hears of progress."""


def write_data(folder: Path) -> Path:
    """All that the recipe reads from a folder, but for MobileNet's weights."""
    _write_captioned(folder / "flickr8k")
    _write_labelled(folder / "labelled")
    _write_classes(folder / CLASSES_FILE)
    _write_clip(folder)
    _write_sentences(folder / SENTENCES)
    return folder


def _write_captioned(folder: Path) -> None:
    rows = []
    for number, drawing in enumerate(DRAWINGS):
        image = _draw(folder, f"c{number}.png", drawing)
        captions = [drawing, f"a {drawing} .", f"a picture of a {drawing}"]
        split = "dev" if number < DEV else "train"
        rows.append({"image": image, "split": split, "captions": captions})
    _write_rows(folder / "captions.jsonl", rows)


def _write_labelled(folder: Path) -> None:
    names = [f"l{number}.png" for number in range(200)]
    held = [name for name in names if is_held_out(name)][:HELD]
    trained = [name for name in names if not is_held_out(name)][:NAMED]
    rows = [
        {
            "image": _draw(folder, name, DRAWINGS[number]),
            "set": "drawings",
            "label": DRAWINGS[number].split()[1],
            "captions": [],
            "style": "cartoon",
        }
        for number, name in enumerate(held + trained)
    ]
    _write_rows(folder / "labels.jsonl", rows)


def _draw(folder: Path, name: str, drawing: str) -> str:
    (folder / "images").mkdir(parents=True, exist_ok=True)
    draw_photo(drawing, width=80, height=64).save(folder / "images" / name)
    return f"images/{name}"


def _write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _write_classes(path: Path) -> None:
    path.parent.mkdir(parents=True)
    lines = [f"{number:4}  {name}\n" for number, name in enumerate(("background", *CLASSES))]
    path.write_text("".join(lines), encoding="utf-8")


def _write_clip(folder: Path) -> None:
    (folder / CLIP_PHOTOS).parent.mkdir()
    random = np.random.default_rng(0)
    prompts = np.array([f"a {drawing.split()[0]} thing" for drawing in DRAWINGS[::4]])
    names = np.array([f"images/c{number}.jpg" for number in range(len(DRAWINGS))])
    np.savez(
        folder / CLIP_PHOTOS,
        names=names,
        embeddings=_unit(random, len(names)),
    )
    np.savez(
        folder / CLIP_CATEGORIES,
        prompts=prompts,
        embeddings=_unit(random, len(prompts)),
    )


def _write_sentences(folder: Path) -> None:
    folder.mkdir()
    lines = [f"a {drawing} on a wall\n" for drawing in DRAWINGS[::3]]
    (folder / "others.txt").write_text("\n".join(lines), encoding="utf-8")


def _unit(random: np.random.Generator, rows: int) -> np.ndarray[Any, np.dtype[np.float16]]:
    vectors = random.standard_normal((rows, CLIP_WIDTH))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16)
