"""Whole packages: a small model in both layouts, and packages that cannot be read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from photosearch.coreml.export import export_model
from photosearch.coreml.families.convertible import Convertible
from photosearch.coreml.lint.lint import gate, lint_package
from photosearch.coreml.lint.rules import Finding
from photosearch.coreml.record import LayoutName
from photosearch.errors import LintFailed, PackageError


@pytest.fixture(scope="module")
def plain(tiny_source: Convertible, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lint") / "plain"
    return export_model(tiny_source, out, weights="fp16", layout="plain").directory


def worst(path: Path, severity: str) -> set[str]:
    return {each.rule for each in lint_package(path) if each.severity == severity}


def test_our_layout_has_no_error_but_the_lookup_of_words(tiny_export: Path) -> None:
    assert worst(tiny_export / "image.mlpackage", "error") == set()
    assert worst(tiny_export / "text.mlpackage", "error") == {"embedding-lookup"}


def test_our_layout_has_no_linear_and_its_axes_are_right(tiny_export: Path) -> None:
    for name in ("image", "text"):
        rules = worst(tiny_export / f"{name}.mlpackage", "warning")
        assert not rules & {"linear", "norm-axis", "softmax-axis"}


@pytest.mark.slow
def test_the_plain_layout_is_warned_about(plain: Path) -> None:
    rules = worst(plain / "text.mlpackage", "warning")
    assert {"linear", "norm-axis", "softmax-axis", "memory-copies"} <= rules


def test_the_worst_come_first(plain: Path) -> None:
    order = [each.severity for each in lint_package(plain / "text.mlpackage")]
    assert order == sorted(order, key=["error", "warning", "note"].index)


def test_every_finding_has_a_source_and_a_remedy(plain: Path) -> None:
    assert all(each.source and each.remedy for each in lint_package(plain / "text.mlpackage"))


def test_a_package_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="no Core ML package"):
        lint_package(tmp_path / "none.mlpackage")


def test_a_damaged_program_is_an_error(tiny_export: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny_export / "text.mlpackage", tmp_path / "text.mlpackage"))
    (copy / "Data/com.apple.CoreML/model.mlmodel").write_bytes(b"\xff" * 64)
    with pytest.raises(PackageError):
        lint_package(copy)


def finding(severity: str, *, accepted: bool = False) -> Finding:
    return Finding("rule", severity, "op", "main", "detail", "source", "remedy", accepted)  # type: ignore[arg-type]


def test_the_gate_stops_for_what_is_as_bad_or_worse() -> None:
    with pytest.raises(LintFailed, match="1 findings, the first: error rule main: detail"):
        gate([finding("warning"), finding("error")], "error")
    with pytest.raises(LintFailed, match="2 findings"):
        gate([finding("warning"), finding("error")], "warning")
    gate([finding("warning"), finding("note")], "error")


def test_the_gate_lets_accepted_errors_through() -> None:
    gate([finding("error", accepted=True)], "note")


@pytest.mark.slow
@pytest.mark.parametrize("family", ["bundle", "lite0"])
@pytest.mark.parametrize("layout", ["ane", "plain"])
def test_the_built_in_architecture_has_no_error_but_the_lookup_of_words(
    family: str, tmp_path: Path, layout: LayoutName, request: pytest.FixtureRequest
) -> None:
    from photosearch.coreml.families.convertible import open_model

    source = open_model(request.getfixturevalue(family))
    done = export_model(source, tmp_path / "out", layout=layout)
    for name, expected in (("image", set()), ("text", {"embedding-lookup"})):
        assert worst(done.directory / f"{name}.mlpackage", "error") == expected
