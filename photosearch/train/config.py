"""The settings of a training run, in frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field

from photosearch.models.towers import TowersConfig


@dataclass(frozen=True)
class ViewsConfig:
    """The augmented views that are cached of every photo."""

    side: int = 192  # pixels
    views: int = 9  # of each photo; the first is whole, the second mirrored, the rest random
    frozen_blocks: int = 10  # of the backbone's 17
    smallest_area: float = 0.4  # of the photo that a random crop keeps
    jitter: float = 0.3  # of brightness and contrast, as a fraction


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
    classifier: float = 0.3  # KL to the published classifier on real photos
    mimic: float = 1.0  # cosine distance to CLIP's embedding of the same photo
    categories: float = 0.3  # KL to CLIP over category names
    teacher: float = 1.0  # KL to the similarities that the generation before it saw


@dataclass(frozen=True)
class TrainConfig:
    """One training run, as a recipe: its data folder and this decide what is learned."""

    towers: TowersConfig = field(default_factory=TowersConfig)
    views: ViewsConfig = field(default_factory=ViewsConfig)
    weights: LossWeights = field(default_factory=LossWeights)
    seed: int = 0
    generations: int = 2  # runs, each but the first taught by the one before it
    epochs: int = 24  # passes over the captioned photos, in each generation
    shipped_side: int = 256  # pixels at which the tower looks after training, more than the 192
    # at which it was tuned, as in Touvron et al. 2019, arXiv:1906.06423
    batch_captioned: int = 256  # photos a step
    captions_each: int = 2  # sentences a photo
    batch_labelled: int = 256  # photos a step, one sentence each
    batch_classes: int = 192  # made-up photos a step
    batch_categories: int = 192  # CLIP category names a step
    frozen_layers: int = 5  # of the text tower
    head_rate: float = 1e-3  # peak learning rate of what starts from nothing
    backbone_rate: float = 3e-4  # of the tuned blocks
    text_rate: float = 1e-4  # of the tuned text layers
    weight_decay: float = 0.1
    warmup_steps: int = 50
    ema_decay: float = 0.99
    image_dropout: float = 0.3
    text_dropout: float = 0.2
    quantised_from: float = 0.7  # fraction of the run after which the forward pass rounds to int8
