"""Small models of real architectures, and inputs that they tell apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from photosearch.models.towers import ImageTower, TextTower, TowersConfig

SIDE, CONTEXT, VOCABULARY = 64, 16, 99


class Tower(nn.Module):
    """One embedding out of whatever a transformers model returns."""

    def __init__(self, model: nn.Module, read: Callable[[Any], Tensor]) -> None:
        super().__init__()
        self.model, self.read = model, read

    def forward(self, x: Tensor) -> Tensor:
        return self.read(self.model(x))


class ConvNet(nn.Module):
    """Batch norm, hard swish, squeeze and excitation, pooling: MobileNetV3's parts."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 3, 2, 1), nn.BatchNorm2d(16), nn.Hardswish(), nn.MaxPool2d(3, 2, 1)
        )
        self.depthwise = nn.Sequential(
            nn.Conv2d(16, 16, 5, 1, 2, groups=16), nn.BatchNorm2d(16), nn.SiLU()
        )
        self.squeeze = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(16, 8, 1), nn.ReLU(), nn.Conv2d(8, 16, 1),
            nn.Hardsigmoid(),
        )  # fmt: skip
        self.head = nn.Linear(16, 12)

    def forward(self, x: Tensor) -> Tensor:
        x = self.depthwise(self.stem(x))
        x = x * self.squeeze(x)
        return self.head(x.mean((2, 3)))  # type: ignore[no-any-return]


def clip_image() -> nn.Module:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        image_size=SIDE, patch_size=16, projection_dim=24,
    )  # fmt: skip
    return Tower(CLIPVisionModelWithProjection(config), lambda out: out.image_embeds)


def clip_text() -> nn.Module:
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=VOCABULARY, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=CONTEXT, projection_dim=24,
        eos_token_id=98, bos_token_id=97, pad_token_id=0,
    )  # fmt: skip
    return Tower(CLIPTextModelWithProjection(config), lambda out: out.text_embeds)


def siglip_image() -> nn.Module:
    from transformers import SiglipVisionConfig, SiglipVisionModel

    config = SiglipVisionConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        image_size=SIDE, patch_size=16,
    )  # fmt: skip
    return Tower(SiglipVisionModel(config), lambda out: out.pooler_output)


def siglip_text() -> nn.Module:
    from transformers import SiglipTextConfig, SiglipTextModel

    config = SiglipTextConfig(
        vocab_size=VOCABULARY, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=CONTEXT, projection_size=24,
    )  # fmt: skip
    return Tower(SiglipTextModel(config), lambda out: out.pooler_output)


def builtin_image() -> nn.Module:
    return ImageTower(dim=32, hidden=48)


def builtin_text() -> nn.Module:
    return TextTower(
        TowersConfig(dim=32, head_hidden=48, vocabulary=VOCABULARY, context=CONTEXT,
                     width=32, layers=2, heads=4)
    )  # fmt: skip


MODELS: dict[str, Callable[[], nn.Module]] = {
    "builtin image": builtin_image,
    "builtin text": builtin_text,
    "clip image": clip_image,
    "clip text": clip_text,
    "conv net": ConvNet,
    "siglip image": siglip_image,
    "siglip text": siglip_text,
}


def make(name: str) -> nn.Module:
    """A model whose weights are large enough that its inputs come out apart."""
    torch.manual_seed(5)
    model = MODELS[name]().eval()
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear | nn.Embedding):
            fan = module.weight[0].numel()
            nn.init.normal_(module.weight, std=(2 / fan) ** 0.5)
    return model


def examples(name: str) -> list[Tensor]:
    """Four inputs of batch 1: pictures of different colours, or texts of different lengths."""
    torch.manual_seed(6)
    if not name.endswith("text"):
        scale = 255 if name.startswith("builtin") else 2
        noise = torch.rand(4, 1, 3, SIDE, SIDE) * torch.rand(4, 1, 3, 1, 1)
        return list(noise * scale)
    texts = torch.randint(1, 97, (4, 1, CONTEXT), dtype=torch.int32)
    for i, text in enumerate(texts):
        text[0, 6 + 2 * i] = 98
        text[0, 7 + 2 * i :] = 0
    return list(texts)
