"""`photosearch model lint`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from photosearch.cli.app import app
from photosearch.coreml.export import export_model
from photosearch.coreml.families.convertible import Convertible
from photosearch.errors import LintFailed, PackageError


def lint(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["model", "lint", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_a_folder_from_export_holds_two_packages(tiny_export: Path) -> None:
    code, out, err = lint(tiny_export)
    assert code == 0
    assert out.index("image.mlpackage") < out.index("text.mlpackage")
    assert "text.mlpackage: 1 error" in err
    assert "1 accepted" in err


def test_each_rule_is_said_once_with_its_remedy_and_its_source(tiny_export: Path) -> None:
    _, out, _ = lint(tiny_export / "text.mlpackage")
    assert out.count("error, accepted: embedding-lookup (1)") == 1
    assert out.count("warning: subnormal-epsilon") == 1
    assert out.count("remedy:") == out.count("source:") == 2


def test_an_accepted_error_passes_the_gate(tiny_export: Path) -> None:
    assert lint(tiny_export, "--fail-on", "error")[0] == 0


def test_the_gate_fails_with_its_own_code_after_the_findings(tiny_export: Path) -> None:
    code, out, err = lint(tiny_export, "--fail-on", "warning")
    assert code == LintFailed.exit_code == 10
    assert "subnormal-epsilon" in out
    assert "photosearch: lint:" in err


def test_json_holds_every_finding_by_package(tiny_export: Path) -> None:
    code, out, _ = lint(tiny_export, "--json")
    found = json.loads(out)
    assert code == 0
    assert found.keys() == {"image.mlpackage", "text.mlpackage"}
    (lookup,) = [each for each in found["text.mlpackage"] if each["severity"] == "error"]
    assert lookup["rule"] == "embedding-lookup"
    assert lookup["accepted"] is True
    assert lookup.keys() == {
        "rule", "severity", "op", "where", "detail", "source", "remedy", "accepted",
    }  # fmt: skip


@pytest.mark.slow
def test_many_findings_of_one_rule_are_cut_short(tiny_source: Convertible, tmp_path: Path) -> None:
    export_model(tiny_source, tmp_path / "plain", weights="fp16", layout="plain")
    _, out, _ = lint(tmp_path / "plain" / "text.mlpackage")
    assert "warning: linear (7)" in out
    assert "and 2 more" in out


def test_a_package_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    code, out, err = lint(tmp_path / "none.mlpackage")
    assert (code, out) == (PackageError.exit_code, "")
    assert err.startswith("photosearch: no Core ML package")
