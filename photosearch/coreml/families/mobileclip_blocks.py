"""Transformer layers from the tensor names of Apple's MobileCLIP checkpoints."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from photosearch.coreml.families.modules import Linear, attention, layer_norm, set_linear
from photosearch.coreml.families.reader import Reader
from photosearch.coreml.layout.base import Layout
from photosearch.coreml.layout.transformer import Block, NormHead, Stack

EPS = 1e-5  # of every layer norm


def encoder_layer(reader: Reader, layout: Layout, name: str, width: int, heads: int) -> nn.Module:
    """A pre-norm transformer layer."""
    joined = _linear(reader, f"{name}.pre_norm_mha.1.qkv_proj", 3 * width, width)
    out = _linear(reader, f"{name}.pre_norm_mha.1.out_proj", width, width)
    up = _linear(reader, f"{name}.pre_norm_ffn.1", None, width)
    down = _linear(reader, f"{name}.pre_norm_ffn.4", width, len(up[0]))
    stack = Stack(width=width, heads=heads, hidden=len(up[0]), layers=1, eps=EPS)
    with torch.device("meta"):
        block = Block(layout, stack)
    block.attention = attention(layout, joined, out, heads=heads)
    block.norm1 = norm(reader, layout, f"{name}.pre_norm_mha.0", width)
    block.norm2 = norm(reader, layout, f"{name}.pre_norm_ffn.0", width)
    set_linear(block.mlp.up, up)
    set_linear(block.mlp.down, down)
    return block


def normed_head(reader: Reader, layout: Layout, name: str, projection: Tensor) -> NormHead:
    """A layer norm, then a projection [C, D]."""
    width, dim = projection.shape
    head = NormHead(layout, inputs=width, dim=dim, eps=EPS)
    head.norm = norm(reader, layout, name, width)
    set_linear(head.linear, (projection.T, None))
    return head


def norm(reader: Reader, layout: Layout, name: str, width: int) -> nn.Module:
    weight, bias = (reader.take(f"{name}.{part}", width) for part in ("weight", "bias"))
    return layer_norm(layout, weight, bias, eps=EPS)


def _linear(reader: Reader, name: str, outputs: int | None, inputs: int) -> Linear:
    weight = reader.take(f"{name}.weight", outputs, inputs)
    return weight, reader.take(f"{name}.bias", len(weight))
