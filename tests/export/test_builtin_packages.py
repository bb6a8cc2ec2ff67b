"""Packages come into a bundle that is otherwise as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.builtin_packages import add_packages
from photosearch.bundle.check import check_bundle
from photosearch.errors import VerificationFailed
from photosearch.manifest import read_manifest
from photosearch.testing import random_bundle
from photosearch.verify.records import measured
from tests.release.fakes import fake_steps, write_eval_data


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
    assert new == {"image.mlpackage", "text.mlpackage", "verification.json"}
    assert {name for name in before if after[name] != before[name]} == {"manifest.json"}


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
