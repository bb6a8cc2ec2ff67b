"""Training: losses over photos, changed anew at every step, and sentences; one loop, resumable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.train.batches import Batches as Batches
    from photosearch.train.config import AugmentConfig as AugmentConfig
    from photosearch.train.config import ContrastConfig as ContrastConfig
    from photosearch.train.config import LossWeights as LossWeights
    from photosearch.train.config import Machine as Machine
    from photosearch.train.config import Rates as Rates
    from photosearch.train.config import TrainConfig as TrainConfig
    from photosearch.train.corpus import Corpus as Corpus
    from photosearch.train.corpus import read_corpus as read_corpus
    from photosearch.train.loop import Rate as Rate
    from photosearch.train.loop import Trainer as Trainer
    from photosearch.train.objectives import Objective as Objective
    from photosearch.train.pictures import Pictures as Pictures
    from photosearch.train.recipes.builtin import Run as Run
    from photosearch.train.recipes.builtin import Taught as Taught
    from photosearch.train.recipes.builtin import train as train
    from photosearch.train.student import Student as Student
    from photosearch.train.teacher import Teacher as Teacher
    from photosearch.train.texts import TextBank as TextBank
    from photosearch.train.workdir import Workdir as Workdir

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "AugmentConfig": "photosearch.train.config",
        "Batches": "photosearch.train.batches",
        "ContrastConfig": "photosearch.train.config",
        "Corpus": "photosearch.train.corpus",
        "LossWeights": "photosearch.train.config",
        "Machine": "photosearch.train.config",
        "Objective": "photosearch.train.objectives",
        "Pictures": "photosearch.train.pictures",
        "Rate": "photosearch.train.loop",
        "Rates": "photosearch.train.config",
        "Run": "photosearch.train.recipes.builtin",
        "Student": "photosearch.train.student",
        "Taught": "photosearch.train.recipes.builtin",
        "Teacher": "photosearch.train.teacher",
        "TextBank": "photosearch.train.texts",
        "TrainConfig": "photosearch.train.config",
        "Trainer": "photosearch.train.loop",
        "Workdir": "photosearch.train.workdir",
        "read_corpus": "photosearch.train.corpus",
        "train": "photosearch.train.recipes.builtin",
    },
)
