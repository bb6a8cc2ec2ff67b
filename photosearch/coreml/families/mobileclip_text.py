"""MobileCLIP's text tower from Apple's tensor names, with convolutional layers (S0) or without.

Vasu et al. 2024, arXiv:2311.17049.
"""

from __future__ import annotations

from torch import nn

from photosearch.coreml.families import fold
from photosearch.coreml.families.mobileclip_blocks import encoder_layer, normed_head
from photosearch.coreml.families.mobileclip_image import feed_forward
from photosearch.coreml.families.modules import conv2d
from photosearch.coreml.families.reader import Reader
from photosearch.coreml.layout.base import Layout
from photosearch.coreml.layout.mobileclip import MixerBlock, TextMixer
from photosearch.coreml.layout.towers import TextTower

PREFIX = "text_encoder."


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
