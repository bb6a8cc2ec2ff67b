"""Applies all lint rules to all functions of a package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

from photosearch.coreml.lint.accuracy import accuracy
from photosearch.coreml.lint.residency import constants, residency
from photosearch.coreml.lint.rules import SEVERITIES, Finding, Severity, View
from photosearch.coreml.lint.speed import moves, speed
from photosearch.coreml.mil.package import read_package
from photosearch.coreml.mil.program import Function
from photosearch.errors import LintFailed


def lint_package(path: str | PathLike[str]) -> tuple[Finding, ...]:
    """What would likely leave the Neural Engine, slow it or falsify a result, the worst first.

    Operations that cannot be run here are judged like any other. Raises PackageError if the
    package is missing or damaged, MissingExtra without protobuf.
    """
    package = read_package(Path(path))
    found = [each for function in package.functions.values() for each in _function(function)]
    return tuple(sorted(found, key=lambda each: (SEVERITIES.index(each.severity), each.accepted)))


def gate(findings: Iterable[Finding], fail_on: Severity) -> None:
    """Raises LintFailed if a finding that is not accepted is as bad as that, or worse."""
    worst = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    stopping = [each for each in findings if each.severity in worst and not each.accepted]
    if stopping:
        raise LintFailed(f"lint: {len(stopping)} findings, the first: {stopping[0]}")


def _function(function: Function) -> Iterator[Finding]:
    view = View(function)
    yield from moves(view)
    for op in function.ops:
        yield from constants(op)
    for op in view.computing():
        yield from residency(op, view)
        yield from speed(op, view)
        yield from accuracy(op, view)
