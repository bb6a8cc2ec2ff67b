"""Builds MobileCLIP's text tower from Apple's tensor names, with convolutional layers or without.

Vasu et al. 2024, arXiv:2311.17049. The image towers are made of the same layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from photosearch.coreml.families import fold
from photosearch.coreml.families.fold import Linear, attention, conv2d, layer_norm, set_linear
from photosearch.coreml.families.tensors import Reader
from photosearch.coreml.layout.layouts import Layout
from photosearch.coreml.layout.mobileclip import ConvFeedForward, MixerBlock, TextMixer
from photosearch.coreml.layout.towers import TextTower
from photosearch.coreml.layout.transformer import Block, NormHead, Stack

PREFIX = "text_encoder."
_EPS = 1e-5  # of every layer norm


def text_tower(
    reader: Reader, layout: Layout, *, context: int, heads: int, causal: bool
) -> nn.Module:
    tokens = reader.take(f"{PREFIX}embedding_layer.weight", None, None)
    vocabulary, width = tokens.shape
    name = f"{PREFIX}positional_embedding.pos_embed.pos_embed"
    positions = reader.take(name, 1, 1, context, width)[0, 0]
    blocks: list[nn.Module] = []
    while reader.has(f"{PREFIX}transformer.{len(blocks)}."):
        layer = f"{PREFIX}transformer.{len(blocks)}"
        if reader.has(f"{layer}.token_mixer."):
            blocks.append(_mixer(reader, layout, layer, width))
        else:
            blocks.append(encoder_layer(reader, layout, layer, width, heads))
    projection = reader.take(f"{PREFIX}projection_layer", width, None)
    tower = TextTower(
        layout,
        vocabulary=vocabulary,
        context=context,
        width=width,
        before=nn.Identity(),
        blocks=blocks,
        head=normed_head(reader, layout, f"{PREFIX}final_layer_norm", projection),
        pooling="eot",
        causal=causal,
    )
    tower.tokens.weight = nn.Parameter(tokens)
    tower.positions = nn.Parameter(positions)
    return tower


def _mixer(reader: Reader, layout: Layout, name: str, width: int) -> nn.Module:
    scale = reader.take(f"{name}.layer_scale", width, 1, 1).flatten()
    mix = conv2d(fold.mixer(reader, f"{name}.token_mixer", width), inputs=width)
    return TextMixer(layout, MixerBlock(mix, feed_forward(reader, f"{name}.convffn", width, scale)))


def encoder_layer(reader: Reader, layout: Layout, name: str, width: int, heads: int) -> nn.Module:
    """A pre-norm transformer layer."""
    joined = _linear(reader, f"{name}.pre_norm_mha.1.qkv_proj", 3 * width, width)
    out = _linear(reader, f"{name}.pre_norm_mha.1.out_proj", width, width)
    up = _linear(reader, f"{name}.pre_norm_ffn.1", None, width)
    down = _linear(reader, f"{name}.pre_norm_ffn.4", width, len(up[0]))
    stack = Stack(width=width, heads=heads, hidden=len(up[0]), layers=1, eps=_EPS)
    with torch.device("meta"):
        block = Block(layout, stack)
    block.attention = attention(layout, joined, out, heads=heads)
    block.norm1 = _norm(reader, layout, f"{name}.pre_norm_mha.0", width)
    block.norm2 = _norm(reader, layout, f"{name}.pre_norm_ffn.0", width)
    set_linear(block.mlp.up, up)
    set_linear(block.mlp.down, down)
    return block


def normed_head(reader: Reader, layout: Layout, name: str, projection: Tensor) -> NormHead:
    """A layer norm, then a projection [C, D]."""
    width, dim = projection.shape
    head = NormHead(layout, inputs=width, dim=dim, eps=_EPS)
    head.norm = _norm(reader, layout, name, width)
    set_linear(head.linear, (projection.T, None))
    return head


def _norm(reader: Reader, layout: Layout, name: str, width: int) -> nn.Module:
    weight, bias = (reader.take(f"{name}.{part}", width) for part in ("weight", "bias"))
    return layer_norm(layout, weight, bias, eps=_EPS)


def _linear(reader: Reader, name: str, outputs: int | None, inputs: int) -> Linear:
    weight = reader.take(f"{name}.weight", outputs, inputs)
    return weight, reader.take(f"{name}.bias", len(weight))


def feed_forward(reader: Reader, name: str, width: int, scale: Tensor) -> ConvFeedForward:
    """Its last convolution with the layer scale, [C], folded in."""
    spread = fold.conv_norm(reader, f"{name}.conv", outputs=width, group=1)
    up = fold.plain(reader, f"{name}.fc1", outputs=None, group=width)
    down = fold.plain(reader, f"{name}.fc2", outputs=width, group=len(up.weight))
    return ConvFeedForward(
        conv2d(spread, inputs=width),
        conv2d(up, inputs=width),
        conv2d(down.scaled(scale), inputs=len(up.weight)),
    )
