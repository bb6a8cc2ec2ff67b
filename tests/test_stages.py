"""The runner of the checks: what waits, what fails, and what it says in the end."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def stages() -> ModuleType:
    """`.ci/stages.py`, which is no module of a package."""
    spec = importlib.util.spec_from_file_location("ci_stages", ROOT / ".ci" / "stages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ci_stages"] = module
    spec.loader.exec_module(module)
    return module


def shell(stages: ModuleType, name: str, command: str, *after: str) -> Any:
    return stages.Stage(name, ("bash", "-c", command), after)


def test_a_stage_waits_for_those_before_it(stages: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "order"
    ran = stages.run_stages(
        [
            shell(stages, "last", f"echo last >> {file}", "first", "middle"),
            shell(stages, "middle", f"echo middle >> {file}", "first"),
            shell(stages, "first", f"sleep 0.1; echo first >> {file}"),
        ],
        tmp_path,
    )
    assert [each.code for each in ran] == [0, 0, 0]
    assert file.read_text().split() == ["first", "middle", "last"]


def test_stages_that_wait_for_nothing_run_beside_each_other(
    stages: ModuleType, tmp_path: Path
) -> None:
    meet = "touch {0}; until [ -e {1} ]; do sleep 0.01; done"
    a, b = tmp_path / "a.here", tmp_path / "b.here"
    both = [shell(stages, "a", meet.format(a, b)), shell(stages, "b", meet.format(b, a))]
    assert [each.code for each in stages.run_stages(both, tmp_path)] == [0, 0]


def test_the_first_failure_ends_the_rest_and_its_log_comes_last(
    stages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = [
        shell(stages, "long", "sleep 600 & sleep 600"),
        shell(stages, "bad", "echo why; echo it was >&2; exit 7"),
        shell(stages, "never", f"touch {tmp_path / 'never'}", "bad"),
    ]
    ran = stages.run_stages(plan, tmp_path)
    stages.show(ran, plan, 1.0)
    assert [(each.name, each.code) for each in ran] == [("bad", 7)]
    assert capsys.readouterr().out.endswith("why\nit was\n\nbad failed: exit status 7\n")
    assert not (tmp_path / "never").exists()


def test_a_command_that_is_not_there_fails_its_stage(stages: ModuleType, tmp_path: Path) -> None:
    plan = [stages.Stage("gone", (str(tmp_path / "no such"),))]
    assert [each.code for each in stages.run_stages(plan, tmp_path)] == [127]


def test_the_closing_lines_of_all_come_last_those_of_pytest_at_the_very_end(
    stages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swift = "\u2714 Test run with 295 tests in 51 suites passed after 7.822 seconds."
    closing = "========= 3035 passed, 2 skipped in 460.55s (0:07:40) ========="
    plan = [
        shell(stages, "pytest", f"echo noise; echo SKIPPED why; echo '{closing}'"),
        shell(stages, "swift plain", f"echo noise; echo '{swift}'"),
    ]
    stages.show(stages.run_stages(plan, tmp_path), plan, 1.0)
    out = capsys.readouterr().out
    told = ["-- swift plain", swift, "-- pytest", "SKIPPED why", closing]
    assert out.splitlines()[-5:] == told
    assert f"on {stages.cpu_name()}, " in out
    assert "noise" not in out


@pytest.mark.parametrize("swift", ["/usr/bin/swift", None])
def test_every_stage_waits_for_stages_that_come(
    stages: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, swift: str | None
) -> None:
    monkeypatch.setattr(stages.shutil, "which", {"swift": swift}.get)
    plan = stages.all_stages(tmp_path)
    names = [stage.name for stage in plan]
    assert len(set(names)) == len(names)
    assert {name for stage in plan for name in stage.after} <= set(names)
    assert ("swift tool" in names) == (swift is not None)


def test_the_table_of_contributing_is_written_by_the_runner_between_its_marks(
    stages: ModuleType, tmp_path: Path
) -> None:
    plan = [shell(stages, "late", "true", "early"), shell(stages, "early", "true")]
    table = stages.rows(stages.run_stages(plan, tmp_path), plan, 7.4)
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    written = stages.with_table(page, table, date(2026, 11, 27))
    start, end = stages.MARKS
    before, rest = page.split(start)
    assert written.startswith(before + start)
    assert written.endswith(end + rest.split(end)[1])
    lines = written.split(start)[1].split(end)[0].splitlines()
    assert lines[0] == f"On {stages.machine()}, 2026-11-27:"
    assert stages.cpu_name() in lines[0]
    assert [line.split(" | ")[0] for line in lines[4:]] == ["| late", "| early", "| all"]
    assert lines[-1].startswith("| all | 7 | ")
    assert stages.with_table(written, table, date(2026, 11, 27)) == written


def test_a_page_without_a_place_for_the_table_is_said(stages: ModuleType) -> None:
    with pytest.raises(SystemExit, match="got no place for the table"):
        stages.with_table("# Contributing\n", [], date(2026, 11, 27))
