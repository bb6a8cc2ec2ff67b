"""Reads MobileCLIP checkpoints in the layout in which Apple publishes them.

<directory>/
  mobileclip_s0.pt             or any .pt or .safetensors: the state dict, folded or not
  mobileclip_s0.json           Apple's configuration; not needed if the weights' name is Apple's
  vocab.json and merges.txt    or another form of CLIP's vocabulary

Vasu et al. 2024, arXiv:2311.17049; https://github.com/apple/ml-mobileclip.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from photosearch.coreml.families import mobileclip_image, mobileclip_text
from photosearch.coreml.families.convertible import Convertible, ImageSide, TextSide
from photosearch.coreml.families.tensors import APPLE, Reader, part, read_tensors
from photosearch.coreml.layout.layouts import Layout
from photosearch.errors import ModelError
from photosearch.manifest import Calibration, ImageSpec, TextSpec, file_entry, space_id
from photosearch.models.checkpoint import CLIP_MIDDLE
from photosearch.models.preprocessing import read_json
from photosearch.records import read_regular

_TOKENIZERS = (
    ("tokenizer.json",),
    ("vocab.json", "merges.txt"),
    ("bpe_simple_vocab_16e6.txt.gz",),
    ("bpe_simple_vocab_16e6.txt",),
)
_MAX_SCALE = 100.0  # at which training clips it


@dataclass(frozen=True, slots=True)
class Shape:
    """What the tensors do not tell."""

    side: int  # of the picture, in pixels
    context: int  # tokens
    heads: int  # of attention, in the text tower
    causal: bool  # whether a token sees no later one


# Apple's configurations by the name of the weights.
_KNOWN = {
    "mobileclip_s0": Shape(side=256, context=77, heads=8, causal=False),
    "mobileclip_s1": Shape(side=256, context=77, heads=8, causal=False),
    "mobileclip_s2": Shape(side=256, context=77, heads=8, causal=False),
    "mobileclip_b": Shape(side=224, context=77, heads=8, causal=True),
    "mobileclip_blt": Shape(side=224, context=77, heads=8, causal=True),
}


def is_mobileclip(directory: Path) -> bool:
    """Whether a directory looks like one of these checkpoints."""
    return _find_shape(directory) is not None


def read_mobileclip(directory: Path, name: str) -> Convertible:
    """Raises ModelError if the tokenizer is missing or tensors do not fit, with their names."""
    shape = _find_shape(directory)
    if shape is None:
        raise ModelError(f"{directory}: no MobileCLIP configuration, and no weights known by name")
    tokenizer = _tokenizer(directory)
    tensors = read_tensors(directory, APPLE)
    spec = TextSpec(context=shape.context, tokenizer="clip-bpe")
    image = ImageSpec(size=shape.side, resize="crop", filter="bilinear")
    if "logit_scale" not in tensors:
        raise ModelError(f"{directory}: tensors do not fit: logit_scale: missing, expected []")
    scale = min(math.exp(float(tensors["logit_scale"])), _MAX_SCALE)
    image_part = part(tensors, mobileclip_image.PREFIX)
    text_part = part(tensors, mobileclip_text.PREFIX)

    def image_tower(layout: Layout) -> nn.Module:
        return _built(image_part, directory, lambda r: mobileclip_image.image_tower(r, layout))

    def text_tower(layout: Layout) -> nn.Module:
        return _built(text_part, directory, lambda r: _text_tower(r, layout, shape))

    dim = _dim(text_part, directory)
    return Convertible(
        name=name,
        architecture="mobileclip",
        dim=dim,
        widths=(dim,),
        space=space_id(
            weights_sha256=_digest([f for p in APPLE for f in sorted(directory.glob(p))], shape),
            tokenizer_sha256=_digest(tokenizer, None),
            image=image,
            text=spec,
        ),
        calibration=Calibration(scale, -scale * CLIP_MIDDLE),
        image=ImageSide(image, image_tower),
        text=TextSide(spec, "eot", text_tower, tuple(tokenizer)),
    )


def _text_tower(reader: Reader, layout: Layout, shape: Shape) -> nn.Module:
    return mobileclip_text.text_tower(
        reader, layout, context=shape.context, heads=shape.heads, causal=shape.causal
    )


def _built(
    tensors: Mapping[str, Tensor], directory: Path, build: Callable[[Reader], nn.Module]
) -> nn.Module:
    """A tower, or the list of the tensors that do not fit."""
    reader = Reader(tensors, where=str(directory))
    try:
        tower = build(reader)
    except (RuntimeError, ValueError) as error:  # what was noted explains it
        reader.finish()
        raise ModelError(f"{directory}: tensors do not fit each other: {error}") from error
    reader.finish()
    return tower.eval().requires_grad_(False)


def _find_shape(directory: Path) -> Shape | None:
    for path in sorted(directory.glob("*.json")):
        try:
            raw: Any = json.loads(read_regular(path))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(raw, dict) and {"embed_dim", "image_cfg", "text_cfg"} <= raw.keys():
            return _configured(read_json(path), path)
    stems = (file.stem for pattern in APPLE for file in sorted(directory.glob(pattern)))
    return next((_KNOWN[stem] for stem in stems if stem in _KNOWN), None)


def _configured(raw: Mapping[str, Any], path: Path) -> Shape:
    try:
        image, text = raw["image_cfg"], raw["text_cfg"]
        return Shape(
            side=int(image["image_size"]),
            context=int(text["context_length"]),
            heads=int(text["n_heads_per_layer"]),
            causal=bool(text["causal_masking"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: not a MobileCLIP configuration: {error!r}") from error


def _dim(tensors: Mapping[str, Tensor], directory: Path) -> int:
    projection = tensors.get(f"{mobileclip_text.PREFIX}projection_layer")
    if projection is None or projection.ndim != 2:
        got = "missing" if projection is None else f"got {list(projection.shape)}"
        name = f"{mobileclip_text.PREFIX}projection_layer"
        raise ModelError(f"{directory}: tensors do not fit: {name}: {got}, expected [any, any]")
    return int(projection.shape[1])


def _tokenizer(directory: Path) -> list[Path]:
    for names in _TOKENIZERS:
        if all((directory / name).is_file() for name in names):
            return [directory / name for name in names]
    expected = " or ".join(" + ".join(names) for names in _TOKENIZERS)
    raise ModelError(f"{directory}: no tokenizer: expected {expected}")


def _digest(files: list[Path], shape: Shape | None) -> str:
    digest = hashlib.sha256(repr(shape).encode())
    for file in files:
        digest.update(f"{file.name} {file_entry(file).sha256}\n".encode())
    return digest.hexdigest()
