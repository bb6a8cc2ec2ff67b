"""`photosearch model verify`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from photosearch.errors import BundleError, UsageError
from photosearch.testing import random_bundle
from tests.cli.conftest import run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_bundle(tmp_path_factory.mktemp("bundle") / "random.photomodel")


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "random.photomodel"))


def test_a_sound_bundle_is_said_to_be_sound(bundle: Path) -> None:
    ran = run("model", "verify", bundle)
    assert ran.code == 0, ran.err
    assert ran.out.startswith(b"random.photomodel is sound: random 0, 4 files, 2.8 MB\n")
    assert b"not checked: packages: the bundle holds none\n" in ran.out


def test_a_damaged_bundle_has_its_own_exit_code_and_a_line_a_fault(bundle: Path) -> None:
    (bundle / "MODEL_CARD.md").write_text("changed")
    (bundle / "stray\x1b[31m").touch()
    ran = run("model", "verify", bundle)
    assert ran.code == BundleError.exit_code
    lines = ran.out.decode().splitlines()
    assert lines[0].startswith("random.photomodel is damaged")
    assert lines[1].startswith("  changed: MODEL_CARD.md: got sha256")
    assert lines[2].startswith("  extra: stray")
    assert "\x1b" not in ran.out.decode()


def test_json_holds_the_whole_report(bundle: Path) -> None:
    (bundle / "tokenizer/vocab.txt").unlink()
    ran = run("model", "verify", bundle, "--json")
    report = json.loads(ran.out)
    assert ran.code == BundleError.exit_code
    assert (report["ok"], report["name"], report["files"]) == (False, "random", 3)
    assert report["faults"][0] == {
        "kind": "missing",
        "where": "tokenizer/vocab.txt",
        "detail": "not there",
    }


def test_no_bundle_is_one_line(tmp_path: Path) -> None:
    ran = run("model", "verify", tmp_path)
    assert ran.code == BundleError.exit_code
    assert ran.err.startswith("photosearch: no model bundle at")


def test_a_file_that_is_no_key_is_one_line(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("none")
    ran = run("model", "verify", bundle, "--public-key", tmp_path / "key")
    assert ran.code == UsageError.exit_code
    assert "expected an Ed25519 public key" in ran.err


def test_the_group_alone_shows_its_help() -> None:
    assert b"verify" in run("model").out + run("model", "--help").out
