"""Which suites of the Swift package run with the thread sanitizer, as `.ci/swift` names them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "swift" / "Tests"
SUITE = re.compile(r"@Suite\b[^{]*?\b(?:struct|class|actor) (\w+)")
AT_ONCE = re.compile(
    r"\basync let\b|\bTask(\.detached)? \{|TaskGroup\(|\btasks: |\bconcurrentPerform\b"
)


def concurrent() -> re.Pattern[str]:
    """What `swift test --filter` is given."""
    parts = re.findall(
        r"^concurrent\+?='(.*)'$", (ROOT / ".ci" / "swift").read_text(), re.MULTILINE
    )
    assert parts
    return re.compile("".join(parts))


def suites() -> dict[str, str]:
    """`Target.Suite`, and its text with what its file begins with."""
    found = {}
    for file in TESTS.rglob("*.swift"):
        head, *parts = SUITE.split(file.read_text(encoding="utf-8"))
        target = file.relative_to(TESTS).parts[0]
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            found[f"{target}.{name}"] = head + text
    return found


def test_every_suite_that_does_several_things_at_once_is_among_them() -> None:
    busy = [name for name, text in suites().items() if AT_ONCE.search(text)]
    assert len(busy) > 5
    assert [name for name in busy if not concurrent().search(name)] == []


def test_no_part_of_the_filter_names_nothing() -> None:
    pattern = concurrent().pattern
    for module, group in re.findall(r"(\w+)\\\.\(([^)]*)\)Tests", pattern):
        pattern += "".join(f"|{module}.{name}Tests" for name in group.split("|"))
    parts = re.split(r"\|(?![^(]*\))", pattern)
    assert [part for part in parts if not any(re.search(part, name) for name in suites())] == []
