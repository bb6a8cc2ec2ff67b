"""`When`: the times that a query asks for; all that is set must hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Days = tuple[str, str]  # "MM-DD", both included; the first may be the later one of a year
Hours = tuple[int, int]  # from, to, exclusive; across midnight where the first is the greater


@dataclass(frozen=True, slots=True)
class When:
    """Times of the camera's own clock. Empty members say nothing."""

    since: datetime | None = None
    until: datetime | None = None  # exclusive
    months: tuple[int, ...] = ()  # 1..12, any of them
    days: tuple[Days, ...] = ()  # in any of them
    weekdays: tuple[int, ...] = ()  # 1..7 from Monday, any of them
    hours: tuple[Hours, ...] = ()  # in any of them

    def joined(self, other: When) -> When | None:
        """What both ask for; None if no time is in both periods.

        Parts of every year, week or day are added up: "mondays … fridays" are both.
        """
        since = max((each for each in (self.since, other.since) if each), default=None)
        until = min((each for each in (self.until, other.until) if each), default=None)
        if since and until and since >= until:
            return None
        return When(
            since,
            until,
            tuple(sorted({*self.months, *other.months})),
            tuple(dict.fromkeys((*self.days, *other.days))),
            tuple(sorted({*self.weekdays, *other.weekdays})),
            tuple(dict.fromkeys((*self.hours, *other.hours))),
        )

    def as_json(self) -> dict[str, Any]:
        """Members by name, without those that say nothing."""
        members: dict[str, Any] = {
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "months": list(self.months),
            "days": [list(pair) for pair in self.days],
            "weekdays": list(self.weekdays),
            "hours": [list(pair) for pair in self.hours],
        }
        return {name: value for name, value in members.items() if value}
