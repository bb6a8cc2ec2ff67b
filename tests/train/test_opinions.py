"""What published classifiers think of photos, and the file that it is kept in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from photosearch.images import model_pixels, open_image
from photosearch.manifest import ImageSpec
from photosearch.models.inverted_residuals import pool
from photosearch.train.classes import Opinions
from photosearch.train.config import AugmentConfig, Machine
from photosearch.train.opinions import PublishedClassifier, opinions
from photosearch.train.pictures import Pictures
from tests.train.data_folder import CLASSES, hear
from tests.train.tiny import BACKBONE, classifier, classifiers

MACHINE = Machine(dtype="float32")
Published = dict[str, Callable[[], PublishedClassifier]]


@pytest.fixture
def own(photos: list[Path], tmp_path: Path) -> list[Path]:
    """Photos that may be written to."""
    (tmp_path / "photos").mkdir()
    return [Path(shutil.copy(photo, tmp_path / "photos")) for photo in photos]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def ask(photos: list[Path], work: Path, published: Published | None = None) -> Opinions:
    pictures = Pictures(photos, AugmentConfig(side=32), workers=2)
    return opinions(published or dict(classifiers(work)), pictures, work, MACHINE, tick=hear)


def unasked() -> PublishedClassifier:
    raise AssertionError("a classifier was loaded")


UNASKED: Published = {"one": unasked, "two": unasked}


@torch.no_grad()
def posterior(
    seed: int, side: int, photo: Path
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """By the formulas: features, logits, softmax."""
    model = classifier(seed, side)
    picture = model_pixels(open_image(photo, target=side), ImageSpec(size=side))
    x = (torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() - BACKBONE.mean) / 128
    features = pool(model.backbone(x))[0].double().numpy()
    logits = model.weight.detach().double().numpy() @ features + model.bias.detach().numpy()
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def test_an_opinion_is_the_mean_of_what_each_classifier_sees(own: list[Path], work: Path) -> None:
    found = ask(own, work).logs
    assert found.shape == (len(own), len(CLASSES))
    for photo, logs in zip(own, found, strict=True):
        mean = (posterior(0, 32, photo) + posterior(1, 64, photo)) / 2
        # float16 of the log: eleven bits, of numbers up to 28
        np.testing.assert_allclose(logs.double().numpy(), np.log(mean), rtol=2e-3, atol=2e-3)


def test_different_photos_get_different_opinions(own: list[Path], work: Path) -> None:
    assert len({tuple(row) for row in ask(own, work).logs.tolist()}) == len(own)


def test_an_opinion_that_is_nearly_nothing_stays_finite(own: list[Path], work: Path) -> None:
    def certain() -> PublishedClassifier:
        sure = classifier()
        with torch.no_grad():
            sure.bias.copy_(torch.tensor([0.0, 500.0, -500.0, 0.0]))
        return sure

    found = ask(own, work, {"certain": certain}).logs
    assert found.isfinite().all()
    assert found.argmax(1).tolist() == [1] * len(own)


def test_opinions_are_kept(own: list[Path], work: Path) -> None:
    before = ask(own, work).logs
    assert torch.equal(ask(own, work, UNASKED).logs, before)


def test_photos_in_another_order_get_their_own_opinions(own: list[Path], work: Path) -> None:
    before = ask(own, work).logs
    assert torch.equal(ask(own[::-1], work).logs, before.flip(0))


def test_a_photo_replaced_under_its_name_gets_its_own_opinion(own: list[Path], work: Path) -> None:
    before = ask(own, work).logs
    own[1].write_bytes(own[0].read_bytes())
    assert torch.equal(ask(own, work).logs[1], before[0])


def test_whatever_else_opinions_depend_on_has_a_file_of_its_own(
    own: list[Path], work: Path
) -> None:
    pictures = Pictures(own, AugmentConfig(side=32), workers=1)
    for of in ("one", "another"):
        opinions(classifiers(work), pictures, work, MACHINE, of=[of], tick=hear)
    assert len(list(work.iterdir())) == 2


def test_other_classifiers_are_asked_again(own: list[Path], work: Path) -> None:
    before = ask(own, work).logs
    only = ask(own, work, {"one": lambda: classifier(0, 32)}).logs
    assert not torch.equal(only, before)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_machine_changes_little(own: list[Path], work: Path, dtype: str) -> None:
    pictures = Pictures(own, AugmentConfig(side=32), workers=1)
    exact = ask(own, work).logs
    (work / "other").mkdir()
    machine = Machine(dtype=dtype)
    found = opinions(classifiers(work), pictures, work / "other", machine, tick=hear)
    assert (found.logs.float().exp() - exact.float().exp()).abs().max() < 0.1


def test_progress_counts_every_photo_for_every_classifier(own: list[Path], work: Path) -> None:
    told: list[int] = []
    pictures = Pictures(own, AugmentConfig(side=32), workers=1)
    opinions(classifiers(work), pictures, work, MACHINE, tick=told.append)
    assert sum(told) == 2 * len(own)
