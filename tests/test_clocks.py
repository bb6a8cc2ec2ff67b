"""No test reads a clock: benchmarks measure seconds, tests count work or compare its growth."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# it alone may: what it gives away is a ratio
MAY_READ = ROOT / "tests" / "growth.py"
CLOCKS = {
    *("perf_counter", "process_time", "thread_time", "monotonic", "timeit", "clock_gettime"),
    *("getrusage", "default_timer"),
}
SWIFT_CLOCK = re.compile(
    r"ContinuousClock|SuspendingClock|\.elapsed|\bDate\(\)|\bDate\.now|DispatchTime|systemUptime"
    r"|clock_gettime|CFAbsoluteTimeGetCurrent|\.timeLimit|\bmeasure\b"
)


def python_tests() -> list[Path]:
    found = (ROOT / "tests").rglob("*.py")
    benchmarks = ROOT / "tests" / "benchmarks"
    return sorted(path for path in found if benchmarks not in path.parents and path != MAY_READ)


def clocks_in(source: str) -> list[str]:
    """Line and name of each clock that Python code asks, in strings that are code too."""
    return sorted(f"{line}: {name}" for line, name in _clocks(ast.parse(source), 0))


def _clocks(tree: ast.AST, first: int) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for name in _names(node):
            if name.removesuffix("_ns") in CLOCKS:
                yield first + getattr(node, "lineno", 0), name
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            try:
                yield from _clocks(ast.parse(node.value), first + node.lineno)
            except SyntaxError:
                continue


def _names(node: ast.AST) -> list[str]:
    """What may be a clock in a node: `time.time` is one, a field `time` of anything else is not."""
    match node:
        case ast.Attribute(value=ast.Name(id="time"), attr="time" | "time_ns"):
            return ["perf_counter"]
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return [name]
        case ast.ImportFrom(module="time", names=names):
            return ["perf_counter" if name.name == "time" else name.name for name in names]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [name.name for name in names]
    return []


@pytest.mark.parametrize("path", python_tests(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_in_python_reads_a_clock(path: Path) -> None:
    if path != Path(__file__):
        assert clocks_in(path.read_text(encoding="utf-8")) == []


def test_no_test_in_swift_reads_a_clock() -> None:
    paths = sorted((ROOT / "swift" / "Tests").rglob("*.swift"))
    assert len(paths) > 40
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        if not path.stem.endswith("Benchmarks")  # these run only when they are asked for
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if SWIFT_CLOCK.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        *("import time\ntime.perf_counter()", "from time import monotonic_ns", "time.time()"),
        *("import timeit", "from timeit import default_timer as now", "from time import time"),
        'CODE = """\nimport time\nprint(time.process_time())\n"""',
    ],
)
def test_clocks_are_recognised(source: str) -> None:
    assert clocks_in(source) != []


def test_waiting_is_no_clock() -> None:
    assert clocks_in("from time import sleep\nsleep(1)\nrun(timeout=60)\nhit.time = 3") == []
