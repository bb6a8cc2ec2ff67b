"""What a run of the built-in recipe is put together from: towers, classifiers, names, rates.

Legend: L names, D embedding width, K classes, F backbone features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F  # noqa: N812

from photosearch.models.backbones import BACKBONES, LITE0, LITE1, LITE2, MOBILENET_V2, Backbone
from photosearch.models.inverted_residuals import InvertedResiduals
from photosearch.models.towers import ImageTower, TextTower
from photosearch.text import WordPiece
from photosearch.train.config import Rates, TrainConfig
from photosearch.train.convolutions import split_gains
from photosearch.train.corpus import MOBILENET_FILE
from photosearch.train.loop import Rate
from photosearch.train.minilm import Published as PublishedText
from photosearch.train.minilm import initialise
from photosearch.train.objectives import Objective
from photosearch.train.opinions import PublishedClassifier
from photosearch.train.published import PublishedBackbone, read_published
from photosearch.train.student import padded
from photosearch.train.tower_files import load_towers
from photosearch.weights import Int4, quantize_int4

_SIDES = {LITE0: 224, LITE1: 256, LITE2: 256}  # pixels, near those that each was published with
_TEXTS = 256  # names embedded at once


@dataclass(frozen=True)
class Towers:
    """Both towers before a run, the word embeddings as they will be stored, and the classifier."""

    image: ImageTower
    text: TextTower
    embeddings: Int4
    published: PublishedBackbone


def build_towers(
    config: TrainConfig, sentences: PublishedText, vocabulary: Sequence[str], start: Path | None
) -> Towers:
    """Published weights, or those of a file that an earlier run wrote.

    Word embeddings take their stored values at once: the rest learns to live with them.
    """
    shape, towers = BACKBONES[config.backbone], config.towers
    image = ImageTower(
        dim=towers.dim, hidden=towers.head_hidden, dropout=config.image_dropout, backbone=shape
    )
    text = TextTower(towers, dropout=config.text_dropout)
    published = read_published(config.backbone)
    image.backbone.load_state_dict(published.state())
    initialise(text, sentences, vocabulary, towers)
    embeddings = quantize_int4(text.tokens.weight.detach().numpy())
    with torch.no_grad():
        text.tokens.weight.copy_(torch.from_numpy(embeddings.dense()))
    if start is not None:
        load_towers(start, image, text)
    image.backbone.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Towers(image, text, embeddings, published)


def classifiers(data: Path) -> dict[str, partial[PublishedClassifier]]:
    """Those whose mean opinion teaches, by name: each is loaded when it is called."""
    found = {
        shape.name: partial(_lite_classifier, shape.name, side) for shape, side in _SIDES.items()
    }
    path = data / MOBILENET_FILE
    if path.is_file():
        found[MOBILENET_V2.name] = partial(_mobilenet_classifier, path)
    return found


def _lite_classifier(name: str, side: int) -> PublishedClassifier:
    published = read_published(name)
    return _classifier(
        BACKBONES[name],
        published.state(),
        published.classifier_weight,
        published.classifier_bias,
        side,
    )


def _mobilenet_classifier(path: Path) -> PublishedClassifier:
    tensors = {name: value.float() for name, value in load_file(path).items()}
    weight, bias = tensors.pop("fc.weight").flatten(1), tensors.pop("fc.bias")
    return _classifier(MOBILENET_V2, tensors, weight[1:], bias[1:], 224)  # 0 is the background


def _classifier(
    shape: Backbone,
    tensors: Mapping[str, torch.Tensor],
    weight: torch.Tensor,
    bias: torch.Tensor,
    side: int,
) -> PublishedClassifier:
    network = InvertedResiduals(shape)
    network.load_state_dict(dict(tensors))
    return PublishedClassifier(network, weight, bias, shape=shape, side=side)


@torch.inference_mode()
def alike(
    names: Sequence[str], text: TextTower, tokenizer: WordPiece, *, least: float
) -> NDArray[np.bool_]:
    """Which names mean nearly the same: those whose sentence vectors have such a cosine, [L, L].

    `text` holds the published sentence encoder, whose vector is the mean over a text's tokens.
    """
    ids = [tokenizer.encode(name) for name in names]
    parts = []
    for start in range(0, len(ids), _TEXTS):
        batch = padded(ids[start : start + _TEXTS])
        parts.append(F.normalize(text.pooled(text.embed(batch), batch != 0, start=0), dim=1))
    vectors = torch.cat(parts) if parts else torch.zeros(0, 1)
    return (vectors @ vectors.T >= least).numpy()


def learned_rates(objective: Objective, rates: Rates) -> list[Rate]:
    """From the stem of the backbone to its last layer, and up the text layers; heads apart."""
    student = objective.student
    backbone, layers = student.image.backbone, list(student.text.layers)
    depths = [backbone.stem, *backbone.blocks, backbone.head]
    heads: list[nn.Module] = [student.image.head, student.text.head]
    if objective.clip is not None:
        heads.append(objective.clip)
    new = [p for module in heads for p in module.parameters()]
    found = [Rate([*new, student.log_scale], rates.heads, rates.heads_decay)]
    for number, module in enumerate(depths):
        depth = number / (len(depths) - 1)
        peak = rates.backbone * (rates.backbone_first + (1 - rates.backbone_first) * depth)
        found.append(Rate(list(module.parameters()), peak, rates.tuned_decay))
    for number, module in enumerate(layers):
        peak = rates.text * rates.text_fall ** (len(layers) - 1 - number)
        found.append(Rate(list(module.parameters()), peak, rates.tuned_decay))
    learned = list(objective.classifier.parameters())
    return [*found, Rate(learned, rates.classifier, rates.tuned_decay)]


def keep_gains(towers: Towers) -> None:
    """Lets the backbone's convolutions keep the gains that they were published with."""
    split_gains(towers.image.backbone, towers.published.gains)
