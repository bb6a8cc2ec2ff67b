"""The training objective of the built-in model: the weighted losses of each step.

Legend: N photos, M texts, D embedding width, F backbone features, K classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from photosearch.train.batches import Batch
from photosearch.train.classes import Classifier, Opinions
from photosearch.train.config import ContrastConfig, LossWeights
from photosearch.train.losses import contrastive, soft_labels
from photosearch.train.pictures import recolour
from photosearch.train.samplers import Pairs
from photosearch.train.student import Student
from photosearch.train.teacher import ClipTeacher, Teacher, teach


@dataclass(frozen=True)
class Seen:
    """What a step embeds, for all losses that look at it."""

    features: Tensor  # [N, F] of all photos
    photos: Tensor  # [N, D]: the captioned ones, then the labelled ones
    captions: Tensor  # [M, D]
    labels: Tensor
    classes: Tensor  # [K, D]
    categories: Tensor
    sentences: Tensor  # [M, D]: those without photos


@dataclass
class Objective:
    """The losses of a step, and what they are computed from.

    What needs something that is None is left out, and so is what a batch has nothing of.
    """

    student: Student
    classifier: Classifier
    opinions: Opinions
    clip: ClipTeacher | None
    contrast: ContrastConfig
    weights: LossWeights
    teachers: Sequence[Teacher] = ()

    def __call__(self, batch: Batch) -> Mapping[str, Tensor]:
        """The named, weighted losses of a step, each a scalar."""
        seen = embed(self.student, batch)
        self.classifier.remember(seen.features)
        parts = (
            self._captions(batch, seen),
            self._teacher(batch, seen),
            self._labels(batch, seen),
            self._classes(batch, seen),
            self._classifier(batch, seen),
            self._mimic(batch, seen),
        )
        return {
            name: getattr(self.weights, name) * loss
            for part in parts
            for name, loss in part.items()
        }

    def _captions(self, batch: Batch, seen: Seen) -> dict[str, Tensor]:
        pairs = batch.captioned
        if pairs is None:
            return {}
        photos = seen.photos[: len(pairs.photos)]
        return {"captions": self._contrast(pairs, photos, seen.captions)}

    def _teacher(self, batch: Batch, seen: Seen) -> dict[str, Tensor]:
        """What the teachers think of all photos and all sentences, but for names.

        Names are learned from their photos alone: a teacher who is worse at some holds them back.
        """
        if not self.teachers or not len(batch.described):
            return {}
        numbers = (self._to(batch.photos), self._to(batch.described))
        texts = torch.cat([seen.captions, seen.sentences])
        scale, widths = self.student.scale, self.contrast.widths
        loss = teach(self.teachers, seen.photos, texts, numbers, widths=widths, scale=scale)
        return {"teacher": loss}

    def _labels(self, batch: Batch, seen: Seen) -> dict[str, Tensor]:
        pairs = batch.labelled
        if pairs is None:
            return {}
        photos = seen.photos[len(seen.photos) - len(pairs.photos) :]
        return {"labels": self._contrast(pairs, photos, seen.labels)}

    def _classes(self, batch: Batch, seen: Seen) -> dict[str, Tensor]:
        """Made-up features of classes by their names, and the opinions of classifiers on photos."""
        drawn = batch.classes
        if drawn is None:
            return {}
        chosen = torch.from_numpy(drawn.classes)
        features = self.classifier.imagine(
            self._to(chosen), noise=drawn.noise, along_covariance=drawn.along_covariance
        )
        own = Pairs(drawn.classes, drawn.texts, np.eye(len(chosen), dtype=np.bool_))
        among = self._to(self.opinions.of(torch.from_numpy(batch.photos), chosen))
        return {
            "grounding": self._contrast(own, self.student.image.head(features), seen.classes),
            "classes": soft_labels(seen.photos, seen.classes, among, scale=self.student.scale),
        }

    def _classifier(self, batch: Batch, seen: Seen) -> dict[str, Tensor]:
        """KL from the published classifiers' mean opinion to ours."""
        ours = F.log_softmax(self.classifier(seen.features), dim=1)
        every = self._to(self.opinions.of(torch.from_numpy(batch.photos)))
        return {"classifier": F.kl_div(ours, every, reduction="batchmean")}

    def _mimic(self, batch: Batch, seen: Seen) -> dict[str, Tensor]:
        """What CLIP says of those photos that it has seen."""
        if self.clip is None or batch.categories is None:
            return {}
        places = self.clip.known(batch.photos)
        if not places:
            return {}
        ours, clip = seen.photos[places], self.clip.embeddings(batch.photos[places])
        chosen, scale = self._to(batch.categories), self.student.scale
        return {
            "mimic": self.clip.distance(ours, clip),
            "categories": self.clip.categorise(ours, clip, seen.categories, chosen, scale=scale),
        }

    def _contrast(self, pairs: Pairs, photos: Tensor, texts: Tensor) -> Tensor:
        return contrastive(
            photos,
            texts,
            self._to(pairs.positive),
            scale=self.student.scale,
            widths=self.contrast.widths,
            smoothing=self.contrast.smoothing,
            ignored=None if pairs.ignored is None else self._to(pairs.ignored),
        )

    def _to(self, values: object) -> Tensor:
        return torch.as_tensor(values).to(self.student.device)


def embed(student: Student, batch: Batch) -> Seen:
    """All photos and sentences of a batch, through both towers."""
    pixels = torch.from_numpy(batch.pixels).to(student.device).permute(0, 3, 1, 2).float()
    features = student.features(recolour(pixels, batch.recolour))
    parts = torch.split(student.texts(batch.ids), batch.counts)
    return Seen(features, student.image.head(features), *parts)
