"""Packages come into a bundle that is otherwise as it was; those that are shipped are sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export.builtin_packages import TARGET, add_packages
from photosearch.bundle.check import check_bundle
from photosearch.errors import VerificationFailed
from photosearch.manifest import FILE_NAME, read_manifest
from photosearch.models.load import builtin_bundle
from photosearch.testing import random_bundle
from photosearch.verify.records import measured
from tests.release.fakes import fake_steps, write_eval_data

SHIPPED = builtin_bundle()
MOST_BYTES = 50_000_000  # of one file that a repository should hold

shipped = pytest.mark.skipif(not SHIPPED.is_dir(), reason="no built-in model in this tree yet")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_eval_data(tmp_path / "data")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return random_bundle(tmp_path / "made" / "random.photomodel")


def contents(bundle: Path) -> dict[str, bytes]:
    files = (path for path in bundle.rglob("*") if path.is_file())
    return {path.relative_to(bundle).as_posix(): path.read_bytes() for path in files}


def test_only_packages_and_their_verification_come_in(bundle: Path, data: Path) -> None:
    before = contents(bundle)
    add_packages(bundle, data, steps=fake_steps(bundle))
    after = contents(bundle)
    new = {name.split("/")[0] for name in after.keys() - before.keys()}
    assert new == {"image.mlpackage", "verification.json"}
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"manifest.json", "weights.safetensors"}


def test_the_space_stays_so_that_indexes_remain_valid(bundle: Path, data: Path) -> None:
    before = read_manifest(bundle).space
    assert add_packages(bundle, data, steps=fake_steps(bundle)).space == before


def test_the_bundle_is_sound_and_nothing_lies_beside_it(bundle: Path, data: Path) -> None:
    add_packages(bundle, data, steps=fake_steps(bundle))
    assert check_bundle(bundle).ok
    assert list(bundle.parent.iterdir()) == [bundle]


def test_packages_are_replaced_and_the_bytes_are_the_same(bundle: Path, data: Path) -> None:
    add_packages(bundle, data, steps=fake_steps(bundle))
    once = contents(bundle)
    add_packages(bundle, data, steps=fake_steps(bundle))
    assert contents(bundle) == once


def test_packages_that_compute_something_else_stay_out(bundle: Path, data: Path) -> None:
    before = contents(bundle)
    wrong = fake_steps(bundle, checks=(measured("text: error", 0.4, 0.05),))
    with pytest.raises(VerificationFailed, match="text: error"):
        add_packages(bundle, data, steps=wrong)
    assert contents(bundle) == before
    assert (bundle.parent / "random.photomodel.failed-verification").is_dir()


@shipped
def test_the_shipped_bundle_is_sound_in_every_part() -> None:
    report = check_bundle(SHIPPED)
    assert report.ok, report.faults
    assert {"files", "packages", "weights", "tokenizer", "verification"} <= set(report.checked)


@shipped
def test_the_shipped_packages_run_on_the_oldest_system_of_the_swift_package() -> None:
    packages = read_manifest(SHIPPED).packages
    assert packages is not None
    assert (packages.image.target, packages.image.weights) == (TARGET, "int8")
    assert packages.text is None


@shipped
def test_the_shipped_packages_were_verified_on_photos_held_back() -> None:
    record = json.loads((SHIPPED / "verification.json").read_text(encoding="utf-8"))
    assert record["passed"] is True
    assert record["retrieval"]["photos"] == 1000


@shipped
def test_no_shipped_file_is_too_large_for_a_repository() -> None:
    sizes = {file.name: file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file()}
    assert FILE_NAME in sizes
    assert max(sizes.values()) < MOST_BYTES
