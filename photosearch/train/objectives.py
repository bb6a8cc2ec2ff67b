"""What one run of the built-in model learns from, and the losses of its every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from photosearch.train.classes import describe
from photosearch.train.config import TrainConfig
from photosearch.train.quantization import round_now
from photosearch.train.samplers import (
    CaptionStream,
    ClassStream,
    ClipStream,
    ContrastConfig,
    LabelStream,
)
from photosearch.train.student import Student
from photosearch.train.teacher import Teacher
from photosearch.weights import Int4

STATISTICS_PHOTOS = 2048  # on which the feature space is described, once an epoch


@dataclass
class Lesson:
    """Everything that the steps of one run draw from."""

    student: Student
    captions: CaptionStream
    labels: LabelStream
    classes: ClassStream
    clip: ClipStream
    contrast: ContrastConfig
    config: TrainConfig
    vocabulary: list[str]
    embeddings: Int4  # of the word pieces, as they will be stored
    teacher: Teacher | None = None  # the first generation has none

    @property
    def epoch_steps(self) -> int:
        return len(self.captions.photos) // self.config.batch_captioned


class LessonLosses:
    """Gives the weighted losses of each step; keeps the order of photos and the feature space."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.random = np.random.default_rng(lesson.config.seed)
        self.total = lesson.epoch_steps * lesson.config.epochs

    def __call__(self, step: int) -> Mapping[str, Tensor]:
        lesson, weights = self.lesson, self.lesson.config.weights
        self._start_epoch(step)
        batch = lesson.config.batch_captioned
        first = step % lesson.epoch_steps * batch
        chosen = self.order[first : first + batch]
        captions, seen = lesson.captions.loss(lesson.student, chosen, lesson.contrast, self.random)
        labels, named = lesson.labels.loss(lesson.student, lesson.contrast, self.random)
        grounding, classifier = lesson.classes.loss(
            lesson.student, self.space, [seen, named], lesson.contrast, self.random
        )
        mimic, categories = lesson.clip.loss(lesson.student, seen, self.random)
        parts = {
            "captions": weights.captions * captions,
            "labels": weights.labels * labels,
            "grounding": weights.grounding * grounding,
            "classifier": weights.classifier * classifier,
            "mimic": weights.mimic * mimic,
            "categories": weights.categories * categories,
        }
        if lesson.teacher is not None:
            taught = lesson.teacher.loss(lesson.student, seen, lesson.contrast.widths)
            parts["teacher"] = weights.teacher * taught
        return parts

    def _start_epoch(self, step: int) -> None:
        if step % self.lesson.epoch_steps == 0:
            self.order = self.random.permutation(self.lesson.captions.photos)
            self._describe_features()
        if step >= int(self.lesson.config.quantised_from * self.total):
            round_now(self.lesson.student)  # again and again: a resumed run starts unrounded

    @torch.no_grad()
    def _describe_features(self) -> None:
        """Tuning moves the features: the made-up ones must move with them."""
        student = self.lesson.student
        pool = np.concatenate([self.lesson.captions.photos, self.lesson.labels.photos])
        chosen = self.random.choice(pool, min(STATISTICS_PHOTOS, len(pool)), replace=False)
        parts = [
            student.features(part, np.zeros(len(part), np.int64))
            for part in np.array_split(chosen, max(1, len(chosen) // 128))
        ]
        self.space = describe(torch.cat(parts), self.lesson.classes.classes)
