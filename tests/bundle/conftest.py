"""The bundle of a model with random weights, made once: see `tests.bundle.made`."""

from tests.bundle.made import built, bundle, exported, model, source

__all__ = ["built", "bundle", "exported", "model", "source"]
