"""A training folder in small: drawn photos, a random backbone, a random teacher."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from photosearch.data.photos import is_held_out
from photosearch.models.backbones import MOBILENET_V2
from photosearch.models.inverted_residuals import InvertedResiduals
from photosearch.models.towers import TowersConfig
from photosearch.testing import draw_photo
from photosearch.train.config import TrainConfig, ViewsConfig
from photosearch.train.corpus import BACKBONE_FILE, CLASSES_FILE, CLIP_FOLDER

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
# One epoch is two steps; everything else as small as the published sentence encoder allows.
TINY = TrainConfig(
    towers=TowersConfig(
        dim=64, head_hidden=32, vocabulary=1500, context=16, width=384, layers=2, heads=12
    ),
    views=ViewsConfig(side=64, views=2, frozen_blocks=15),
    epochs=1,
    batch_captioned=11,
    batch_labelled=6,
    batch_classes=3,
    batch_categories=4,
    frozen_layers=1,
    warmup_steps=1,
    quantised_from=0.5,
)


def hear(*_told: object) -> None:
    """Hears of progress on one part, or of an epoch."""


def write_data(folder: Path) -> Path:
    """Every file that the recipe reads, in the layout that it reads."""
    _write_captioned(folder / "flickr8k")
    _write_labelled(folder / "labelled")
    _write_backbone(folder)
    _write_teacher(folder / CLIP_FOLDER)
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
    trained = [name for name in names if not is_held_out(name)][:12]
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


def random_backbone(seed: int = 0) -> InvertedResiduals:
    """Weights under which different pictures stay different (He et al. 2015, arXiv:1502.01852)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        backbone = InvertedResiduals(MOBILENET_V2)
        for module in backbone.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.normal_(module.bias, std=0.1)  # type: ignore[arg-type]
    return backbone


def _write_backbone(folder: Path) -> None:
    (folder / BACKBONE_FILE).parent.mkdir(parents=True)
    tensors = {name: value.half() for name, value in random_backbone().state_dict().items()}
    rows = len(CLASSES) + 1  # the first is the background
    tensors["fc.weight"] = torch.randn(rows, MOBILENET_V2.features).mul(0.05).half()
    tensors["fc.bias"] = torch.zeros(rows).half()
    save_file(tensors, folder / BACKBONE_FILE)
    lines = [f"{number:4}  {name}\n" for number, name in enumerate(("background", *CLASSES))]
    (folder / CLASSES_FILE).write_text("".join(lines), encoding="utf-8")


def _write_teacher(folder: Path) -> None:
    folder.mkdir()
    random = np.random.default_rng(0)
    prompts = np.array([f"a {drawing.split()[0]} thing" for drawing in DRAWINGS[::4]])
    names = np.array([f"images/c{number}.jpg" for number in range(len(DRAWINGS))])
    np.savez(
        folder / "flickr8k_image_embeddings.npz",
        names=names,
        embeddings=_unit(random, len(names)),
    )
    np.savez(
        folder / "category_text_embeddings.npz",
        prompts=prompts,
        embeddings=_unit(random, len(prompts)),
    )


def _unit(random: np.random.Generator, rows: int) -> np.ndarray[Any, np.dtype[np.float16]]:
    vectors = random.standard_normal((rows, CLIP_WIDTH))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16)
