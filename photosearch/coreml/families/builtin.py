"""Reads bundles of architecture photosearch-v1, the built-in model among them."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from photosearch.coreml.families.convertible import Convertible, ImageSide, TextSide
from photosearch.coreml.families.tensors import fill
from photosearch.coreml.layout.layouts import Layout
from photosearch.coreml.layout.towers import BuiltinFeatures, ImageTower, TextTower
from photosearch.coreml.layout.transformer import MlpHead, Stack, blocks
from photosearch.errors import BundleError
from photosearch.manifest import FILE_NAME, Manifest
from photosearch.models.backbones import Backbone
from photosearch.models.bundle_io import (
    ARCHITECTURE,
    VOCABULARY,
    WEIGHTS,
    WORDS,
    open_bundle,
    read_backbone,
)
from photosearch.weight_file import read_config
from photosearch.weights import load_arrays

_EPS = 1e-12  # BERT's


def is_bundle(directory: Path) -> bool:
    """Whether a directory holds a manifest."""
    return (directory / FILE_NAME).is_file()


def read_bundle(bundle: Path) -> Convertible:
    """Raises BundleError if it is missing or damaged, ModelError if its tensors do not fit."""
    manifest = open_bundle(bundle)
    image, text = (_tensors(bundle, prefix) for prefix in ("image.", "text."))
    heads = read_config(bundle / WEIGHTS).get("heads")
    if not isinstance(heads, int) or heads < 1:
        raise BundleError(f"{bundle / WEIGHTS}: heads: got {heads!r}, expected a whole number")
    backbone, where = read_backbone(bundle / WEIGHTS), str(bundle)

    def image_tower(layout: Layout) -> nn.Module:
        return fill(lambda: _image(layout, image, backbone), image, theirs=_image_name, where=where)

    def text_tower(layout: Layout) -> nn.Module:
        return fill(lambda: _text(layout, text, heads), text, theirs=_text_name, where=where)

    return Convertible(
        name=manifest.name,
        architecture=ARCHITECTURE,
        dim=manifest.dim,
        widths=manifest.widths,
        space=manifest.space,
        calibration=manifest.calibration,
        image=ImageSide(manifest.image, image_tower),
        text=TextSide(manifest.text, "mean", text_tower, _lists(bundle, manifest)),
    )


def _lists(bundle: Path, manifest: Manifest) -> tuple[Path, ...]:
    """The tokenizer's files."""
    return tuple(bundle / name for name in (VOCABULARY, WORDS) if name in manifest.files)


def _tensors(bundle: Path, prefix: str) -> dict[str, Tensor]:
    arrays = load_arrays(bundle / WEIGHTS, prefix)
    return {name: torch.from_numpy(values) for name, values in arrays.items()}


def _image(layout: Layout, tensors: dict[str, Tensor], backbone: Backbone) -> nn.Module:
    hidden, dim = (_rows(tensors, f"head.{part}.weight") for part in ("up", "linear"))
    mean, std = (backbone.mean,) * 3, (backbone.scale,) * 3
    features = BuiltinFeatures(layout, backbone=backbone, hidden=hidden, dim=dim)
    return ImageTower(layout, mean=mean, std=std, features=features)


def _image_name(own: str) -> str:
    return own.removeprefix("features.")


def _text(layout: Layout, tensors: dict[str, Tensor], heads: int) -> nn.Module:
    vocabulary, context = (_rows(tensors, f"{part}.weight") for part in ("tokens", "positions"))
    width = _rows(tensors, "norm.weight")
    stack = Stack(
        width=width,
        heads=heads,
        hidden=_rows(tensors, "layers.0.up.weight"),
        layers=sum(name.endswith("norm1.weight") for name in tensors),
        eps=_EPS,
        norm="after",
    )
    hidden, dim = (_rows(tensors, f"head.{part}.weight") for part in ("up", "linear"))
    return TextTower(
        layout,
        vocabulary=vocabulary,
        context=context,
        width=width,
        before=layout.norm(width, eps=_EPS),
        blocks=blocks(layout, stack),
        head=MlpHead(layout, inputs=width, hidden=hidden, dim=dim),
        pooling="mean",
        causal=False,
    )


def _rows(tensors: dict[str, Tensor], name: str) -> int:
    """What a tensor says of the tower's shape; 1, which then fits nothing, where it is missing."""
    return tensors[name].shape[0] if name in tensors else 1


_TEXT_NAMES = {"before.": "norm.", "blocks.": "layers.", ".mlp.": "."}


def _text_name(own: str) -> str:
    if own == "positions":
        return "positions.weight"
    for ours, theirs in _TEXT_NAMES.items():
        own = own.replace(ours, theirs)
    return own
