"""Builds MobileCLIP's image towers from Apple's tensor names: MCi (S0, S1, S2) and ViT (B).

Vasu et al. 2024, arXiv:2311.17049. How many layers there are of which kind and how wide they
are, the names and shapes tell.
"""

from __future__ import annotations

import torch
from torch import nn

from photosearch.coreml.families import fold
from photosearch.coreml.families.fold import attention, conv2d, linear
from photosearch.coreml.families.mobileclip_text import encoder_layer, feed_forward, normed_head
from photosearch.coreml.families.tensors import Reader
from photosearch.coreml.layout.layouts import Layout
from photosearch.coreml.layout.mobileclip import (
    AttentionBlock,
    ConvFeatures,
    MixerBlock,
    SqueezeExcite,
)
from photosearch.coreml.layout.towers import ImageTower, VitFeatures
from photosearch.coreml.layout.transformer import FirstToken

PREFIX = "image_encoder.model."
_HEAD = 32  # channels of one head of attention in MCi
_VIT_HEAD = 64
_WHITE = 255.0  # pixels come in as 0..1, and are not normalised


def image_tower(reader: Reader, layout: Layout) -> nn.Module:
    vit = reader.has(f"{PREFIX}patch_emb.")
    features = _vit(reader, layout) if vit else _mci(reader, layout)
    return ImageTower(layout, mean=(0.0,) * 3, std=(_WHITE,) * 3, features=features)


def _mci(reader: Reader, layout: Layout) -> nn.Module:
    layers, width = _stem(reader)
    stage = 0
    while reader.has(f"{PREFIX}network.{stage}."):
        more, width = _stage(reader, layout, f"{PREFIX}network.{stage}", width)
        layers += more
        stage += 1
    last, width = _unit(reader, f"{PREFIX}conv_exp", width, group=1)
    gate = _gate(reader, f"{PREFIX}conv_exp.se", ("reduce", "expand"), width)
    head = reader.take(f"{PREFIX}head.proj", width, None)
    return ConvFeatures(layout, [*layers, last, gate, nn.GELU()], linear(layout, (head.T, None)))


def _stem(reader: Reader) -> tuple[list[nn.Module], int]:
    """Three convolutions, the first two of stride 2."""
    layers: list[nn.Module] = []
    width, stem = 3, f"{PREFIX}patch_embed"
    for index, (stride, depthwise) in enumerate(((2, False), (2, True), (1, False))):
        group = 1 if depthwise else width
        layer, width = _unit(reader, f"{stem}.{index}", width, group=group, stride=stride)
        layers += [layer, nn.GELU()]
    return layers, width


def _unit(
    reader: Reader, name: str, inputs: int, *, group: int, stride: int = 1
) -> tuple[nn.Module, int]:
    conv = fold.unit(reader, name, inputs=inputs, group=group)
    return conv2d(conv, inputs=inputs, stride=stride), len(conv.weight)


def _stage(reader: Reader, layout: Layout, name: str, width: int) -> tuple[list[nn.Module], int]:
    """A position encoding, a step down in size, or a row of blocks."""
    if reader.has(f"{name}.pe.") or reader.has(f"{name}.reparam_conv."):
        return [conv2d(fold.position(reader, name, width), inputs=width)], width
    if reader.has(f"{name}.proj."):
        return _downsample(reader, f"{name}.proj", width)
    blocks: list[nn.Module] = []
    while reader.has(f"{name}.{len(blocks)}."):
        blocks.append(_block(reader, layout, f"{name}.{len(blocks)}", width))
    return blocks, width


def _downsample(reader: Reader, name: str, width: int) -> tuple[list[nn.Module], int]:
    large = fold.large_kernel(reader, f"{name}.0")
    layers: list[nn.Module] = [conv2d(large, inputs=width, stride=2)]
    if reader.has(f"{name}.0.se."):
        layers.append(_gate(reader, f"{name}.0.se", ("fc1", "fc2"), len(large.weight)))
    last, outputs = _unit(reader, f"{name}.1", len(large.weight), group=len(large.weight))
    return [*layers, nn.GELU(), last, nn.GELU()], outputs


def _gate(reader: Reader, name: str, parts: tuple[str, str], width: int) -> nn.Module:
    reduce = fold.plain(reader, f"{name}.{parts[0]}", outputs=None, group=width)
    expand = fold.plain(reader, f"{name}.{parts[1]}", outputs=width, group=len(reduce.weight))
    inside = len(reduce.weight)
    return SqueezeExcite(conv2d(reduce, inputs=width), conv2d(expand, inputs=inside))


def _block(reader: Reader, layout: Layout, name: str, width: int) -> nn.Module:
    if not reader.has(f"{name}.token_mixer.qkv."):
        scale = reader.take(f"{name}.layer_scale", width, 1, 1).flatten()
        mix = conv2d(fold.mixer(reader, f"{name}.token_mixer", width), inputs=width)
        return MixerBlock(mix, feed_forward(reader, f"{name}.convffn", width, scale))
    first, second = (reader.take(f"{name}.layer_scale_{i}", width, 1, 1).flatten() for i in (1, 2))
    factor, offset = fold.norm(reader, f"{name}.norm", width)
    qkv = reader.take(f"{name}.token_mixer.qkv.weight", 3 * width, width)
    weight = reader.take(f"{name}.token_mixer.proj.weight", width, width)
    bias = reader.take(f"{name}.token_mixer.proj.bias", width)
    joined = (qkv * factor, qkv @ offset)  # the norm before, folded in
    out = (weight * first[:, None], bias * first)
    mixed = attention(layout, joined, out, heads=max(1, width // _HEAD))
    return AttentionBlock(layout, mixed, feed_forward(reader, f"{name}.convffn", width, second))


def _vit(reader: Reader, layout: Layout) -> nn.Module:
    patch, width = _patches(reader)
    first = reader.take(f"{PREFIX}cls_token", 1, 1, width).flatten()
    positions = reader.take(f"{PREFIX}pos_embed.pos_embed.pos_embed", 1, 1, None, width)[0, 0]
    blocks: list[nn.Module] = []
    while reader.has(f"{PREFIX}transformer.{len(blocks)}."):
        name = f"{PREFIX}transformer.{len(blocks)}"
        blocks.append(encoder_layer(reader, layout, name, width, max(1, width // _VIT_HEAD)))
    projection = reader.take(f"{PREFIX}classifier.proj", width, None)
    head = normed_head(reader, layout, f"{PREFIX}post_transformer_norm", projection)
    tower = VitFeatures(
        layout,
        patch=patch,
        width=width,
        tokens=len(positions) + 1,
        class_token=True,
        before=nn.Identity(),
        blocks=blocks,
        pool=FirstToken(layout, head),
    )
    # The class token has no position: a row of zeros.
    tower.positions = nn.Parameter(torch.cat((torch.zeros(1, width), positions)))
    tower.first = nn.Parameter(first)
    return tower


def _patches(reader: Reader) -> tuple[nn.Module, int]:
    """Three convolutions without overlap; norms after the first two."""
    layers: list[nn.Module] = []
    width, stem = 3, f"{PREFIX}patch_emb"
    for index, stride in enumerate((4, 2)):
        block = f"{stem}.{index}.block"
        conv = fold.conv_norm(reader, block, outputs=None, group=width, bn="norm")
        layers += [conv2d(conv, inputs=width, stride=stride), nn.GELU()]
        width = len(conv.weight)
    conv = fold.plain(reader, f"{stem}.2.block.conv", outputs=None, group=width)
    return nn.Sequential(*layers, conv2d(conv, inputs=width, stride=2)), len(conv.weight)
