"""Labelled photos for tests: drawn ones in a folder, and embeddings that were made up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from photosearch.data.photos import LABELS, is_held_out
from photosearch.evaluate.studies.labelled import Labelled
from photosearch.testing import draw_photo


def names_of(part: str, times: int) -> list[str]:
    """File names that the hash puts into that part."""
    all_names = (f"{number}.png" for number in count())
    wanted = (name for name in all_names if is_held_out(name) == (part == "test"))
    return [next(wanted) for _ in range(times)]


def write_labels(folder: Path, labels: Mapping[str, str]) -> None:
    """Draws a photo for each file name; a label is the drawing, or a name for one."""
    folder.mkdir(exist_ok=True)
    rows = []
    for name, label in labels.items():
        drawing = label if " on " in label else f"{label.lower()} disc on {label.lower()}"
        draw_photo(drawing, width=32, height=32).save(folder / name)
        rows.append(json.dumps({"image": name, "set": "drawn", "label": label, "captions": []}))
    (folder / LABELS).write_text("\n".join(rows))


def made_labelled(photos: ArrayLike, label: ArrayLike, classes: Sequence[str]) -> Labelled:
    rows = np.asarray(photos, np.float32)
    places = np.asarray(label, np.int64)
    names = tuple(f"{at}.jpg" for at in range(len(places)))
    return Labelled(rows, places, names, tuple(classes), ("Made up.",))


def clusters(photos: int, classes: int, *, width: int = 16, seed: int = 0) -> Labelled:
    """Unit vectors around one centre a class, which overlap a little."""
    centres = np.random.default_rng(0).standard_normal((classes, width))
    random = np.random.default_rng(seed)
    label = random.integers(classes, size=photos)
    rows = centres[label] + 0.8 * random.standard_normal((photos, width))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return made_labelled(unit, label, list(map(str, range(classes))))
