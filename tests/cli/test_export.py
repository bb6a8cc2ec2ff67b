"""`photosearch export`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from photosearch.cli.app import app
from photosearch.errors import ModelError, UsageError
from photosearch.testing import random_bundle


@pytest.mark.slow
def test_it_writes_packages_and_says_how_large_they_are(tmp_path: Path) -> None:
    bundle, out = random_bundle(tmp_path / "random.photomodel"), tmp_path / "out"
    arguments = ["--model", str(bundle), "--out", str(out), "--weights", "palette4"]
    result = CliRunner().invoke(app, ["export", *arguments])
    assert result.exit_code == 0
    assert "image.mlpackage" in result.stdout
    assert "MB as fp16)" in result.stdout
    assert "needs device validation" in result.stderr
    assert (out / "text.mlpackage" / "Manifest.json").is_file()


def test_a_model_that_is_none_is_one_line(tmp_path: Path) -> None:
    arguments = ["export", "--model", "no such model!", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == ModelError.exit_code
    assert result.stderr.startswith("photosearch: no model at")


def test_an_unknown_target_lists_the_known_ones(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["export", "--out", str(tmp_path), "--target", "iOS15"])
    assert result.exit_code == UsageError.exit_code
    assert "iOS17" in result.stderr


def test_a_budget_is_for_mixed_weights(tmp_path: Path) -> None:
    for options in (["--weights", "mixed"], ["--budget-mb", "9"]):
        result = CliRunner().invoke(app, ["export", "--out", str(tmp_path / "out"), *options])
        assert result.exit_code == UsageError.exit_code
        assert "a budget is for mixed weights" in result.stderr
