"""Figures are kept with their command, the CPU and the date; other scripts' figures stay."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks import figures
from tests.benchmarks.figures import cpu, keep, record, shown

SCRIPT = figures.KEPT.parents[1] / "tests" / "benchmarks" / "bench_text.py"


@pytest.fixture(autouse=True)
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(SCRIPT)])
    monkeypatch.setattr(figures, "_found", {})
    for name in figures._SWITCHES:
        monkeypatch.delenv(name, raising=False)


def test_a_figure_is_kept_with_its_command_cpu_and_date(tmp_path: Path) -> None:
    keep("warm query", 3.14159, "ms")
    record(["--rounds", "5"], kept=tmp_path / "benchmarks.json")
    assert json.loads((tmp_path / "benchmarks.json").read_text()) == {
        "tests.benchmarks.bench_text": {
            "command": "python -m tests.benchmarks.bench_text --rounds 5",
            "cpu": cpu(),
            "date": datetime.date.today().isoformat(),
            "figures": [{"name": "warm query", "value": 3.142, "unit": "ms"}],
        }
    }


def test_what_a_script_found_before_is_replaced_and_others_stay(tmp_path: Path) -> None:
    kept = tmp_path / "benchmarks.json"
    kept.write_text(json.dumps({"other": {}, "tests.benchmarks.bench_text": {"old": 1}}))
    record(["--photos", "1"], kept=kept)
    found = json.loads(kept.read_text())
    assert list(found) == ["other", "tests.benchmarks.bench_text"]
    assert "old" not in found["tests.benchmarks.bench_text"]


def test_paths_of_this_machine_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "captions.txt").touch()
    given = ["--data", str(tmp_path), str(tmp_path / "captions.txt"), str(tmp_path), "--record"]
    assert shown(given) == ["--data", "DATA", "FILE", "FOLDER"]


def test_a_run_with_slower_instructions_is_kept_beside_the_plain_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "benchmarks.json"
    record(["--rounds", "5"], kept=kept)
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    record(["--rounds", "5"], kept=kept)
    commands = [told["command"] for told in json.loads(kept.read_text()).values()]
    plain = "python -m tests.benchmarks.bench_text --rounds 5"
    assert commands == [plain, f"ONEDNN_MAX_CPU_ISA=AVX2 {plain}"]
