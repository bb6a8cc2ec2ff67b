"""The scripts of CI say plainly what they leave out; the workflows call what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
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


def jobs(workflow: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return read


def steps(workflow: Path) -> list[dict[str, str]]:
    return list(chain.from_iterable(job["steps"] for job in jobs(workflow).values()))


def test_the_checks_run_on_every_python_that_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {line.rpartition(" ")[2] for line in project["classifiers"] if ":: 3." in line}
    checks = jobs(ROOT / ".github" / "workflows" / "checks.yml")
    linux, macos = (set(checks[system]["strategy"]["matrix"]["python"]) for system in checks)
    assert linux == named
    assert macos <= named
    assert {min(named), max(named)} <= macos


def test_the_checks_are_those_of_ci_run() -> None:
    for job in jobs(ROOT / ".github" / "workflows" / "checks.yml").values():
        assert job["steps"][-1] == {
            "run": ".ci/run",
            "env": {"PYTHON": "python${{ matrix.python }}"},
        }


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_ends_in_time(workflow: Path) -> None:
    read = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert read["permissions"] == {"contents": "read"}
    assert "concurrency" in read
    assert all(job["timeout-minutes"] <= 60 for job in read["jobs"].values())


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_held_to_its_major_version(workflow: Path) -> None:
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"actions/[\w-]+@v\d+", name)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_script_that_a_workflow_calls_is_there(workflow: Path) -> None:
    commands = "\n".join(step.get("run", "") for step in steps(workflow))
    called = re.findall(r"(?<!\S)\.ci/[\w-]+", commands)
    assert [name for name in called if not (ROOT / name).is_file()] == []


def test_a_python_that_is_not_there_is_named(tmp_path: Path) -> None:
    ran = subprocess.run(
        [ROOT / ".ci" / "test", tmp_path / "venv"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": "python3.1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 3
    assert ran.stderr.startswith("got python3.1, expected Python 3.11 or later")
