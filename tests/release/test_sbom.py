"""The bill of materials that goes with a release."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from photosearch.bundle.inventory import take_inventory
from photosearch.manifest import FileEntry, Manifest, read_manifest
from photosearch.release import sbom as module
from photosearch.release.sbom import sbom_text

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
