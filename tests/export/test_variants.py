"""The table of Core ML variants."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from export.variants import COLUMNS, app, heading, row
from photosearch.coreml.families.convertible import open_model
from photosearch.errors import MissingExtra
from photosearch.testing import random_bundle
from photosearch.verify.records import Verification
from tests.release.fakes import PACKAGES, verification


@pytest.fixture
def found(tmp_path: Path) -> Verification:
    bundle = random_bundle(tmp_path / "random.photomodel")
    for name in PACKAGES:
        (tmp_path / name).mkdir()
    return verification(tmp_path, open_model(bundle))


def test_a_row_has_a_cell_for_each_column(found: Verification) -> None:
    lines = [*heading(), row(found), row(replace(found, retrieval=None))]
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 1}


def test_a_row_says_what_was_found(found: Verification) -> None:
    first, second = "| int8 | 2.0 | 50% | 0.0123 | 0.0123 | 0.985 | ", "69.8 [67.0, 71.0] | "
    assert row(found) == f"{first}{second}-0.2 [-0.4, 0.1] | yes |"


def test_without_data_what_was_not_measured_is_empty(found: Verification) -> None:
    assert row(replace(found, retrieval=None)).endswith("| 0.985 |  |  | yes |")


def test_a_missing_converter_is_missed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photosearch.errors.find_spec", lambda name: name != "coremltools" or None)
    result = CliRunner().invoke(app, ["--model", "no-such-model"])
    assert isinstance(result.exception, MissingExtra)


def test_every_kind_of_weights_is_exported_once_and_only_mixed_has_a_budget(
    found: Verification, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int | None]] = []

    def export(
        _source: Any, _out: Path, *, weights: str, budget_bytes: int | None, **_: Any
    ) -> None:
        asked.append((weights, budget_bytes))

    def verify(*_: Any, **__: Any) -> Verification:
        return replace(found, subject=replace(found.subject, weights=asked[-1][0]))

    monkeypatch.setattr("photosearch.coreml.export_model", export)
    monkeypatch.setattr("photosearch.verify.verification.torch_side", lambda *_, **__: None)
    monkeypatch.setattr("photosearch.verify.verification.verify_export", verify)
    options = ["--model", str(tmp_path / "random.photomodel"), "--budget-mb", "3"]
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 0, result.output
    names = ["fp16", "int8", "palette6", "palette4", "mixed"]
    assert asked == [(name, 3_000_000 if name == "mixed" else None) for name in names]
    assert [line.split()[1] for line in result.stdout.splitlines()[2:]] == names
