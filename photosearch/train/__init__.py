"""Training: losses over cached photos and sentences, one loop, resumable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.train.cached_views import CachedViews as CachedViews
    from photosearch.train.cached_views import cache_views as cache_views
    from photosearch.train.config import ContrastConfig as ContrastConfig
    from photosearch.train.config import LossWeights as LossWeights
    from photosearch.train.config import TrainConfig as TrainConfig
    from photosearch.train.config import ViewsConfig as ViewsConfig
    from photosearch.train.corpus import Corpus as Corpus
    from photosearch.train.corpus import read_corpus as read_corpus
    from photosearch.train.loop import Rate as Rate
    from photosearch.train.loop import Trainer as Trainer
    from photosearch.train.loop import build_optimizer as build_optimizer
    from photosearch.train.loop import moving_average as moving_average
    from photosearch.train.objectives import Objective as Objective
    from photosearch.train.recipes.builtin import Generation as Generation
    from photosearch.train.recipes.builtin import shipped_tensors as shipped_tensors
    from photosearch.train.recipes.builtin import train_generations as train_generations
    from photosearch.train.student import Student as Student
    from photosearch.train.teacher import Teacher as Teacher
    from photosearch.train.texts import TextBank as TextBank
    from photosearch.train.workdir import Workdir as Workdir

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "CachedViews": "photosearch.train.cached_views",
        "ContrastConfig": "photosearch.train.config",
        "Corpus": "photosearch.train.corpus",
        "Generation": "photosearch.train.recipes.builtin",
        "LossWeights": "photosearch.train.config",
        "Objective": "photosearch.train.objectives",
        "Rate": "photosearch.train.loop",
        "Student": "photosearch.train.student",
        "Teacher": "photosearch.train.teacher",
        "TextBank": "photosearch.train.texts",
        "TrainConfig": "photosearch.train.config",
        "Trainer": "photosearch.train.loop",
        "ViewsConfig": "photosearch.train.config",
        "Workdir": "photosearch.train.workdir",
        "build_optimizer": "photosearch.train.loop",
        "cache_views": "photosearch.train.cached_views",
        "moving_average": "photosearch.train.loop",
        "read_corpus": "photosearch.train.corpus",
        "shipped_tensors": "photosearch.train.recipes.builtin",
        "train_generations": "photosearch.train.recipes.builtin",
    },
)
