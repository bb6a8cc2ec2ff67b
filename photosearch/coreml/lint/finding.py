"""One thing that the lint found, and which of them stop a release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from photosearch.errors import LintFailed

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """`accepted`: an error that is known and cannot be avoided, so that no gate stops for it."""

    rule: str  # for example "embedding-lookup"
    severity: Severity
    op: str  # the operation's type; empty for a finding about the whole function
    where: str  # function and name, for example "main: 'x_cast'"
    detail: str  # what was got, and what was expected
    source: str  # where the rule comes from
    remedy: str
    accepted: bool = False

    def __str__(self) -> str:
        known = " (accepted)" if self.accepted else ""
        return f"{self.severity}{known} {self.rule} {self.where}: {self.detail}"


def gate(findings: Iterable[Finding], fail_on: Severity) -> None:
    """Raises LintFailed if a finding that is not accepted is as bad as that, or worse."""
    worst = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    stopping = [each for each in findings if each.severity in worst and not each.accepted]
    if stopping:
        raise LintFailed(f"lint: {len(stopping)} findings, the first: {stopping[0]}")
