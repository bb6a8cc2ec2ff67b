"""A world in small: what a run reads from packages, with random weights, small enough to train."""

from __future__ import annotations

import string
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from photosearch.models.backbones import BACKBONES, Backbone, Stage
from photosearch.models.inverted_residuals import InvertedResiduals
from photosearch.models.towers import ImageTower, TextTower, TowersConfig
from photosearch.train import minilm
from photosearch.train.config import AugmentConfig, Machine, Rates, TrainConfig
from photosearch.train.opinions import PublishedClassifier
from photosearch.train.published import PublishedBackbone
from photosearch.train.recipes import builtin, parts
from tests.train.data_folder import CLASSES

# Large enough at its end that two of its layers are stored as int8, and with blocks to pass by.
BACKBONE = Backbone(
    "tiny",
    8,
    (
        Stage(1, 8, 1, 1, 3),
        Stage(2, 8, 2, 2, 3),
        Stage(2, 16, 1, 2, 5),
        Stage(2, 16, 1, 2, 3),
        Stage(2, 32, 2, 2, 3),
    ),
    640,
    mean=127.0,
    scale=128.0,
)
LETTERS = [*string.ascii_lowercase, *(f"##{letter}" for letter in string.ascii_lowercase)]
VOCABULARY = [*minilm.SPECIAL, *LETTERS, "red", "blue", "green", "disc", "square", "triangle", "on"]
TOWERS = TowersConfig(
    dim=64, head_hidden=32, vocabulary=len(VOCABULARY), context=16, width=64, layers=2, heads=2
)
# An epoch is two steps, and half of the run rounds its weights.
CONFIG = TrainConfig(
    backbone=BACKBONE.name,
    towers=TOWERS,
    augment=AugmentConfig(side=32),
    rates=Rates(warmup_steps=1),
    steps=6,
    whole_side=64,
    batch_captioned=11,
    batch_labelled=6,
    batch_classes=3,
    batch_categories=4,
    drop_path=0.5,
    rounded_from=0.5,
)
MACHINE = Machine(dtype="float32", save_every=0.0)


def random_backbone(seed: int = 0, shape: Backbone = BACKBONE) -> InvertedResiduals:
    """Weights under which different pictures stay different (He et al. 2015, arXiv:1502.01852)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        backbone = InvertedResiduals(shape)
        for module in backbone.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.normal_(module.bias, std=0.1)  # type: ignore[arg-type]
    return backbone


def published(seed: int = 0) -> PublishedBackbone:
    """Such weights as filters times gains of all sizes, and a classifier of four classes."""
    random = torch.Generator().manual_seed(seed)
    state = random_backbone(seed).state_dict()
    filters, gains, biases = {}, {}, {}
    for name in (f"{name}.conv" for name in BACKBONE.filters()):
        weight = state[f"{name}.weight"]
        gains[name] = torch.randn(len(weight), generator=random).exp()
        filters[name] = weight / gains[name].view(-1, 1, 1, 1)
        biases[name] = state[f"{name}.bias"]
    weight = 0.2 * torch.randn(len(CLASSES), BACKBONE.features, generator=random)
    return PublishedBackbone(BACKBONE, filters, gains, biases, weight, torch.zeros(len(CLASSES)))


def sentences() -> minilm.Published:
    """A sentence encoder by the names of MiniLM's tensors."""
    random = torch.Generator().manual_seed(0)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=random).div(shape[-1] ** 0.5)

    width = TOWERS.width
    tensors = {
        "embeddings.token_type_embeddings.weight": drawn(2, width),
        "embeddings.word_embeddings.weight": drawn(len(VOCABULARY), width),
        "embeddings.position_embeddings.weight": drawn(TOWERS.context, width),
        "embeddings.LayerNorm.weight": torch.ones(width),
        "embeddings.LayerNorm.bias": torch.zeros(width),
    }
    for layer in range(TOWERS.layers):
        shapes = TextTower(TOWERS).layers[layer].state_dict()
        for ours, theirs in minilm.LAYER_NAMES.items():
            for kind in ("weight", "bias"):
                norm = ours.startswith("norm") and kind == "weight"
                shape = shapes[f"{ours}.{kind}"].shape
                value = torch.ones(shape) if norm else drawn(*shape)
                tensors[f"encoder.layer.{layer}.{theirs}.{kind}"] = value
    return minilm.Published(tensors, VOCABULARY)


def classifier(seed: int = 0, side: int = 32) -> PublishedClassifier:
    own = published(seed)
    return PublishedClassifier(
        random_backbone(seed),
        own.classifier_weight,
        own.classifier_bias,
        shape=BACKBONE,
        side=side,
    )


def classifiers(_data: Path) -> dict[str, partial[PublishedClassifier]]:
    """Two, which look at different sides."""
    return {"one": partial(classifier, 0, 32), "two": partial(classifier, 1, 64)}


def image_tower(seed: int = 0, backbone: Backbone = BACKBONE) -> ImageTower:
    torch.manual_seed(seed)
    tower = ImageTower(dim=TOWERS.dim, hidden=TOWERS.head_hidden, backbone=backbone)
    tower.backbone.load_state_dict(random_backbone(seed, backbone).state_dict())
    return tower


def text_tower(seed: int = 0, config: TowersConfig = TOWERS) -> TextTower:
    torch.manual_seed(seed)
    return TextTower(config)


@contextmanager
def tiny_world() -> Iterator[None]:
    """The recipe finds these where it looks for published weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BACKBONES, BACKBONE.name, BACKBONE)
        patch.setattr(parts, "read_published", lambda _name: published())
        patch.setattr(builtin, "find_minilm", Path)
        patch.setattr(builtin, "read_minilm", lambda _folder: sentences())
        patch.setattr(builtin, "classifiers", classifiers)
        yield
