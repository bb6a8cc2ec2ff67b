"""The settings of a training run, in frozen records."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from photosearch.errors import UsageError
from photosearch.models.towers import TowersConfig


@dataclass(frozen=True)
class AugmentConfig:
    """How a photo is changed each time that training looks at it."""

    side: int = 192  # pixels
    smallest_area: float = 0.4  # of the photo that a random crop keeps
    aspect: float = 0.25  # largest log of the crop's change of aspect ratio
    brightness: float = 0.3  # largest change, as a fraction; the same of the next two
    contrast: float = 0.3
    saturation: float = 0.45
    gray: float = 0.05  # odds of a photo without colour
    gain: float = 0.05  # deviation of each channel's gain


@dataclass(frozen=True)
class ContrastConfig:
    """The contrastive losses."""

    widths: tuple[int, ...]  # to which embeddings may be cut, widest first
    smoothing: float = 0.05


@dataclass(frozen=True)
class LossWeights:
    """How much each part of the objective counts; named as `Objective` names its losses."""

    captions: float = 1.0
    labels: float = 1.0
    grounding: float = 0.5  # made-up features of ImageNet classes
    classes: float = 0.3  # KL to the published classifiers, over names of classes
    classifier: float = 0.3  # KL to the same, of the classifier that goes on learning
    mimic: float = 1.0  # cosine distance to CLIP's embedding of the same photo
    categories: float = 0.3  # KL to CLIP over category names
    teacher: float = 1.0  # KL to the similarities that the teachers see


@dataclass(frozen=True)
class Rates:
    """Peak learning rates, weight decays and what is done to gradients and weights."""

    heads: float = 1e-3  # of what starts from nothing
    backbone: float = 3e-4  # of its last layer; the first has `backbone_first` of it
    backbone_first: float = 0.3
    classifier: float = 0.9e-4
    text: float = 1e-4  # of its last layer
    text_fall: float = 0.8  # of each layer below, times the one above
    heads_decay: float = 0.1
    tuned_decay: float = 0.05  # of what was published
    largest_norm: float = 10.0  # to which a longer gradient is cut
    warmup_steps: int = 50
    average: float = 0.99  # kept of the moving average of weights at each step

    def gentle(self) -> Rates:
        """For weights that an earlier run left: half of every peak, and less time to warm up."""
        return replace(
            self,
            heads=self.heads / 2,
            backbone=self.backbone / 2,
            classifier=self.classifier / 2,
            text=self.text / 2,
            warmup_steps=20,
        )


@dataclass(frozen=True)
class TrainConfig:
    """One training run, as a recipe: its data folder and this decide what is learned."""

    backbone: str = "efficientnet-lite0"
    towers: TowersConfig = field(default_factory=TowersConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    weights: LossWeights = field(default_factory=LossWeights)
    rates: Rates = field(default_factory=Rates)
    seed: int = 0
    steps: int = 552
    whole_side: int = 256  # pixels at which teachers look at whole photos
    batch_captioned: int = 192  # photos a step
    captions_each: int = 2  # sentences a photo
    batch_labelled: int = 384  # photos a step, one sentence each
    batch_classes: int = 192  # made-up photos a step
    batch_categories: int = 192  # CLIP category names a step
    batch_sentences: int = 128  # sentences without photos a step, where there are teachers
    label_power: float = -0.5  # a name's odds are its number of photos to 1 + this
    synonyms: float = 0.75  # least cosine, to the sentence encoder, of names that mean nearly the
    # same: those of different sets are not told apart
    drop_path: float = 0.05  # odds that the last block of the backbone is passed by
    word_dropout: float = 0.1  # of captions
    image_dropout: float = 0.3  # in the heads
    text_dropout: float = 0.2
    rounded_from: float = 0.8  # fraction of the run after which the forward pass rounds weights


def _teachers() -> tuple[TrainConfig, ...]:
    names = ("efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2")
    return tuple(TrainConfig(backbone=name, seed=seed) for seed, name in enumerate(names, start=1))


def _further() -> tuple[TrainConfig, ...]:
    names_and_steps = (1.0, 280), (1.5, 280), (2.0, 240)
    return tuple(
        TrainConfig(
            seed=seed, steps=steps, rates=Rates().gentle(), weights=LossWeights(labels=labels)
        )
        for seed, (labels, steps) in enumerate(names_and_steps)
    )


@dataclass(frozen=True)
class Recipe:
    """How a model is made: some are trained on the data alone, and teach the one that ships."""

    teachers: tuple[TrainConfig, ...] = field(default_factory=_teachers)
    student: TrainConfig = field(default_factory=TrainConfig)
    # Where towers to start from are given: runs whose weights are averaged.
    further: tuple[TrainConfig, ...] = field(default_factory=_further)
    side: int = 248  # pixels at which the model looks at photos, more than the 192 at which it
    # was tuned, as in Touvron et al. 2019, arXiv:1906.06423


@dataclass(frozen=True)
class Machine:
    """Where a run computes: how long it takes, and the last digits of what it gives."""

    device: str = "cpu"  # or cuda
    dtype: str = "bfloat16"  # of the forward pass; or float32
    workers: int = 2  # threads that read and change photos
    save_every: float = 120.0  # seconds between two checkpoints

    def require(self) -> None:
        """Raises UsageError if this machine has no such device."""
        import torch

        there = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        if self.device not in there:
            raise UsageError(f"device: got {self.device!r}, expected one of {there} here")

    def autocast(self) -> AbstractContextManager[object]:
        """Around a forward pass."""
        import torch

        dtype = getattr(torch, self.dtype)
        return torch.autocast(self.device, dtype, enabled=dtype != torch.float32)
