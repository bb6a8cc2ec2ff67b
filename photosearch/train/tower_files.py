"""Two trained towers in one file, fp16: where a run may start, and what may teach another.

The tensors are the state dicts of ImageTower and TextTower under `image.` and `text.`, without word
embeddings, which are the sentence encoder's. Legend: see `models.towers`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor, nn

from photosearch.atomic import replacing, storage_errors
from photosearch.errors import ModelError
from photosearch.models.backbones import BACKBONES
from photosearch.models.inverted_residuals import InvertedResiduals
from photosearch.models.towers import ImageTower, TextTower

TOWERS = "towers.safetensors"
_FROZEN = "text.tokens.weight"


def save_towers(path: Path, image: ImageTower, text: TextTower) -> None:
    """Written whole or not at all. Raises StorageError."""
    tensors = {
        name: value.detach().half().contiguous().cpu()
        for name, value in _both(image, text).state_dict().items()
        if name != _FROZEN
    }
    with storage_errors(path), replacing(path) as stream:
        stream.write(save(tensors))


def load_towers(path: Path, image: ImageTower, text: TextTower) -> None:
    """Gives the towers what a file holds; word embeddings stay as they are.

    Raises ModelError if there is no such file, or its tensors are not those of such towers.
    """
    try:
        tensors = load(path.read_bytes())
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: no towers: {error}") from error
    both = _both(image, text)
    _require_fit(path, tensors, both.state_dict())
    both.load_state_dict(tensors, strict=False)


def average_towers(paths: Sequence[Path], image: ImageTower, text: TextTower) -> None:
    """Gives the towers the mean of what several files hold.

    Runs from one start lie in one valley, and between them is a model that is better than each
    (Wortsman et al. 2022, arXiv:2203.05482). Raises ModelError like `load_towers`.
    """
    both, total = _both(image, text), defaultdict[str, Tensor | float](float)
    for path in paths:
        load_towers(path, image, text)
        for name, value in both.state_dict().items():
            total[name] = total[name] + value / len(paths)
    del total[_FROZEN]
    both.load_state_dict(total, strict=False)


def backbone_of(path: Path) -> str:
    """The name of the backbone whose tensors a file holds. Raises ModelError if there is none."""
    prefix = "image.backbone."
    try:
        with safe_open(path, "pt") as stored:
            got = {
                name.removeprefix(prefix): tuple(stored.get_slice(name).get_shape())
                for name in stored.keys()  # noqa: SIM118 - it is no mapping
                if name.startswith(prefix)
            }
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: no towers: {error}") from error
    for name, shape in BACKBONES.items():
        with torch.device("meta"):
            expected = InvertedResiduals(shape).state_dict()
        if got == {key: tuple(value.shape) for key, value in expected.items()}:
            return name
    raise ModelError(f"{path}: got tensors of no known backbone, expected one of {list(BACKBONES)}")


def _both(image: ImageTower, text: TextTower) -> nn.ModuleDict:
    return nn.ModuleDict({"image": image, "text": text})


def _require_fit(path: Path, got: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    for name in sorted(got.keys() ^ (expected.keys() - {_FROZEN})):
        told = "got" if name in got else "is missing"
        raise ModelError(f"{path}: {name} {told}, expected towers of another shape")
    for name, value in sorted(got.items()):
        if value.shape != expected[name].shape:
            shapes = f"got {list(value.shape)}, expected {list(expected[name].shape)}"
            raise ModelError(f"{path}: {name}: {shapes}")
