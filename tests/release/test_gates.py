"""What is kept of an export that did not pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.bundle.model_metadata import Model
from photosearch.errors import VerificationFailed
from photosearch.release.gates import keep_report
from tests.release.fakes import verification


def test_a_second_failure_writes_over_the_first_report(
    tmp_path: Path, built: Path, model: Model
) -> None:
    good = verification(built, model.source)
    bad = replace(good, checks=tuple(replace(each, outcome="failed") for each in good.checks))
    for _ in range(2):
        with pytest.raises(VerificationFailed):
            keep_report(tmp_path / "out.failed-verification", bad)
    assert [path.name for path in tmp_path.iterdir()] == ["out.failed-verification"]
