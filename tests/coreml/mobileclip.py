"""MobileCLIP as it is trained, small, with the tensor names of Apple's checkpoints.

Written from the papers (arXiv:2311.17049, 2303.14189, 2206.04040) and the published names; it
shares no code with what converts it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

SIDE, CONTEXT, VOCABULARY, DIM = 64, 12, 516, 24
Kernel = int | tuple[int, int]


class ConvNorm(nn.Module):
    def __init__(self, i: int, o: int, k: Kernel, stride: int, pad: Kernel, groups: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(i, o, k, stride, pad, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(o)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x))  # type: ignore[no-any-return]


class Gate(nn.Module):
    def __init__(self, width: int, inside: int, names: tuple[str, str]) -> None:
        super().__init__()
        self.names = names
        self.add_module(names[0], nn.Conv2d(width, inside, 1))
        self.add_module(names[1], nn.Conv2d(inside, width, 1))

    def forward(self, x: Tensor) -> Tensor:
        first, second = (self.get_submodule(name) for name in self.names)
        weights: Tensor = second(F.relu(first(F.adaptive_avg_pool2d(x, 1))))
        return x * weights.sigmoid()


class Unit(nn.Module):
    """MobileOne block."""

    def __init__(
        self,
        i: int,
        o: int,
        k: Kernel,
        *,
        stride: int = 1,
        groups: int = 1,
        convs: int = 1,
        scale: bool = True,
        act: bool = True,
        gate: bool = False,
    ) -> None:
        super().__init__()
        high, wide = (k, k) if isinstance(k, int) else k
        pad = (high // 2, wide // 2)
        self.rbr_conv = nn.ModuleList(ConvNorm(i, o, k, stride, pad, groups) for _ in range(convs))
        with_scale = scale and high > 1
        self.rbr_scale = ConvNorm(i, o, 1, stride, 0, groups) if with_scale else None
        self.rbr_skip = nn.BatchNorm2d(i) if i == o and stride == 1 else None
        self.se = Gate(o, max(1, o // 16), ("reduce", "expand")) if gate else nn.Identity()
        self.act = act

    def forward(self, x: Tensor) -> Tensor:
        branches = [*self.rbr_conv, self.rbr_scale, self.rbr_skip]
        y: Tensor = self.se(sum(branch(x) for branch in branches if branch is not None))
        return F.gelu(y) if self.act else y


class Mixer(nn.Module):
    def __init__(self, width: int, k: Kernel) -> None:
        super().__init__()
        self.norm = Unit(width, width, k, groups=width, convs=0, scale=False, act=False)
        self.mixer = Unit(width, width, k, groups=width, act=False)
        self.layer_scale = nn.Parameter(torch.ones(width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.mixer(x) - self.norm(x)
        return x + self.layer_scale * changed


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int, k: Kernel) -> None:
        super().__init__()
        pad = k // 2 if isinstance(k, int) else (k[0] // 2, k[1] // 2)
        self.conv = ConvNorm(width, width, k, 1, pad, width)
        self.fc1, self.fc2 = nn.Conv2d(width, hidden, 1), nn.Conv2d(hidden, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(self.conv(x))))  # type: ignore[no-any-return]


class MixerBlock(nn.Module):
    def __init__(self, width: int, mix: Kernel, spread: Kernel) -> None:
        super().__init__()
        self.token_mixer = Mixer(width, mix)
        self.convffn = FeedForward(width, 3 * width, spread)
        self.layer_scale = nn.Parameter(torch.ones(width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.token_mixer(x)
        return x + self.layer_scale * self.convffn(x)  # type: ignore[no-any-return]


class MapAttention(nn.Module):
    """Heads of 32 channels, no bias before."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv, self.proj = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        qkv = self.qkv(x.flatten(2).transpose(1, 2)).reshape(b, h * w, 3, c // 32, 32)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        y = ((q * 32**-0.5) @ k.transpose(-2, -1)).softmax(-1) @ v
        y = self.proj(y.transpose(1, 2).reshape(b, h * w, c))
        return y.transpose(1, 2).reshape(b, c, h, w)  # type: ignore[no-any-return]


class AttentionBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.token_mixer = nn.BatchNorm2d(width), MapAttention(width)
        self.convffn = FeedForward(width, 3 * width, 7)
        self.layer_scale_1 = nn.Parameter(torch.ones(width, 1, 1))
        self.layer_scale_2 = nn.Parameter(torch.ones(width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.layer_scale_1 * self.token_mixer(self.norm(x))
        return x + self.layer_scale_2 * self.convffn(x)  # type: ignore[no-any-return]


class LargeKernel(nn.Module):
    def __init__(self, i: int, o: int, gate: bool) -> None:
        super().__init__()
        self.lkb_origin = ConvNorm(i, o, 7, 2, 3, i)
        self.small_conv = ConvNorm(i, o, 3, 2, 1, i)
        self.se = Gate(o, 8, ("fc1", "fc2")) if gate else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.se(self.lkb_origin(x) + self.small_conv(x)))


class Downsample(nn.Module):
    def __init__(self, i: int, o: int, gate: bool) -> None:
        super().__init__()
        self.proj = nn.Sequential(LargeKernel(i, o, gate), Unit(o, o, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(x)  # type: ignore[no-any-return]


class Position(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.pe = nn.Conv2d(width, width, 7, 1, 3, groups=width)

    def forward(self, x: Tensor) -> Tensor:
        return self.pe(x) + x  # type: ignore[no-any-return]


class Projection(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.proj = nn.Parameter(torch.zeros(width, DIM))


class Mci(nn.Module):
    def __init__(self, first: int = 16) -> None:
        super().__init__()
        a, b, c = first, 2 * first, 4 * first
        self.patch_embed = nn.Sequential(
            Unit(3, a, 3, stride=2), Unit(a, a, 3, stride=2, groups=a), Unit(a, a, 1)
        )
        stages = [
            nn.Sequential(MixerBlock(a, 3, 7), MixerBlock(a, 3, 7)),
            Downsample(a, b, gate=False),
            nn.Sequential(MixerBlock(b, 3, 7)),
            Downsample(b, c, gate=True),
            Position(c),
            nn.Sequential(AttentionBlock(c)),
        ]
        self.network = nn.ModuleList(stages)
        self.conv_exp = Unit(c, 2 * c, 3, groups=c, gate=True)
        self.head = Projection(2 * c)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch_embed(x)
        for stage in self.network:
            x = stage(x)
        return self.conv_exp(x).mean((2, 3)) @ self.head.proj  # type: ignore[no-any-return]


class JointAttention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv_proj, self.out_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        b, s, c = x.shape
        q, k, v = self.qkv_proj(x).reshape(b, s, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q * (c // self.heads) ** -0.5) @ k.transpose(-2, -1)
        scores = scores if mask is None else scores + mask
        return self.out_proj((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


class EncoderLayer(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        norms = nn.LayerNorm(width), nn.LayerNorm(width)
        self.pre_norm_mha = nn.Sequential(norms[0], JointAttention(width, heads), nn.Dropout())
        self.pre_norm_ffn = nn.Sequential(
            norms[1],
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Dropout(),
            nn.Linear(4 * width, width),
            nn.Dropout(),
        )

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        x = x + self.pre_norm_mha[1](self.pre_norm_mha[0](x), mask)
        return x + self.pre_norm_ffn(x)  # type: ignore[no-any-return]


class Table(nn.Module):
    def __init__(self, length: int, width: int) -> None:
        super().__init__()
        self.pos_embed = nn.Parameter(torch.zeros(1, 1, length, width))


class Positions(nn.Module):
    def __init__(self, length: int, width: int) -> None:
        super().__init__()
        self.pos_embed = Table(length, width)


class PatchConv(nn.Module):
    def __init__(self, i: int, o: int, k: int, *, last: bool) -> None:
        super().__init__()
        self.block = nn.Sequential()
        self.block.add_module("conv", nn.Conv2d(i, o, k, k, (k - 1) // 2, bias=last))
        if not last:
            self.block.add_module("norm", nn.BatchNorm2d(o))
            self.block.add_module("act", nn.GELU())

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x)  # type: ignore[no-any-return]


class Vit(nn.Module):
    """Heads of 64 channels."""

    def __init__(self, width: int = 128) -> None:
        super().__init__()
        stem = width // 4
        self.patch_emb = nn.Sequential(
            PatchConv(3, stem, 4, last=False),
            PatchConv(stem, stem, 2, last=False),
            PatchConv(stem, width, 2, last=True),
        )
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = Positions((SIDE // 16) ** 2, width)
        self.transformer = nn.Sequential(*(EncoderLayer(width, width // 64) for _ in range(2)))
        self.post_transformer_norm = nn.LayerNorm(width)
        self.classifier = Projection(width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch_emb(x).flatten(2).transpose(1, 2) + self.pos_embed.pos_embed.pos_embed[0]
        x = self.transformer(torch.cat((self.cls_token.expand(len(x), 1, -1), x), 1))
        return self.post_transformer_norm(x)[:, 0] @ self.classifier.proj  # type: ignore[no-any-return]


class TextMixer(MixerBlock):
    def forward(self, x: Tensor, _mask: Tensor | None = None) -> Tensor:
        return super().forward(x.transpose(1, 2)[:, :, None])[:, :, 0].transpose(1, 2)


class Text(nn.Module):
    def __init__(self, *, width: int, heads: int, mixers: bool, causal: bool) -> None:
        super().__init__()
        self.embedding_layer = nn.Embedding(VOCABULARY, width)
        self.positional_embedding = Positions(CONTEXT, width)
        layers: list[nn.Module] = [EncoderLayer(width, heads) for _ in range(2)]
        if mixers:
            first, last = (TextMixer(width, (1, 5), (1, 5)) for _ in range(2))
            layers = [first, *layers, last]
        self.transformer = nn.ModuleList(layers)
        self.final_layer_norm = nn.LayerNorm(width)
        self.projection_layer = nn.Parameter(torch.zeros(width, DIM))
        self.causal = causal

    def forward(self, ids: Tensor) -> Tensor:
        x = self.embedding_layer(ids) + self.positional_embedding.pos_embed.pos_embed[0]
        mask = torch.full((CONTEXT, CONTEXT), -torch.inf).triu(1) if self.causal else None
        for layer in self.transformer:
            x = layer(x, mask)
        end = self.final_layer_norm(x)[torch.arange(len(ids)), ids.argmax(1)]
        return end @ self.projection_layer  # type: ignore[no-any-return]


class ImageEncoder(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model


class MobileClip(nn.Module):
    """`s`: convolutional, with convolutional layers in the text tower; `b`: transformers."""

    def __init__(self, kind: Literal["s", "b"]) -> None:
        super().__init__()
        self.small = kind == "s"
        self.image_encoder = ImageEncoder(Mci() if self.small else Vit())
        self.text_encoder = Text(width=32, heads=2, mixers=self.small, causal=not self.small)
        self.logit_scale = nn.Parameter(torch.tensor(4.0))

    def image(self, pixels: Tensor) -> Tensor:
        """[N, 3, S, S], values 0..255."""
        return F.normalize(self.image_encoder.model(pixels / 255), dim=-1)

    def text(self, ids: Tensor) -> Tensor:
        return F.normalize(self.text_encoder(ids), dim=-1)


def trained(kind: Literal["s", "b"]) -> MobileClip:
    """Weights and statistics under which inputs differ and no branch is idle."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        model = MobileClip(kind)
        for name, tensor in model.state_dict().items():
            if name.endswith("running_var") or (tensor.ndim == 1 and name.endswith("weight")):
                tensor.uniform_(0.5, 1.5)
            elif name.endswith("layer_scale") or "layer_scale_" in name:
                tensor.uniform_(0.2, 0.8)
            elif tensor.ndim > 1:
                tensor.normal_(std=min(0.5, tensor[0].numel() ** -0.5))
            elif tensor.is_floating_point() and tensor.ndim:
                tensor.normal_(std=0.1)
    return model.eval()


def save(model: MobileClip, directory: Path) -> Path:
    """A checkpoint as Apple lays it out, with CLIP's vocabulary beside it."""
    from tests.models.checkpoints import clip_vocabulary

    directory.mkdir(parents=True)
    torch.save(model.state_dict(), directory / "small.pt")
    text = {
        "context_length": CONTEXT,
        "n_heads_per_layer": 2,
        "causal_masking": not model.small,
        "model_name": "mct" if model.small else "base",
    }
    image = {"image_size": SIDE, "model_name": "mci0" if model.small else "vit_b16"}
    config = {"embed_dim": DIM, "image_cfg": image, "text_cfg": text}
    (directory / "small.json").write_text(json.dumps(config))
    pieces, merges = clip_vocabulary()
    ids = {piece: number for number, piece in enumerate(pieces)}
    (directory / "vocab.json").write_text(json.dumps(ids))
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    (directory / "merges.txt").write_text("\n".join(lines), encoding="utf-8")
    return directory
