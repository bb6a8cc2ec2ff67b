"""Wrong clocks, missing dates and missing places: how a file differs from what is true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from photosearch.testing.library.chance import Chance
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.records import Clock

_WRONG: tuple[Clock, ...] = ("hours", "hours", "hours", "years", "years", "1904", "1980", "2030")
_HOURS, _YEARS = (1, 12), (1, 10)
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the photos of one shot."""

    clock: Clock
    shift: timedelta  # of "hours" and "years"
    has_gps: bool

    def written(self, local: datetime) -> datetime | None:
        """What the camera's clock shows at a local time; None where no date is written."""
        match self.clock:
            case "missing":
                return None
            case "1904":  # where clocks of Macs begin, and QuickTime's
                return datetime(1904, 1, 1)
            case "1980":  # where FAT's dates begin: a battery that was empty until this day
                return datetime.combine(datetime(1980, 1, 1), local.time())
            case "2030":
                return local.replace(year=2030, day=min(local.day, 28))
        return local + self.shift


def draw_flaw(chance: Chance, plan: LibraryPlan) -> Flaw:
    """Mostly none."""
    has_gps = not chance.happens(plan.without_gps)
    drawn = chance.uniform() - plan.without_date
    if drawn < 0:
        return Flaw("missing", timedelta(), has_gps)
    clock = chance.one(_WRONG) if drawn < plan.wrong_clocks else "right"
    sign = chance.one((-1, 1))
    shift = timedelta()
    if clock == "hours":
        shift = sign * timedelta(hours=chance.between(*_HOURS))
    elif clock == "years":
        shift = -_YEAR * chance.between(*_YEARS)
    return Flaw(clock, shift, has_gps)
