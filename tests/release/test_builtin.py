"""The built-in bundle as it is shipped, packages and all."""

from __future__ import annotations

import json

import pytest

from export.builtin_packages import TARGET
from photosearch.bundle.check import check_bundle
from photosearch.manifest import FILE_NAME, read_manifest
from photosearch.models.load import builtin_bundle

BUNDLE = builtin_bundle()
MOST_BYTES = 50_000_000  # of one file that a repository should hold

pytestmark = pytest.mark.skipif(not BUNDLE.is_dir(), reason="no built-in model in this tree yet")


def test_it_is_sound_in_every_part() -> None:
    report = check_bundle(BUNDLE)
    assert report.ok, report.faults
    assert {"files", "packages", "weights", "tokenizer", "verification"} <= set(report.checked)


def test_its_packages_run_on_the_oldest_system_of_the_swift_package() -> None:
    packages = read_manifest(BUNDLE).packages
    assert packages is not None
    assert (packages.image.target, packages.text.target) == (TARGET, TARGET)
    assert (packages.image.weights, packages.text.weights) == ("int8", "int8")


def test_its_packages_were_verified_on_photos_held_back() -> None:
    record = json.loads((BUNDLE / "verification.json").read_text(encoding="utf-8"))
    assert record["passed"] is True
    assert record["retrieval"]["photos"] == 1000


def test_no_file_is_too_large_for_a_repository() -> None:
    sizes = {file.name: file.stat().st_size for file in BUNDLE.rglob("*") if file.is_file()}
    assert FILE_NAME in sizes
    assert max(sizes.values()) < MOST_BYTES
