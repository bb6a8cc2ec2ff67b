"""Runs all checks, side by side where they can, and says how long each took.

    python .ci/stages.py [--write-table] VENV     VENV: the environment to make and to check in

What a stage prints is kept until it fails: then it is shown and everything else is stopped. With
--write-table, what all of them took goes into CONTRIBUTING.md, once all have passed.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[1]
SWIFT_PARTS = ("lint", "tool", "plain", "address", "thread", "stubs", "example")
SWIFT_TOOL = ROOT / ".build" / "release" / "photosearch-swift"
PAGE = ROOT / "CONTRIBUTING.md"
MARKS = ("<!-- stages: written by .ci/run --write-table -->\n", "<!-- end of stages -->\n")
_MOST_WORKERS = 4  # of pytest; each takes up to 2 GB
_SITE = ("NO_MKDOCS_2_WARNING=1",)  # the theme's advertisement of its successor
# What is worth reading of a stage that passed: closing lines, and what was left out and why.
_TOLD = re.compile(
    r"SKIPPED|XFAIL|=+ .* passed.* =+$|.*(Test run with|tests skipped|nothing compared|not checked)"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A command, as `env` takes it, and the stages that it waits for."""

    name: str
    command: tuple[str, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    name: str
    code: int  # exit status; negative: the signal that ended it
    wall_s: float
    cpu_s: float  # of all its processes together
    log: Path


def all_stages(venv: Path) -> list[Stage]:
    """The README's checks: those of Python and of Swift beside each other."""
    python, ruff, mypy = (str(venv / "bin" / name) for name in ("python", "ruff", "mypy"))
    swift = _swift_stages()
    tool = [stage.name for stage in swift if stage.name == "swift tool"]
    built = (f"PHOTOSEARCH_SWIFT={SWIFT_TOOL}",) if tool else ()
    pytest = (*built, python, "-m", "pytest", "-n", str(_workers()), "--dist", "worksteal")
    install = (python, "-m", "pip", "install", "--quiet", "-c", "constraints.txt")
    return [
        Stage("venv", (sys.executable, "-m", "venv", str(venv))),
        Stage("install", (*install, "-e", ".[all,dev]"), after=("venv",)),
        Stage("ruff check", (ruff, "check", "."), after=("install",)),
        Stage("ruff format", (ruff, "format", "--check", "."), after=("ruff check",)),
        Stage("mypy", (mypy,), after=("ruff format",)),
        Stage("docs", (*_SITE, python, "-m", "mkdocs", "build", "--strict"), after=("install",)),
        Stage("pytest", pytest, after=("mypy", *tool)),
        *swift,
    ]


def _swift_stages() -> list[Stage]:
    """One after the other: each of them alone uses every core."""
    if shutil.which("swift") is None:
        return [Stage("swift", (".ci/swift",))]  # says so
    names = [f"swift {part}" for part in SWIFT_PARTS]
    return [
        Stage(name, (".ci/swift", part), after=tuple(names[max(place - 1, 0) : place]))
        for place, (name, part) in enumerate(zip(names, SWIFT_PARTS, strict=True))
    ]


def _workers() -> int:
    return min(os.cpu_count() or 1, _MOST_WORKERS)


class Running:
    """The processes of the stages that have begun and not ended."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._begun: dict[int, tuple[Stage, float, subprocess.Popen[bytes], BinaryIO]] = {}

    def __len__(self) -> int:
        return len(self._begun)

    def start(self, stage: Stage) -> None:
        log = (self._logs / stage.name.replace(" ", "-")).open("wb")
        process = subprocess.Popen(
            ("env", *stage.command),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._begun[process.pid] = (stage, time.monotonic(), process, log)

    def wait(self) -> Ran:
        """The next stage that ends."""
        pid, status, usage = os.wait3(0)
        stage, begun, process, log = self._begun.pop(pid)
        process.returncode = os.waitstatus_to_exitcode(status)
        log.close()
        return Ran(
            name=stage.name,
            code=process.returncode,
            wall_s=time.monotonic() - begun,
            cpu_s=usage.ru_utime + usage.ru_stime,
            log=Path(os.fsdecode(log.name)),
        )

    def stop(self) -> None:
        """Ends what still runs, with all that it started."""
        for pid in self._begun:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        while self._begun:
            self.wait()


@contextmanager
def running(logs: Path) -> Iterator[Running]:
    processes = Running(logs)
    try:
        yield processes
    finally:
        processes.stop()


def run_stages(stages: Sequence[Stage], logs: Path) -> list[Ran]:
    """Runs each as soon as those that it waits for have passed, until one fails."""
    ran: dict[str, Ran] = {}
    waiting = list(stages)
    with running(logs) as processes:
        while waiting or processes:
            for stage in [each for each in waiting if ran.keys() >= set(each.after)]:
                processes.start(stage)
                waiting.remove(stage)
            done = processes.wait()
            ran[done.name] = done
            print(f"{'passed' if done.code == 0 else 'FAILED'}  {done.name}", flush=True)
            if done.code:
                break
    return list(ran.values())


def show(ran: Sequence[Ran], stages: Sequence[Stage], wall_s: float) -> None:
    """A table of times; then the log of what failed, or else the closing lines of all."""
    print(f"\n{'stage':<16}{'seconds':>9}{'CPU seconds':>14}")
    for name, seconds, cpu_s in rows(ran, stages, wall_s):
        print(f"{name:<16}{seconds:9.0f}{cpu_s:14.0f}")
    print(f"on {machine()}\n")
    failed = [each for each in ran if each.code]
    for each in failed:
        print(f"{_text(each.log)}\n{each.name} failed: exit status {each.code}")
    for each in [] if failed else sorted(ran, key=lambda one: one.name == "pytest"):
        if told := list(filter(_TOLD.match, _text(each.log).splitlines())):
            print(f"-- {each.name}", *told, sep="\n")


def rows(
    ran: Sequence[Ran], stages: Sequence[Stage], wall_s: float
) -> list[tuple[str, float, float]]:
    """(stage, seconds, CPU seconds) in the order of the plan; the last row is all of them."""
    order = {stage.name: place for place, stage in enumerate(stages)}
    found = [(each.name, each.wall_s, each.cpu_s) for each in ran]
    found.sort(key=lambda row: order[row[0]])
    return [*found, ("all", wall_s, sum(each.cpu_s for each in ran))]


def machine() -> str:
    return f"{cpu_name()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def with_table(page: str, table: Sequence[tuple[str, float, float]], day: date) -> str:
    """The page with the table between the two marks, in the place of what was there."""
    before, _, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not end:
        raise SystemExit(f"{PAGE.name}: got no place for the table, expected {MARKS}")
    lines = [f"On {machine()}, {day}:", "", "| stage | seconds | CPU seconds |", "|-|-|-|"]
    lines += [f"| {name} | {seconds:.0f} | {cpu_s:.0f} |" for name, seconds, cpu_s in table]
    return before + MARKS[0] + "\n".join(lines) + "\n" + MARKS[1] + after


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def cpu_name() -> str:
    """As the system calls it."""
    with suppress(OSError):
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        if found:
            return found[1]
    with suppress(OSError, subprocess.CalledProcessError):
        command = ("sysctl", "-n", "machdep.cpu.brand_string")
        return subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True).strip()
    return platform.processor() or platform.machine()


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):  # the former is ignored in the background
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    parser = argparse.ArgumentParser()
    parser.add_argument("--write-table", action="store_true")
    parser.add_argument("venv", type=Path)
    given = parser.parse_args()
    stages = all_stages(given.venv.absolute())
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as logs:
        ran = run_stages(stages, Path(logs))
        wall_s = time.monotonic() - begun
        show(ran, stages, wall_s)
    if any(each.code for each in ran):
        return 1
    if given.write_table:
        table, today = rows(ran, stages, wall_s), datetime.now(UTC).date()
        PAGE.write_text(with_table(PAGE.read_text("utf-8"), table, today), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
