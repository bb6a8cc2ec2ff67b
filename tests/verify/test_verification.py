"""A whole verification of a tiny model: the record, the page, and what is refused."""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from photosearch.coreml.export import export_model
from photosearch.coreml.families.convertible import Convertible
from photosearch.errors import BundleError, NeedsMac, StorageError, UsageError, VerificationFailed
from photosearch.testing import COLORS, draw_photos
from photosearch.verify import verification as module
from photosearch.verify.records import Check, Range, Verification
from photosearch.verify.report import report_html
from photosearch.verify.verification import (
    TorchSide,
    package_digest,
    require_passed,
    torch_side,
    verify_export,
    write_verification,
)
from tests.coreml import tiny

pytest.importorskip("skimage")
pytest.importorskip("sklearn")

BAD = Check("image: error over spread", "failed", 0.9, 0.05)


@pytest.fixture(scope="session")
def eval_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("eval")
    others = {color: COLORS[i - 1] for i, color in enumerate(COLORS)}
    texts = [f"{color} disc on {others[color]}" for color in COLORS]
    drawn = draw_photos(directory / "photos", texts)
    lines = [
        {"image": f"photos/{path.name}", "captions": [text, text.split()[0]]}
        for text, path in drawn.items()
    ]
    (directory / "captions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return directory


@pytest.fixture(scope="session")
def reference(tiny_source: Convertible) -> TorchSide:
    return torch_side(tiny_source)


@pytest.fixture(scope="session")
def found(tiny_source: Convertible, tiny_export: Path, eval_data: Path) -> Verification:
    return verify_export(tiny_export, tiny_source, eval_data=eval_data)


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
    assert record["schema"] == 1
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
        "schema", "passed", "statement", "subject", "checks", "summary", "numbers", "retrieval",
    }  # fmt: skip
    assert record["numbers"].keys() == {"towers", "overlap"}
    tower = record["numbers"]["towers"]["text"]
    assert tower.keys() == {"tower", "agreement", "controls", "ranges", "first_not_finite"}
    for check in record["checks"]:
        assert check.keys() == {"name", "outcome", "value", "limit", "bound", "detail"}


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


class Page(HTMLParser):
    """Everything that a page would load, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe"):
            self.loads.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


def test_the_page_loads_nothing_and_says_what_it_is(found: Verification) -> None:
    html = report_html(found)
    page = read(html)
    assert page.loads == []
    assert all(name.startswith("#") for name in re.findall(r"(?:url\(|href=[\"'])([^)\"']*)", html))
    assert "verified against MIL semantics, not on a device" in page.text
    assert "passed" in page.text


def test_the_page_shows_every_check_and_every_plot(found: Verification) -> None:
    html = report_html(found)
    page = read(html)
    assert all(check.name in page.text for check in found.checks)
    labels = re.findall(r'aria-label="([^"]*)"', html)
    assert len(labels) == 8  # retrieval, 2 similarities, 2 errors, controls, 2 ranges


def test_a_page_without_eval_data_says_not_run(found: Verification) -> None:
    page = read(report_html(replace(found, retrieval=None)))
    assert "Not run: no eval data was given." in page.text


def test_a_page_of_a_failure_says_so_first(found: Verification) -> None:
    text = read(report_html(replace(found, checks=(BAD,)))).text
    assert "failed" in text
    assert "got 0.9, expected at most 0.05" in text


def test_values_that_are_not_finite_can_be_drawn(found: Verification) -> None:
    image = found.numbers.towers["image"]
    wild = (Range("a", "conv", math.nan, False), Range("b", "mul", math.inf, True))
    towers = {**found.numbers.towers, "image": replace(image, ranges=wild)}
    similarities = replace(found.numbers.similarities, shipped=(math.nan,) * 1360)
    numbers = replace(found.numbers, towers=towers, similarities=similarities)
    assert "nan" not in re.sub(
        r"<title>.*?</title>", "", report_html(replace(found, numbers=numbers))
    )


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
