"""Measuring a model through its encoder, on the encoder that knows colours."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from export.measure import Measured, measure
from export.measure.__main__ import app
from export.measure.held_out import TENTH, read_held_out
from photosearch.manifest import Calibration
from photosearch.testing import FakeEncoder


@pytest.fixture
def measured(data: Path) -> Measured:
    return measured_on(data)


def measured_on(data: Path, calibration: Calibration | None = None) -> Measured:
    encoder, held = FakeEncoder(dim=16), read_held_out(data)
    return measure(encoder, held, model="fake 0", size_bytes=1, calibration=calibration)


def test_a_model_that_knows_colours_finds_every_colour(measured: Measured) -> None:
    assert measured.captions[16]["R@1"].mean == 1.0
    assert measured.names[TENTH].precision.mean == 1.0


def test_captions_are_measured_at_every_width(measured: Measured) -> None:
    assert list(measured.captions) == [16, 8, 4]
    assert measured.captions[4]["R@1"].mean < 1.0  # red is the fifth number


def test_confidence_is_judged_by_the_calibration_that_is_asked_for(data: Path) -> None:
    sure = measured_on(data, Calibration(scale=0, bias=5))
    assert sure.trust[TENTH]["first hit"].said == pytest.approx(0.99, abs=0.01)
    assert measured_on(data).trust[TENTH]["first hit"].said != sure.trust[TENTH]["first hit"].said


@pytest.mark.parametrize("name", ["flickr8k", "labelled", "labelled_more"])
def test_without_one_set_the_rest_is_measured(data: Path, name: str) -> None:
    shutil.rmtree(data / name)
    found = measured_on(data)
    assert found.missing
    assert bool(found.captions) == (name != "flickr8k")
    assert (TENTH in found.names) == (name != "labelled")
    assert found.calibration.scale > 0


def test_captions_that_name_no_concept_are_asked_themselves(data: Path) -> None:
    file = data / "flickr8k" / "captions.jsonl"
    text = file.read_text(encoding="utf-8")
    for color in ("red", "blue", "green"):
        text = text.replace(f'so {color}"', f'{color}ish"').replace(f'"{color}"', f'"{color}y"')
    file.write_text(text, encoding="utf-8")
    found = measured_on(data)
    assert "captions" in found.trust
    assert "words in captions" not in found.trust
    assert found.trust["captions"]["first hit"].queries == 6


def test_without_any_set_the_encoders_calibration_stays(data: Path) -> None:
    for name in ("flickr8k", "labelled", "labelled_more"):
        shutil.rmtree(data / name)
    found = measured_on(data)
    assert len(found.missing) >= 3
    assert found.calibration == FakeEncoder().calibration


@pytest.mark.slow
def test_the_command_prints_what_a_bundle_finds(data: Path) -> None:
    pytest.importorskip("skimage")
    ran = CliRunner().invoke(app, ["--data", str(data), "--json"])
    found = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert found["model"].startswith("builtin ")
    assert found["size_bytes"] < 22_000_000
    assert [answer["query"] for answer in found["demo"]][6] == "a moon"
    assert [line for line in found["missing"] if "whole sets" not in line] == []


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["--data", str(tmp_path / "none")]).exit_code == 2
