"""The training objective of the built-in model: the weighted losses of each step.

Legend: N photos, M texts, D embedding width, K classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from photosearch.train.classes import Classes, FeatureSpace, describe, imagine
from photosearch.train.config import ContrastConfig, TrainConfig
from photosearch.train.losses import contrastive, soft_labels
from photosearch.train.quantization import round_now
from photosearch.train.samplers import (
    CaptionSampler,
    CategorySampler,
    ClassDraw,
    ClassSampler,
    LabelSampler,
)
from photosearch.train.student import EmbeddedPairs, Student, embed_pairs
from photosearch.train.teacher import ClipTeacher, Teacher

STATISTICS_PHOTOS = 2048  # on which the feature space is described, once an epoch


@dataclass
class Objective:
    """The losses of every step of one run, and what they are computed from.

    Keeps the order of photos in an epoch, the feature space of that epoch and the random numbers.
    """

    student: Student
    captions: CaptionSampler
    labels: LabelSampler
    class_names: ClassSampler
    categories: CategorySampler
    classes: Classes
    clip: ClipTeacher
    contrast: ContrastConfig
    config: TrainConfig
    teacher: Teacher | None = None  # the first generation has none

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.config.seed)

    @property
    def epoch_steps(self) -> int:
        return len(self.captions.photos) // self.config.batch_captioned

    @property
    def total_steps(self) -> int:
        return self.epoch_steps * self.config.epochs

    def __call__(self, step: int) -> Mapping[str, Tensor]:
        """The named, weighted losses of a step, each a scalar."""
        self._start_epoch(step)
        student, random, views = self.student, self.random, len(self.student.views.bottoms)
        batch = self.config.batch_captioned
        first = step % self.epoch_steps * batch
        chosen = self.order[first : first + batch]
        # First all draws, then the losses in this order, in which their gradients are summed too:
        # the same seed gives the same weights to the bit.
        captioned = self.captions.draw(chosen, views=views, random=random)
        labelled = self.labels.draw(views=views, random=random)
        classes = self.class_names.draw(random)
        categories = self.categories.draw(random)

        seen = embed_pairs(student, captioned)
        losses = {"captions": contrast_pairs(student, seen, self.contrast)}
        named = embed_pairs(student, labelled)
        losses["labels"] = contrast_pairs(student, named, self.contrast)
        losses["grounding"], names = ground(
            student, self.classes, self.space, classes, self.contrast
        )
        losses["classifier"] = classify(student, self.classes, classes, names, [seen, named])
        losses["mimic"], known = self.clip.distance(seen)
        losses["categories"] = self.clip.categorise(student, known, categories, self.categories)
        if self.teacher is not None:
            losses["teacher"] = self.teacher.loss(student, seen, self.contrast.widths)
        return {name: getattr(self.config.weights, name) * loss for name, loss in losses.items()}

    def _start_epoch(self, step: int) -> None:
        if step % self.epoch_steps == 0:
            self.order = self.random.permutation(self.captions.photos)
            self._describe_features()
        if step >= int(self.config.quantised_from * self.total_steps):
            round_now(self.student)  # again and again: a resumed run starts unrounded

    @torch.no_grad()
    def _describe_features(self) -> None:
        """Tuning moves the features: the made-up ones must move with them."""
        pool = np.concatenate([self.captions.photos, self.labels.photos])
        chosen = self.random.choice(pool, min(STATISTICS_PHOTOS, len(pool)), replace=False)
        parts = [
            self.student.features(part, np.zeros(len(part), np.int64))
            for part in np.array_split(chosen, max(1, len(chosen) // 128))
        ]
        self.space = describe(torch.cat(parts), self.classes)


def contrast_pairs(student: Student, pairs: EmbeddedPairs, contrast: ContrastConfig) -> Tensor:
    """The contrastive loss of photos and sentences, at every width."""
    positive = torch.from_numpy(pairs.drawn.positive)
    return _contrast(student, pairs.photos, pairs.texts, positive, contrast)


def ground(
    student: Student,
    classes: Classes,
    space: FeatureSpace,
    drawn: ClassDraw,
    contrast: ContrastConfig,
) -> tuple[Tensor, Tensor]:
    """The contrastive loss on made-up features of classes, and the embeddings of their names."""
    names = student.texts(drawn.texts)  # [K, D]
    features = imagine(
        space,
        classes,
        torch.from_numpy(drawn.classes),
        noise=drawn.noise,
        along_covariance=drawn.along_covariance,
    )
    positive = torch.eye(len(names), dtype=torch.bool)
    return _contrast(student, student.image.head(features), names, positive, contrast), names


def classify(
    student: Student,
    classes: Classes,
    drawn: ClassDraw,
    names: Tensor,
    pairs: Sequence[EmbeddedPairs],
) -> Tensor:
    """The KL divergence from the published classifier's opinion of real photos to ours."""
    published = [student.published_features(p.drawn.photos, p.drawn.views) for p in pairs]
    opinion = classes.posterior(torch.cat(published), torch.from_numpy(drawn.classes))
    photos = torch.cat([each.photos for each in pairs])
    return soft_labels(photos, names, opinion, scale=student.scale)


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
