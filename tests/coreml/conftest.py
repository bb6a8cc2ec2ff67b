"""Models made once for the tests of this folder. Not to be written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.models.backbones import LITE0
from photosearch.testing import random_bundle


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built-in model with random weights, 64 wide, at 64 pixels."""
    return random_bundle(tmp_path_factory.mktemp("coreml") / "random.photomodel")


@pytest.fixture(scope="session")
def lite0(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with EfficientNet-Lite0, whose kernels are of 3 and 5 pixels."""
    return random_bundle(tmp_path_factory.mktemp("coreml") / "lite0.photomodel", backbone=LITE0)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP checkpoint with random weights, as `save_pretrained` writes it."""
    from tests.models.checkpoints import save_clip

    return save_clip(tmp_path_factory.mktemp("coreml") / "clip")


@pytest.fixture(scope="session")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SigLIP checkpoint with random weights, as `save_pretrained` writes it."""
    from tests.models.checkpoints import save_siglip

    return save_siglip(tmp_path_factory.mktemp("coreml") / "siglip")


@pytest.fixture(scope="session")
def mobileclip_s(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A convolutional MobileCLIP checkpoint in Apple's layout, as it is trained."""
    from tests.coreml.mobileclip import save, trained

    return save(trained("s"), tmp_path_factory.mktemp("coreml") / "mobileclip_s_small")


@pytest.fixture(scope="session")
def mobileclip_b(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of transformers."""
    from tests.coreml.mobileclip import save, trained

    return save(trained("b"), tmp_path_factory.mktemp("coreml") / "mobileclip_b_small")
