"""A whole verification of a tiny model: the record, the page, and what is refused."""

from __future__ import annotations

import json
import math
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photosearch.coreml.export import Exported, export_model
from photosearch.coreml.families.convertible import Convertible
from photosearch.errors import (
    BundleError,
    ModelError,
    NeedsMac,
    StorageError,
    UsageError,
    VerificationFailed,
)
from photosearch.verify import verification as module
from photosearch.verify.records import Check, Verification
from photosearch.verify.report import report_html
from photosearch.verify.verification import (
    TorchSide,
    export_verified,
    package_digest,
    require_passed,
    verify_export,
    write_verification,
)
from tests.coreml import tiny

pytest.importorskip("skimage")
pytest.importorskip("sklearn")

BAD = Check("image: error over spread", "failed", 0.9, 0.05)


@pytest.fixture(scope="session")
def record(found: Verification) -> Any:
    return json.loads(found.to_json())


def test_a_faithful_export_passes_and_finds_what_torch_finds(found: Verification) -> None:
    assert found.passed
    assert found.retrieval is not None
    assert found.retrieval.captions == 16
    recall = found.summary.recall_at_10
    assert recall is not None
    assert recall.shipped.mean == pytest.approx(recall.torch.mean, abs=0.07)


def test_the_record_names_the_very_packages(record: Any, tiny_export: Path) -> None:
    subject = record["subject"]
    assert subject["sha256"]["text.mlpackage"] == package_digest(tiny_export / "text.mlpackage")
    assert (subject["weights"], subject["layout"], subject["target"]) == ("fp16", "ane", "iOS17")
    assert record["schema"] == 2
    assert record["passed"] is True
    assert record["statement"] == "verified against MIL semantics, not on a device"


def test_the_record_holds_every_check_with_its_outcome(record: Any) -> None:
    outcomes = {check["name"]: check["outcome"] for check in record["checks"]}
    assert outcomes["image: channels swapped"] == "passed"
    assert outcomes["on a Mac"] == "not run"
    assert outcomes["R@10 lost against torch"] == "passed"
    assert outcomes["text: squares beyond fp16"] == "noted"


def test_the_record_has_the_fields_that_its_module_lists(record: Any) -> None:
    assert record.keys() == {
        "schema", "passed", "statement", "subject", "checks", "summary", "retrieval",
    }  # fmt: skip
    fields = {check["name"]: check.keys() - {"name", "outcome"} for check in record["checks"]}
    assert fields["text: error over spread"] == {"value", "limit", "bound"}
    assert fields["text: finite in fp16"] == set()
    assert fields["on a Mac"] == {"detail"}


def test_the_record_is_one_short_line(found: Verification) -> None:
    assert found.to_json().count("\n") == 1
    assert len(found.to_json()) < 6_000


def test_the_summary_is_a_row_of_a_table(record: Any) -> None:
    summary = record["summary"]
    assert summary["error"].keys() == {"image", "text"}
    assert summary["overlap"] > 0.98
    assert summary["size_bytes"] == sum(record["subject"]["size_bytes"].values())
    assert summary["recall_at_10"].keys() == {"torch", "shipped", "difference"}


def test_the_same_packages_give_the_same_bytes(
    found: Verification, tiny_source: Convertible, tiny_export: Path, eval_data: Path
) -> None:
    again = verify_export(tiny_export, tiny_source, eval_data=eval_data)
    assert again.to_json() == found.to_json()
    assert report_html(again) == report_html(found)


def test_neither_holds_a_place_of_this_machine(found: Verification, tiny_export: Path) -> None:
    for text in (found.to_json(), report_html(found)):
        assert str(tiny_export.parent) not in text
        assert str(Path.home()) not in text


def test_the_torch_side_can_be_made_once(
    tiny_source: Convertible, tiny_export: Path, reference: TorchSide, found: Verification
) -> None:
    spared = verify_export(tiny_export, tiny_source, reference=reference)
    assert spared.numbers == found.numbers
    assert spared.retrieval is None
    assert {"retrieval", "on a Mac"} == {c.name for c in spared.checks if c.outcome == "not run"}


def test_what_is_not_finite_is_text_in_the_record(found: Verification) -> None:
    wild = Check("x", "failed", math.inf, 1.0)
    raw = json.loads(replace(found, checks=(wild,)).to_json())
    assert raw["checks"][0]["value"] == "inf"
    assert raw["passed"] is False


def test_both_files_are_written_and_nothing_else(found: Verification, tmp_path: Path) -> None:
    write_verification(tmp_path, found)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "verification.html",
        "verification.json",
    ]
    assert (tmp_path / "verification.json").read_text() == found.to_json()


def test_a_place_that_cannot_be_written_is_a_storage_error(
    found: Verification, tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="cannot write verification.json"):
        write_verification(tmp_path / "nowhere", found)


def test_a_failure_names_its_checks_and_the_report(found: Verification, tmp_path: Path) -> None:
    require_passed(found, tmp_path)
    failed = replace(found, checks=(BAD,) * 5)
    with pytest.raises(VerificationFailed, match="got 0.9, expected at most 0.05.*and 2 more") as e:
        require_passed(failed, tmp_path / "page.html")
    assert str(tmp_path / "page.html") in str(e.value)


def test_packages_of_another_model_are_refused(tiny_export: Path, tmp_path: Path) -> None:
    other = tiny.tiny_source(tmp_path / "tokenizer", seed=1)
    with pytest.raises(UsageError, match="packages of another model"):
        verify_export(tiny_export, other)


@pytest.mark.slow
def test_another_models_weights_under_its_name_fail(
    tiny_source: Convertible, reference: TorchSide, tmp_path: Path
) -> None:
    other = tiny.tiny_source(tmp_path / "tokenizer", seed=1)
    impostor = replace(other, space=tiny_source.space)
    done = export_model(impostor, tmp_path / "out", weights="fp16")
    assert not verify_export(done.directory, tiny_source, reference=reference).passed


@pytest.mark.parametrize("missing", ["export.json", "text.mlpackage"])
def test_a_part_that_is_missing_is_an_error(
    tiny_source: Convertible,
    tiny_export: Path,
    reference: TorchSide,
    tmp_path: Path,
    missing: str,
) -> None:
    copy = Path(shutil.copytree(tiny_export, tmp_path / "copy"))
    if (copy / missing).is_dir():
        shutil.rmtree(copy / missing)
    else:
        (copy / missing).unlink()
    with pytest.raises(BundleError):
        verify_export(copy, tiny_source, reference=reference)


def test_eval_data_that_do_not_fit_are_said_before_any_work(
    tiny_source: Convertible,
    tiny_export: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "torch_side", lambda *_, **__: pytest.fail("worked"))
    with pytest.raises(UsageError, match="no captions.jsonl in"):
        verify_export(tiny_export, tiny_source, eval_data=tmp_path)


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_a_mac_is_asked_for_before_any_work(tiny_source: Convertible, tmp_path: Path) -> None:
    with pytest.raises(NeedsMac):
        verify_export(tmp_path, tiny_source, on_mac=True)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, found: Verification) -> None:
    """Spares the work of a verification that passes."""
    monkeypatch.setattr(module, "verify_export", lambda *_, **__: found)


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


def test_eval_data_that_do_not_fit_are_said_before_the_conversion(
    tiny_source: Convertible, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no captions.jsonl in"):
        export_verified(tiny_source, tmp_path / "out", refuse, eval_data=tmp_path)


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_a_mac_is_asked_for_before_the_conversion(tiny_source: Convertible, tmp_path: Path) -> None:
    with pytest.raises(NeedsMac):
        export_verified(tiny_source, tmp_path / "out", refuse, on_mac=True)
