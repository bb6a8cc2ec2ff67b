"""An export with its verification beside it."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.coreml.export import Exported
from photosearch.coreml.families.convertible import Convertible
from photosearch.errors import ModelError, NeedsMac, UsageError, VerificationFailed
from photosearch.release import export as module
from photosearch.release.export import export_verified
from photosearch.release.gates import keep_report
from photosearch.verify.records import Verification
from photosearch.verify.verification import require_passed, verify_export
from tests.coreml import tiny

pytest.importorskip("skimage")
pytest.importorskip("sklearn")


@pytest.fixture(scope="session")
def good(tiny_source: Convertible, tiny_export: Path) -> Verification:
    return verify_export(tiny_export, tiny_source)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, good: Verification) -> None:
    """Spares the work of a verification that passes."""
    monkeypatch.setattr(module, "verify_export", lambda *_, **__: good)


class Copies:
    """Stands in for a conversion: what it writes was converted before."""

    def __init__(self, converted: Path) -> None:
        self.converted = converted

    def __call__(self, directory: Path) -> Exported:
        shutil.copytree(self.converted, directory)
        sizes = {"image.mlpackage": 1, "text.mlpackage": 2}
        return Exported(directory, sizes, sizes, ())


def refuse(directory: Path) -> Exported:
    pytest.fail("converted")


def test_what_passes_is_kept_with_its_report(
    tiny_source: Convertible, tiny_export: Path, tmp_path: Path, known: None
) -> None:
    done, found = export_verified(tiny_source, tmp_path / "out", Copies(tiny_export))
    assert found.passed
    assert done.directory == tmp_path / "out"
    assert {path.name for path in done.directory.iterdir()} == {
        "export.json", "image.mlpackage", "text.mlpackage", "tokenizer",
        "verification.html", "verification.json",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_of_what_fails_the_report_says_so(tiny_export: Path, tmp_path: Path) -> None:
    """The packages of one model under the name of another, verified for real."""
    other = tiny.tiny_source(tmp_path / "tokenizer", seed=1)
    record = (tiny_export / "export.json").read_text()
    old = tiny.tiny_source(tmp_path / "tokenizer").space
    swapped = Path(shutil.copytree(tiny_export, tmp_path / "swapped"))
    (swapped / "export.json").write_text(record.replace(old, other.space))
    out = tmp_path / "place" / "out"
    _, found = export_verified(other, out, Copies(swapped))
    assert not found.passed
    assert json.loads((out / "verification.json").read_text())["passed"] is False
    with pytest.raises(VerificationFailed, match=r"error over spread: got .* See .*html"):
        require_passed(found, out / "verification.html")


def test_a_second_failure_writes_over_the_first_report(tmp_path: Path, good: Verification) -> None:
    bad = replace(good, checks=tuple(replace(each, outcome="failed") for each in good.checks))
    for _ in range(2):
        with pytest.raises(VerificationFailed):
            keep_report(tmp_path / "out.failed-verification", bad)
    assert [path.name for path in tmp_path.iterdir()] == ["out.failed-verification"]


def test_a_conversion_that_fails_leaves_nothing(tiny_source: Convertible, tmp_path: Path) -> None:
    def fail(directory: Path) -> Exported:
        directory.mkdir()
        raise ModelError("no")

    with pytest.raises(ModelError):
        export_verified(tiny_source, tmp_path / "out", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_taken_is_said_before_any_work(
    tiny_source: Convertible, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="exists"):
        export_verified(tiny_source, tmp_path, refuse)


def test_eval_data_that_do_not_fit_are_said_before_any_work(
    tiny_source: Convertible, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no captions.jsonl in"):
        export_verified(tiny_source, tmp_path / "out", refuse, eval_data=tmp_path)


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_a_mac_is_asked_for_before_any_work(tiny_source: Convertible, tmp_path: Path) -> None:
    with pytest.raises(NeedsMac):
        export_verified(tiny_source, tmp_path / "out", refuse, on_mac=True)
