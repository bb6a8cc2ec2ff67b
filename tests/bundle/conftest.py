"""The bundle of a model with random weights, made once: see `tests.bundle.made`."""

from tests.bundle.made import built, built_whole, bundle, exported, model, source, whole_bundle

__all__ = ["built", "built_whole", "bundle", "exported", "model", "source", "whole_bundle"]
