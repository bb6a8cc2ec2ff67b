"""Grounding in the backbone's own classifier: names for which there is no photo.

Each row of the published ImageNet classifier is a free prototype of a class in feature space.
Features drawn around a prototype stand in for photos of that class, so that the towers learn
names that no caption holds. Legend: K classes, F backbone features, N photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from photosearch.train.texts import TextBank, phrases, synonyms

RELU6_LIMIT = 6.0
# In lengths of the classifier's row: how far photos of a class lie from the mean of all photos.
# Those that the classifier is sure of lie 6 to 7 away; weaker ones are lost in the noise.
STRENGTH = (4.0, 10.0)


@dataclass(frozen=True)
class Classes:
    """The classifier without its background class, and the sentences for every class."""

    weight: Tensor  # [K, F]
    bias: Tensor  # [K]
    sentences: Sequence[Sequence[Sequence[int]]]  # class -> synonym -> numbers in the text bank

    def posterior(self, features: Tensor, chosen: Tensor) -> Tensor:
        """The classifier's softmax over the chosen classes: [N, F], [k] -> [N, k]."""
        logits = features @ self.weight[chosen].T + self.bias[chosen]
        return torch.softmax(logits, dim=1)


@dataclass(frozen=True)
class FeatureSpace:
    """Where the features of real photos lie. Drifts while the backbone is tuned."""

    mean: Tensor  # [F]
    deviation: Tensor  # [F]
    directions: Tensor  # [K, F]: covariance x classifier row, scaled to the row's length


def build_classes(tensors: dict[str, Tensor], lines: Sequence[str], bank: TextBank) -> Classes:
    """From `fc.weight`, `fc.bias` and the lines of `imagenet_labels.txt` (line 0: background)."""
    sentences = [
        [[bank.add(phrase) for phrase in phrases(name)] for name in synonyms(line)]
        for line in lines[1:]
    ]
    weight = tensors["fc.weight"].float().flatten(1)
    return Classes(weight[1:], tensors["fc.bias"].float()[1:], sentences)


def describe(features: Tensor, classes: Classes) -> FeatureSpace:
    """Statistics of real features [N, F].

    Covariance x row is how features of a linear classifier's class differ from the mean
    (linear discriminant analysis: row = inverse covariance x difference of means).
    """
    mean = features.mean(0)
    centred = features - mean
    directions = classes.weight @ (centred.T @ centred / len(features))
    lengths = classes.weight.norm(dim=1, keepdim=True) / directions.norm(dim=1, keepdim=True)
    return FeatureSpace(mean, features.std(0), directions * lengths)


def imagine(
    space: FeatureSpace, classes: Classes, chosen: Tensor, *, noise: float, along_covariance: bool
) -> Tensor:
    """One made-up feature vector for each chosen class, as ReLU6 would give it: [k] -> [k, F]."""
    rows = space.directions if along_covariance else classes.weight
    weakest, strongest = STRENGTH
    strength = weakest + (strongest - weakest) * torch.rand(len(chosen), 1)
    spread = noise * space.deviation * torch.randn(len(chosen), rows.shape[1])
    return (space.mean + spread + strength * rows[chosen]).clamp(0, RELU6_LIMIT)
