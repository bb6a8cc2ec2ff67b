"""`photosearch model release`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from photosearch.errors import StorageError, UsageError
from photosearch.testing import random_bundle
from tests.bundle.keys import write_keys
from tests.cli.conftest import Ran, run
from tests.release.fakes import fake_steps, write_eval_data

LIMITED = """
import resource, sys
from pathlib import Path
from photosearch.cli.app import app
from photosearch.release import release
from tests.release.fakes import fake_steps
bundle, out = sys.argv[1:]
release.Steps = lambda: fake_steps(Path(bundle))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
app(["model", "release", "--model", bundle, "--out", out, "--without-retrieval-check"])
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_bundle(tmp_path_factory.mktemp("release") / "random.photomodel")


@pytest.fixture
def quick(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The minutes that a conversion and its verification take are spared."""
    from photosearch.release import release

    monkeypatch.setattr(release, "Steps", lambda: fake_steps(source))


def ask(source: Path, out: Path, *arguments: str | Path) -> Ran:
    return run("model", "release", "--model", source, "--out", out, *arguments)


def test_the_archive_is_on_stdout_and_the_talk_on_stderr(
    quick: None, source: Path, tmp_path: Path
) -> None:
    private, public = write_keys(tmp_path)
    data = write_eval_data(tmp_path / "data")
    options = ("--eval-data", data, "--key", private, "--bundle-version", "2")
    ran = ask(source, tmp_path / "out", *options)
    assert ran.code == 0, ran.err
    sha256, archive = ran.out.decode().split()
    assert (len(sha256), Path(archive).name) == (64, "random-2.zip")
    assert "verified against MIL semantics, not on a device" in ran.err
    assert "warning: 4-bit palettes: needs device validation" in ran.err
    assert "not signed" not in ran.err
    shutil.unpack_archive(archive, tmp_path / "unpacked")
    ran = run("model", "verify", tmp_path / "unpacked" / "random-2", "--public-key", public)
    assert ran.code == 0, ran.out
    assert b"not checked" not in ran.out


def test_what_was_left_out_is_said(quick: None, source: Path, tmp_path: Path) -> None:
    ran = ask(source, tmp_path, "--without-retrieval-check", "--format", "tar.zst")
    assert ran.code == 0, ran.err
    assert ran.out.endswith(b"random-0.tar.zst\n")
    assert "warning: retrieval was not checked" in ran.err
    assert "not signed: give --key" in ran.err


def test_it_insists_on_eval_data(source: Path, tmp_path: Path) -> None:
    ran = ask(source, tmp_path / "out")
    assert ran.code == UsageError.exit_code
    assert "--without-retrieval-check" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_version_that_no_file_can_be_named_after_is_one_line(
    source: Path, tmp_path: Path
) -> None:
    ran = ask(source, tmp_path, "--without-retrieval-check", "--bundle-version", "a b")
    assert ran.code == UsageError.exit_code
    assert "version: got 'a b'" in ran.err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_disk_that_fills_is_one_line_and_leaves_nothing(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(source), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == StorageError.exit_code, done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_the_script_is_the_same_command() -> None:
    command = [sys.executable, "-m", "export.release", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Usage: photosearch model release [OPTIONS]" in done.stdout


@pytest.mark.slow
def test_a_release_of_a_small_model_goes_through_every_step(tmp_path: Path) -> None:
    """Converted, verified on real photos and linted, twice: the archives are the same."""
    source = random_bundle(tmp_path / "random.photomodel")
    arguments = ("--without-retrieval-check",)
    ran = [ask(source, tmp_path / place, *arguments) for place in ("one", "two")]
    assert [each.code for each in ran] == [0, 0], ran[0].err
    assert ran[0].out.split()[0] == ran[1].out.split()[0]
    shutil.unpack_archive(tmp_path / "one" / "random-0.zip", tmp_path / "unpacked")
    checked = run("model", "verify", tmp_path / "unpacked" / "random-0", "--json")
    assert json.loads(checked.out)["ok"]
