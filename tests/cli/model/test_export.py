"""`photosearch model export`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from photosearch.cli.app import app
from photosearch.coreml.families import convertible
from photosearch.coreml.families.convertible import Convertible
from photosearch.errors import ModelError, UsageError, VerificationFailed
from photosearch.testing import COLORS, draw_photos, random_bundle
from photosearch.verify import measures


@pytest.fixture
def tiny(tiny_source: Convertible, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that takes a second is what every name opens."""
    monkeypatch.setattr(convertible, "open_model", lambda _: tiny_source)


def export(out: Path, *options: str) -> tuple[int, str, str]:
    arguments = ["model", "export", "--out", str(out), "--weights", "fp16", *options]
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.slow
def test_what_it_writes_is_verified_and_the_figures_are_printed(tiny: None, tmp_path: Path) -> None:
    code, out, err = export(tmp_path / "out")
    assert code == 0
    assert "verified: error / spread image 0.00" in out
    assert "retrieval: not run (no eval data was given)" in err
    assert "on a Mac: not run" in err
    assert "verified against MIL semantics, not on a device" in err
    assert "negative controls" in err
    assert (tmp_path / "out" / "verification.json").is_file()
    assert (tmp_path / "out" / "verification.html").is_file()


@pytest.mark.slow
def test_what_does_not_hold_fails_loudly_beside_its_report(
    tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impossible = measures.Limits(error=0, direction=1, overlap=1, loss=0)
    monkeypatch.setitem(measures.LIMITS, "fp16", impossible)
    code, out, err = export(tmp_path / "out")
    assert code == VerificationFailed.exit_code
    assert "failed: error / spread image 0.0" in out
    assert "verification failed: image: error over spread: got 0.0" in err
    assert (tmp_path / "out" / "verification.html").is_file()


@pytest.mark.slow
def test_verification_is_skipped_only_in_so_many_words(tiny: None, tmp_path: Path) -> None:
    code, out, err = export(tmp_path / "out", "--skip-verification")
    assert code == 0
    assert "verified:" not in out
    assert "warning: not verified (--skip-verification)" in err
    assert not (tmp_path / "out" / "verification.json").exists()


def test_what_is_skipped_cannot_be_asked_for(tmp_path: Path) -> None:
    for option in (["--eval-data", str(tmp_path)], ["--on-mac"]):
        code, _, err = export(tmp_path / "out", "--skip-verification", *option)
        assert code == UsageError.exit_code
        assert "--skip-verification: expected neither" in err


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_a_mac_is_asked_for_before_any_work(tiny: None, tmp_path: Path) -> None:
    code, _, err = export(tmp_path / "out", "--on-mac")
    assert code == UsageError.exit_code
    assert "--on-mac: got linux, expected macOS" in err or sys.platform != "linux"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_retrieval_is_printed_with_its_intervals(tiny: None, tmp_path: Path) -> None:
    drawn = draw_photos(tmp_path / "data", [f"{color} disc on white" for color in COLORS[:7]])
    lines = [{"image": path.name, "captions": [text]} for text, path in drawn.items()]
    (tmp_path / "data" / "captions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    code, out, _ = export(tmp_path / "out", "--eval-data", str(tmp_path / "data"))
    assert code == 0
    assert "R@10, %: as shipped " in out
    assert ", torch " in out
    found = json.loads((tmp_path / "out" / "verification.json").read_text())
    assert found["retrieval"]["captions"] == 7


@pytest.mark.slow
def test_it_writes_packages_and_says_how_large_they_are(tmp_path: Path) -> None:
    bundle, out = random_bundle(tmp_path / "random.photomodel"), tmp_path / "out"
    arguments = ["--model", str(bundle), "--out", str(out), "--weights", "palette4"]
    result = CliRunner().invoke(app, ["model", "export", *arguments, "--skip-verification"])
    assert result.exit_code == 0
    assert "image.mlpackage" in result.stdout
    assert "MB as fp16)" in result.stdout
    assert "needs device validation" in result.stderr
    assert (out / "text.mlpackage" / "Manifest.json").is_file()


def test_a_model_that_is_none_is_one_line(tmp_path: Path) -> None:
    arguments = ["model", "export", "--model", "no such model!", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == ModelError.exit_code
    assert result.stderr.startswith("photosearch: no model at")


def test_an_unknown_target_lists_the_known_ones(tmp_path: Path) -> None:
    arguments = ["--out", str(tmp_path), "--target", "iOS15"]
    result = CliRunner().invoke(app, ["model", "export", *arguments])
    assert result.exit_code == UsageError.exit_code
    assert "iOS17" in result.stderr


def test_a_budget_is_for_mixed_weights(tmp_path: Path) -> None:
    command = ["model", "export", "--out", str(tmp_path / "out")]
    for options in (["--weights", "mixed"], ["--budget-mb", "9"]):
        result = CliRunner().invoke(app, [*command, *options])
        assert result.exit_code == UsageError.exit_code
        assert "a budget is for mixed weights" in result.stderr


@pytest.mark.parametrize("budget", ["nan", "inf", "-1", "0"])
def test_a_budget_is_a_size(tmp_path: Path, budget: str) -> None:
    options = ["--weights", "mixed", "--skip-verification", f"--budget-mb={budget}"]
    result = CliRunner().invoke(app, ["model", "export", "--out", str(tmp_path / "out"), *options])
    assert result.exit_code == UsageError.exit_code
    assert "--budget-mb: got" in result.stderr
