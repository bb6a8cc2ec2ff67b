"""`photosearch model lint`: lists what the Neural Engine would likely not run, or run slowly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import Json
from photosearch.cli.output import print_json, say
from photosearch.contract import IMAGE, TEXT
from photosearch.display import printable
from photosearch.errors import require

if TYPE_CHECKING:
    from photosearch.coreml import Finding

_TOWERS = (IMAGE, TEXT)
_SHOWN = 5  # operations of one rule


class SeverityName(StrEnum):
    error = "error"
    warning = "warning"
    note = "note"


def lint(
    package: Annotated[
        Path,
        typer.Argument(metavar="PACKAGE", help="An .mlpackage, or a folder from export."),
    ],
    *,
    fail_on: Annotated[
        SeverityName | None,
        typer.Option(help="Exit with 10 if a finding is as bad as that, or worse."),
    ] = None,
    json: Json = False,
) -> None:
    """List what would likely leave the Neural Engine or slow it.

    Operations that would be inexact are listed too. Apple publishes no such list, so each finding
    names the source of its rule. The lookup of words in a text tower is an error that cannot be
    avoided: it is listed, and accepted by --fail-on.

    \b
    Examples:
      photosearch model lint packages
      photosearch model lint packages/text.mlpackage --fail-on error
      photosearch model lint model.mlpackage --json
    """
    require("coreml", "photosearch model lint", "torch")
    from photosearch.coreml import gate, lint_package

    found = {path.name: lint_package(path) for path in _packages(package)}
    if json:
        print_json({name: [asdict(each) for each in every] for name, every in found.items()})
    else:
        for name, every in found.items():
            _print_findings(name, every)
    if fail_on is not None:
        gate((each for every in found.values() for each in every), fail_on.value)


def _packages(path: Path) -> list[Path]:
    towers = [path / name for name in _TOWERS if (path / name).exists()]
    return towers or [path]


def _print_findings(name: str, findings: tuple[Finding, ...]) -> None:
    print(printable(name))
    for group in _rules(findings):
        for line in _lines(group):
            print(f"  {line}")
    counts = {kind.value: 0 for kind in SeverityName}
    for finding in findings:
        counts[finding.severity] += 1
    told = ", ".join(f"{count} {kind}{'s' * (count != 1)}" for kind, count in counts.items())
    accepted = sum(each.accepted for each in findings)
    say(f"{name}: {told}" + (f"; {accepted} accepted" if accepted else ""))


def _rules(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings that say the same of different operations, the worst first."""

    def rule(each: Finding) -> tuple[str, str, str]:
        return each.severity, each.rule, each.remedy

    order = {kind.value: number for number, kind in enumerate(SeverityName)}
    ordered = sorted(findings, key=lambda each: (order[each.severity], rule(each)))
    for _, group in groupby(ordered, key=rule):
        yield list(group)


def _lines(findings: list[Finding]) -> Iterator[str]:
    first = findings[0]
    accepted = ", accepted" if first.accepted else ""
    yield f"{first.severity}{accepted}: {first.rule} ({len(findings)})"
    for each in findings[:_SHOWN]:
        yield f"  {each.where}: {each.detail}"
    if len(findings) > _SHOWN:
        yield f"  and {len(findings) - _SHOWN} more"
    yield f"  remedy: {first.remedy}"
    yield f"  source: {first.source}"
