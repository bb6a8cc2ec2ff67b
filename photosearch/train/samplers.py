"""The four sources of what the towers learn; each turns random draws into one loss.

Legend: N photos, M texts, D embedding width, K classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.train.classes import Classes, FeatureSpace, imagine
from photosearch.train.loss import contrastive, soft_labels
from photosearch.train.student import Student

T = TypeVar("T")
Choice = Sequence[int]
NOISES = (0.3, 0.6)  # of made-up features, as shares of the real ones' deviation


@dataclass
class Drawn:
    """What was already embedded in this step, for those that teach about it further."""

    photos: NDArray[np.int64]  # [N] numbers
    views: NDArray[np.int64]  # [N]
    vectors: Tensor  # [N, D]
    texts: Sequence[int]  # M numbers in the text bank
    sentences: Tensor  # [M, D]


@dataclass(frozen=True)
class ContrastConfig:
    widths: tuple[int, ...]  # to which embeddings may be cut, widest first
    smoothing: float = 0.05


class CaptionStream:
    """Photos with sentences that people wrote about them."""

    def __init__(self, photos: Choice, captions: Sequence[Choice], *, texts_each: int) -> None:
        self.photos = np.asarray(photos)
        self.captions = captions  # by photo number
        self.texts_each = texts_each

    def loss(
        self,
        student: Student,
        chosen: NDArray[np.int64],
        contrast: ContrastConfig,
        random: np.random.Generator,
    ) -> tuple[Tensor, Drawn]:
        views = random.integers(len(student.views.bottoms), size=len(chosen))
        vectors = student.image.head(student.features(chosen, views))
        texts = [
            number
            for photo in chosen
            for number in random.choice(self.captions[photo], self.texts_each, replace=False)
        ]
        owner = torch.arange(len(texts)) // self.texts_each
        positive = torch.arange(len(chosen))[:, None] == owner[None, :]
        sentences = student.texts(texts)
        loss = _contrast(student, vectors, sentences, positive, contrast)
        return loss, Drawn(chosen, views, vectors, texts, sentences)


class LabelStream:
    """Photos with a name; rarer names are drawn more often than their share."""

    def __init__(
        self, photos: Choice, labels: Choice, sentences: Sequence[Sequence[Choice]], *, batch: int
    ) -> None:
        self.photos, self.labels = np.asarray(photos), np.asarray(labels)
        self.sentences = sentences  # for each photo: kinds of sentence, each a choice of numbers
        self.batch = batch
        odds = np.bincount(self.labels)[self.labels] ** -0.5
        self.odds = odds / odds.sum()

    def loss(
        self, student: Student, contrast: ContrastConfig, random: np.random.Generator
    ) -> tuple[Tensor, Drawn]:
        rows = random.choice(len(self.photos), self.batch, p=self.odds)
        chosen = self.photos[rows]
        views = random.integers(len(student.views.bottoms), size=self.batch)
        vectors = student.image.head(student.features(chosen, views))
        texts = [self._sentence(row, random) for row in rows]
        labels = torch.from_numpy(self.labels[rows])
        positive = labels[:, None] == labels[None, :]
        sentences = student.texts(texts)
        loss = _contrast(student, vectors, sentences, positive, contrast)
        return loss, Drawn(chosen, views, vectors, texts, sentences)

    def _sentence(self, row: int, random: np.random.Generator) -> int:
        return _any(_any(self.sentences[row], random), random)


class ClassStream:
    """Made-up features of ImageNet classes, and the classifier's opinion of real photos."""

    def __init__(self, classes: Classes, *, batch: int) -> None:
        self.classes, self.batch = classes, batch

    def loss(
        self,
        student: Student,
        space: FeatureSpace,
        drawn: Sequence[Drawn],
        contrast: ContrastConfig,
        random: np.random.Generator,
    ) -> tuple[Tensor, Tensor]:
        """The contrastive loss on made-up features, and the KL divergence on real photos."""
        chosen = torch.from_numpy(random.permutation(len(self.classes.weight))[: self.batch])
        names = student.texts([self._sentence(number, random) for number in chosen.tolist()])
        features = imagine(
            space,
            self.classes,
            chosen,
            noise=_any(NOISES, random),
            along_covariance=bool(random.integers(2)),
        )
        positive = torch.eye(len(chosen), dtype=torch.bool)
        grounding = _contrast(student, student.image.head(features), names, positive, contrast)
        published = torch.cat([student.published_features(d.photos, d.views) for d in drawn])
        vectors = torch.cat([d.vectors for d in drawn])
        teacher = self.classes.posterior(published, chosen)
        return grounding, soft_labels(vectors, names, teacher, scale=student.scale)

    def _sentence(self, number: int, random: np.random.Generator) -> int:
        return _any(_any(self.classes.sentences[number], random), random)


class ClipStream(nn.Module):
    """CLIP's opinion of those photos for which its embedding is known.

    `photos` maps a photo's number to its row of `images` [P, E]; `categories` [C, E] are CLIP's
    embeddings of the sentences numbered `sentences`; all have unit norm.
    """

    def __init__(
        self,
        photos: dict[int, int],
        images: Tensor,
        categories: Tensor,
        sentences: Choice,
        *,
        dim: int,
        batch: int,
        teacher_scale: float = 100.0,
    ) -> None:
        super().__init__()
        self.photos, self.images, self.categories = photos, images, categories
        self.sentences, self.batch, self.teacher_scale = sentences, batch, teacher_scale
        self.project = nn.Linear(dim, images.shape[1])

    def loss(
        self, student: Student, drawn: Drawn, random: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Cosine distance to CLIP's embedding, and the KL divergence over category names."""
        known = [row for row, photo in enumerate(drawn.photos.tolist()) if photo in self.photos]
        target = self.images[[self.photos[int(drawn.photos[row])] for row in known]]
        ours = drawn.vectors[known]
        distance = 1 - F.cosine_similarity(self.project(ours), target).mean()
        chosen = random.permutation(len(self.sentences))[: self.batch]
        names = student.texts([self.sentences[row] for row in chosen])
        logits = self.teacher_scale * target @ self.categories[chosen].T
        return distance, soft_labels(ours, names, torch.softmax(logits, 1), scale=student.scale)


def _contrast(
    student: Student, photos: Tensor, texts: Tensor, positive: Tensor, contrast: ContrastConfig
) -> Tensor:
    return contrastive(
        photos,
        texts,
        positive,
        scale=student.scale,
        widths=contrast.widths,
        smoothing=contrast.smoothing,
    )


def _any(choices: Sequence[T], random: np.random.Generator) -> T:
    return choices[int(random.integers(len(choices)))]
