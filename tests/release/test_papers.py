"""The bill of materials and the notes that go with a release."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from photosearch.bundle.inventory import take_inventory
from photosearch.bundle.model import Model
from photosearch.manifest import FileEntry, Manifest, read_manifest
from photosearch.release import sbom as module
from photosearch.release.notes import Gates, release_notes
from photosearch.release.sbom import sbom_text
from tests.release.fakes import LOOKUP, SLOW, verification

DATE = datetime(2026, 11, 21, tzinfo=UTC)
Entries = dict[str, FileEntry]


@pytest.fixture(scope="module")
def manifest(built: Path) -> Manifest:
    return read_manifest(built)


@pytest.fixture(scope="module")
def entries(built: Path) -> Entries:
    return dict(take_inventory(built).entries)


@pytest.fixture(scope="module")
def bill(manifest: Manifest, entries: Entries) -> Any:
    return json.loads(sbom_text(manifest, entries, DATE))


@pytest.mark.slow
def test_the_bill_follows_the_published_schema(manifest: Manifest, entries: Entries) -> None:
    pytest.importorskip("jsonschema")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = sbom_text(manifest, entries, DATE)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_the_bill_lists_every_file_with_its_hash(bill: Any, entries: Entries) -> None:
    listed = {
        each["name"]: each["hashes"][0]["content"]
        for each in bill["components"]
        if each["type"] == "file"
    }
    assert listed == {name: entry.sha256 for name, entry in entries.items()}


def test_the_bill_names_the_model_and_what_made_it(bill: Any) -> None:
    root = bill["metadata"]["component"]
    assert (root["type"], root["name"], root["version"]) == (
        "machine-learning-model", "random", "0",
    )  # fmt: skip
    makers = {each["name"]: each for each in bill["components"] if each["type"] == "library"}
    assert {"coremltools", "torch", "photosearch"} <= makers.keys()
    assert makers["numpy"]["purl"].startswith("pkg:pypi/numpy@")
    assert all(each["scope"] == "excluded" for each in makers.values())


def test_the_same_contents_have_the_same_bill(manifest: Manifest, entries: Entries) -> None:
    backwards = dict(reversed(entries.items()))
    assert sbom_text(manifest, entries, DATE) == sbom_text(manifest, backwards, DATE)


def test_other_contents_have_another_serial_number(
    bill: Any, manifest: Manifest, entries: Entries
) -> None:
    other = entries | {"MODEL_CARD.md": FileEntry("0" * 64, 1)}
    assert json.loads(sbom_text(manifest, other, DATE))["serialNumber"] != bill["serialNumber"]


def test_a_library_that_is_not_installed_is_not_listed(
    manifest: Manifest, entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAKERS", ("numpy", "not-installed"))
    bill = json.loads(sbom_text(manifest, entries, DATE))
    assert [each["name"] for each in bill["components"] if each["type"] == "library"] == ["numpy"]


def notes(built: Path, model: Model, *, retrieval: bool = True, signed: bool = True) -> str:
    gates = Gates(
        verification(built, model.source, retrieval=retrieval), (LOOKUP, SLOW, SLOW), ("4 bits",)
    )
    manifest, entries = read_manifest(built), take_inventory(built).entries
    return release_notes(manifest, entries, gates, bundle="random-0.photomodel", signed=signed)


def test_the_notes_hold_the_measured_table(built: Path, model: Model) -> None:
    text = notes(built, model)
    assert "| iOS17, ane, int8 | 2.0 MB (50% of fp16) | 0.0123 / 0.0123 | 0.985 |" in text
    assert "| R@10 | 70.0 [68.0, 72.0] | 69.8 [67.0, 71.0] | -0.2 [-0.4, 0.1] |" in text
    assert "500 captions and 100 photos" in text


def test_the_notes_say_how_far_the_evidence_goes(built: Path, model: Model) -> None:
    text = notes(built, model)
    assert "verified against MIL semantics, not on a device" in text
    assert "- on a Mac: not run (no Mac)" in text
    assert "**Warning**: 4 bits." in text


def test_the_notes_count_what_the_lint_found(built: Path, model: Model) -> None:
    assert "1 error (1 accepted), 2 warnings, 0 notes" in notes(built, model)


def test_the_notes_say_where_retrieval_was_left_out(built: Path, model: Model) -> None:
    assert "Retrieval was **not checked**" in notes(built, model, retrieval=False)


def test_the_notes_list_files_and_commands(built: Path, model: Model) -> None:
    text = notes(built, model)
    assert "| `random-0.photomodel/weights.safetensors` |" in text
    assert "photosearch model verify random-0.photomodel --public-key KEY.pem" in text
    assert "not signed" not in text


def test_the_notes_say_that_a_release_is_not_signed(built: Path, model: Model) -> None:
    text = notes(built, model, signed=False)
    assert "openssl" not in text
    assert "This release is not signed" in text
