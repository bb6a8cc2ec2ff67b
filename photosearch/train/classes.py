"""Grounding in the backbone's own classifier: names for which there is no photo.

Each row of the published ImageNet classifier is a free prototype of a class in feature space.
Features drawn around a prototype stand in for photos of that class, so that the towers learn
names that no caption holds. Legend: K classes, F backbone features, N photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from photosearch.train.texts import TextBank, phrases, synonyms

RELU6_LIMIT = 6.0
# In lengths of the classifier's row: how far photos of a class lie from the mean of all photos.
# Those that the classifier is sure of lie 6 to 7 away; weaker ones are lost in the noise.
STRENGTH = (4.0, 10.0)
REMEMBERED = 4  # steps whose features say where the features of real photos lie


def class_sentences(lines: Sequence[str], bank: TextBank) -> list[list[list[int]]]:
    """Class -> synonym -> numbers in the bank, from the lines of `imagenet_labels.txt`.

    Line 0 is the background, which is left out.
    """
    return [
        [[bank.add(phrase) for phrase in phrases(name)] for name in synonyms(line)]
        for line in lines[1:]
    ]


class Classifier(nn.Module):
    """The published classifier, which goes on learning, and the features that were seen last."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.linear = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            self.linear.weight.copy_(weight)
            self.linear.bias.copy_(bias)
        self.seen: list[Tensor] = []  # of the last steps, each [N, F]

    def forward(self, features: Tensor) -> Tensor:
        """[N, F] -> logits [N, K]."""
        return self.linear(features)  # type: ignore[no-any-return]

    def get_extra_state(self) -> list[Tensor]:
        """What a checkpoint holds besides the weights."""
        return self.seen

    def set_extra_state(self, state: list[Tensor]) -> None:
        self.seen = [each.to(self.linear.weight.device) for each in state]

    def remember(self, features: Tensor) -> None:
        """Tuning moves the features: the made-up ones must move with them."""
        self.seen = [*self.seen, features.detach()][-REMEMBERED:]

    @torch.no_grad()
    def imagine(self, chosen: Tensor, *, noise: float, along_covariance: bool) -> Tensor:
        """One made-up feature vector for each chosen class, as ReLU6 would give it: [k] -> [k, F].

        Covariance x row is how features of a linear classifier's class differ from the mean
        (linear discriminant analysis: row = inverse covariance x difference of means).
        """
        features, rows = torch.cat(self.seen), self.linear.weight[chosen]
        centred = features - features.mean(0)
        directions = rows
        if along_covariance:
            along = (rows @ centred.T) @ centred
            directions = along * (rows.norm(dim=1, keepdim=True) / along.norm(dim=1, keepdim=True))
        weakest, strongest = STRENGTH
        strength = torch.empty(len(chosen), 1, device=rows.device).uniform_(weakest, strongest)
        spread = noise * features.std(0) * torch.randn_like(rows)
        made = features.mean(0) + spread + strength * directions
        return made.clamp(0, RELU6_LIMIT)


@dataclass(frozen=True)
class Opinions:
    """What the published classifiers think of every photo: log of their mean posterior."""

    logs: Tensor  # float16 [N, K]

    def of(self, photos: Tensor, classes: Tensor | None = None) -> Tensor:
        """Distributions over all classes, or over the chosen ones: [n], [k] -> [n, k]."""
        logs = self.logs[photos].float()
        return torch.softmax(logs if classes is None else logs[:, classes], dim=1)
