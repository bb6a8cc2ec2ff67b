"""Reads CLIP and SigLIP checkpoints as transformers saves them, without transformers.

Radford et al. 2021, arXiv:2103.00020; Zhai et al. 2023, arXiv:2303.15343.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from photosearch.coreml.families.convertible import Convertible, ImageSide, TextSide
from photosearch.coreml.families.tensors import (
    TRANSFORMERS,
    complain,
    fill,
    misfit,
    part,
    read_tensors,
)
from photosearch.coreml.layout.layouts import Layout
from photosearch.coreml.layout.towers import ImageTower, Rgb, TextTower, VitFeatures
from photosearch.coreml.layout.transformer import (
    Activation,
    AttentionPool,
    FirstToken,
    NormHead,
    Stack,
    blocks,
)
from photosearch.errors import ModelError
from photosearch.manifest import Calibration, TextSpec
from photosearch.models.checkpoint import (
    CLIP_MIDDLE,
    CONFIG,
    Checkpoint,
    read_checkpoint,
    tokenizer_files,
)
from photosearch.models.preprocessing import Preprocessing, read_json

_ACTIVATIONS: dict[str, Activation] = {
    "gelu": "gelu",
    "quick_gelu": "quick_gelu",
    "gelu_pytorch_tanh": "gelu_tanh",
}
# What transformers takes where a configuration leaves a setting out.
_TOWER = {"num_hidden_layers": 12, "num_attention_heads": 12}
_CLIP = {**_TOWER, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, "num_channels": 3}
_SIGLIP = {**_TOWER, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6,
           "hidden_size": 768, "intermediate_size": 3072, "num_channels": 3}  # fmt: skip
_DEFAULTS: dict[tuple[str, str], dict[str, Any]] = {
    ("clip", "vision"): {**_CLIP, "hidden_size": 768, "intermediate_size": 3072, "patch_size": 32},
    ("clip", "text"): {
        **_CLIP, "hidden_size": 512, "intermediate_size": 2048, "num_attention_heads": 8,
        "vocab_size": 49_408,
    },
    ("siglip", "vision"): {**_SIGLIP, "patch_size": 16},
    ("siglip", "text"): {**_SIGLIP, "vocab_size": 32_000},
}  # fmt: skip
_SIGLIP_PAD = 1  # where the configuration does not say; SigLIP attends to its padding
# Their names in a transformers checkpoint, from ours.
_BLOCK = {
    ".attention.query.": ".self_attn.q_proj.",
    ".attention.key.": ".self_attn.k_proj.",
    ".attention.value.": ".self_attn.v_proj.",
    ".attention.out.": ".self_attn.out_proj.",
    ".norm1.": ".layer_norm1.",
    ".norm2.": ".layer_norm2.",
    ".mlp.up.": ".mlp.fc1.",
    ".mlp.down.": ".mlp.fc2.",
    "blocks.": "encoder.layers.",
}
_IMAGE = {
    "first": "embeddings.class_embedding",
    "positions": "embeddings.position_embedding.weight",
    "patch.": "embeddings.patch_embedding.",
    "before.": "pre_layrnorm.",
    "pool.head.norm.": "post_layernorm.",
    "pool.first.": "post_layernorm.",
    "pool.probe": "head.probe",
    "pool.attention.out.": "head.attention.out_proj.",
    "pool.attention.": "head.attention.",
    "pool.norm.": "head.layernorm.",
    "pool.mlp.up.": "head.mlp.fc1.",
    "pool.mlp.down.": "head.mlp.fc2.",
}
_TEXT = {
    "tokens.": "embeddings.token_embedding.",
    "positions": "embeddings.position_embedding.weight",
    "head.norm.": "final_layer_norm.",
    "head.linear.": "head.",
}


def is_pretrained(directory: Path) -> bool:
    """Whether a directory looks like one that `save_pretrained` wrote."""
    return (directory / CONFIG).is_file()


def read_pretrained(directory: Path, name: str) -> Convertible:
    """A directory that `save_pretrained` wrote.

    Raises ModelError for another architecture, for a missing tokenizer, and for tensors that do
    not fit, with their names and shapes.
    """
    files = read_checkpoint(directory)
    config = read_json(directory / CONFIG)
    tensors = read_tensors(directory, TRANSFORMERS)
    image = _split_pool(part(tensors, "vision_model.", "visual_projection."))
    text = part(tensors, "text_model.", "text_projection.")
    for each in (image, text):  # not weights: what old versions of transformers saved besides
        for buffer in [name for name in each if name.endswith("position_ids")]:
            del each[buffer]

    def image_tower(layout: Layout) -> nn.Module:
        settings = _settings(config, files.family, "vision")
        return _filled(partial(_image, layout, files, settings), image, _image_name, directory)

    names = partial(_text_name, clip=files.family == "clip")

    def text_tower(layout: Layout) -> nn.Module:
        settings = _settings(config, files.family, "text")
        return _filled(partial(_text, layout, files, settings), text, names, directory)

    return Convertible(
        name=name,
        architecture=files.family,
        dim=files.dim,
        widths=(files.dim,),
        space=files.space,
        calibration=_calibration(tensors, files),
        image=ImageSide(files.preprocessing.spec, image_tower),
        text=TextSide(
            spec=_text_spec(files, config),
            pooling="eot" if files.family == "clip" else "last",
            build=text_tower,
            tokenizer=tuple(tokenizer_files(directory, files.family)) + _beside(directory),
        ),
    )


def _filled(
    build: Callable[[], nn.Module],
    tensors: dict[str, Tensor],
    theirs: Callable[[str], str],
    directory: Path,
) -> nn.Module:
    return fill(build, tensors, theirs=theirs, where=str(directory))


def _settings(config: Mapping[str, Any], family: str, side: str) -> dict[str, Any]:
    given = config.get(f"{side}_config")
    return _DEFAULTS[family, side] | (given if isinstance(given, dict) else {})


def _stack(settings: Mapping[str, Any]) -> Stack:
    activation = settings["hidden_act"]
    if activation not in _ACTIVATIONS:
        raise ModelError(f"hidden_act: got {activation!r}, expected {' or '.join(_ACTIVATIONS)}")
    width, heads = int(settings["hidden_size"]), int(settings["num_attention_heads"])
    if heads < 1 or width % heads:
        raise ModelError(f"num_attention_heads: got {heads}, expected a divisor of {width}")
    return Stack(
        width=width,
        heads=heads,
        hidden=int(settings["intermediate_size"]),
        layers=int(settings["num_hidden_layers"]),
        eps=float(settings["layer_norm_eps"]),
        activation=_ACTIVATIONS[activation],
    )


def _image(layout: Layout, files: Checkpoint, settings: Mapping[str, Any]) -> nn.Module:
    stack, clip, size = _stack(settings), files.family == "clip", int(settings["patch_size"])
    patches = (files.preprocessing.spec.size // size) ** 2
    head = NormHead(layout, inputs=stack.width, dim=files.dim, eps=stack.eps) if clip else None
    features = VitFeatures(
        layout,
        patch=nn.Conv2d(3, stack.width, size, size, bias=not clip),
        width=stack.width,
        tokens=patches + clip,
        class_token=clip,
        before=layout.norm(stack.width, eps=stack.eps) if clip else nn.Identity(),
        blocks=blocks(layout, stack),
        pool=AttentionPool(layout, stack) if head is None else FirstToken(layout, head),
    )
    mean, std = _in_pixels(files.preprocessing)
    return ImageTower(layout, mean=mean, std=std, features=features)


def _in_pixels(settings: Preprocessing) -> tuple[Rgb, Rgb]:
    """(pixel * rescale - mean) / std as (pixel - mean) / std."""
    (a, b, c), (d, e, f), scale = settings.mean, settings.std, settings.rescale
    return (a / scale, b / scale, c / scale), (d / scale, e / scale, f / scale)


def _text(layout: Layout, files: Checkpoint, settings: Mapping[str, Any]) -> nn.Module:
    stack, clip = _stack(settings), files.family == "clip"
    head = NormHead(layout, inputs=stack.width, dim=files.dim, eps=stack.eps, bias=not clip)
    return TextTower(
        layout,
        vocabulary=int(settings["vocab_size"]),
        context=files.text.context,
        width=stack.width,
        before=nn.Identity(),
        blocks=blocks(layout, stack),
        head=head,
        pooling="eot" if clip else "last",
        causal=clip,
    )


def _image_name(own: str) -> str:
    own = own.removeprefix("features.")
    if own.startswith("pool.head.linear."):
        return own.replace("pool.head.linear.", "visual_projection.")
    return f"vision_model.{_renamed(own, _IMAGE)}"


def _text_name(own: str, *, clip: bool) -> str:
    if clip and own.startswith("head.linear."):
        return own.replace("head.linear.", "text_projection.")
    return f"text_model.{_renamed(own, _TEXT)}"


def _renamed(own: str, start: Mapping[str, str]) -> str:
    for ours, theirs in start.items():
        if own.startswith(ours):
            return theirs + own.removeprefix(ours)
    for ours, theirs in _BLOCK.items():
        own = own.replace(ours, theirs)
    return own


def _split_pool(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """SigLIP's pooling holds query, key and value as one: [3W, W] -> three of [W, W]."""
    for kind in ("weight", "bias"):
        joined = tensors.pop(f"vision_model.head.attention.in_proj_{kind}", None)
        if joined is not None:
            names = (f"vision_model.head.attention.{p}.{kind}" for p in ("query", "key", "value"))
            tensors |= dict(zip(names, joined.chunk(3), strict=False))
    return tensors


def _text_spec(files: Checkpoint, config: Mapping[str, Any]) -> TextSpec:
    """CLIP sees no padding before the end; SigLIP attends to it."""
    if files.family == "clip":
        return files.text
    pad = _settings(config, files.family, "text").get("pad_token_id", _SIGLIP_PAD)
    return replace(files.text, pad_id=int(pad))


def _calibration(tensors: Mapping[str, Tensor], files: Checkpoint) -> Calibration:
    """SigLIP's own scale and bias; CLIP's own scale, and a bias measured for it."""
    names = ("logit_scale", "logit_bias")[: 1 if files.family == "clip" else 2]
    missing = (misfit(name, tensors.get(name), ()) for name in names if name not in tensors)
    complain(filter(None, missing), str(files.directory))
    scale, *bias = (float(tensors[name].reshape(-1)[0]) for name in names)
    scale = math.exp(scale)
    return Calibration(scale, bias[0] if bias else -scale * CLIP_MIDDLE)


def _beside(directory: Path) -> tuple[Path, ...]:
    """Files that say how the tokenizer is used."""
    names = ("tokenizer_config.json", "special_tokens_map.json")
    return tuple(directory / name for name in names if (directory / name).is_file())
