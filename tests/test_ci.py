"""The scripts of CI say plainly what they leave out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted(path for path in (ROOT / ".ci").iterdir() if not path.suffix)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script that compares the API, and nothing else."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "api", tmp_path / ".ci")
    return tmp_path


def said(checkout: Path) -> str:
    script = checkout / ".ci" / "api"
    environment = {"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(checkout.parent)}
    ran = subprocess.run([script], env=environment, capture_output=True, text=True, check=True)
    return ran.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_can_be_run_and_parsed(script: Path) -> None:
    assert script.stat().st_mode & 0o100
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_without_a_tag_there_is_no_api_to_compare_with(checkout: Path) -> None:
    commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-qm", "."]
    for command in (["init", "-q"], commit):
        subprocess.run(["git", *command], cwd=checkout, check=True)
    assert said(checkout) == "api: no tag yet, nothing compared\n"


def test_without_history_there_is_no_api_to_compare_with(checkout: Path) -> None:
    assert said(checkout) == "api: no git history here, nothing compared\n"
