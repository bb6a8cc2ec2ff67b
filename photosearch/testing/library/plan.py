"""The settings of a simulated library: its size, its years, its home and all shares."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from photosearch.errors import UsageError

FIRST_YEAR, LAST_YEAR = 1970, 2100  # zones east or west by whole minutes
MAX_PHOTOS = 10_000_000
MIN_SIDE, MAX_SIDE = 32, 8192  # pixels


@dataclass(frozen=True, slots=True)
class LibraryPlan:
    """What a simulated library is to be like. The same plan gives the same library.

    Shares are of all photos unless said otherwise, 0 to 1, and met on average. Photos are taken at
    home where no share says otherwise. Raises UsageError for values that make no library.
    """

    photos: int = 2000
    years: tuple[int, int] = (2016, 2025)  # the first and the last
    seed: int = 0
    home: tuple[float, float] = (52.52, 13.405)  # degrees: latitude, longitude
    side: int = 224  # the longer side, in pixels; a smaller source is not enlarged
    # Events
    trips_per_year: float = 3.0  # of 3 to 14 days, to both hemispheres
    gaps_per_year: float = 1.0  # times of 10 to 40 days without a photo at home
    trips: float = 0.42
    parties: float = 0.13  # birthdays, christmas, new year, halloween, weddings
    screenshots: float = 0.05
    # Kinds of photo
    bursts: float = 0.03  # photos that belong to a burst of 3 to 8
    selfies: float = 0.04
    panoramas: float = 0.01
    portraits: float = 0.03
    live: float = 0.08
    favourites: float = 0.04
    # Words
    albums: float = 0.7  # of trips and parties: those with a folder of their own
    titles: float = 0.08
    keywords: float = 0.15
    people: float = 0.12
    sidecars: float = 0.2  # of photos with a title, keywords, people or a rating
    # Flaws, of photos that are no screenshots
    without_gps: float = 0.1
    without_date: float = 0.02
    wrong_clocks: float = 0.03  # hours or years off, 1904, 1980 or 2030

    def __post_init__(self) -> None:
        _check("photos", self.photos, 1 <= self.photos <= MAX_PHOTOS, f"1 to {MAX_PHOTOS}")
        _check("years", self.years, _are_years(self.years), _YEARS)
        _check("home", self.home, _is_home(self.home), "latitude and longitude in degrees")
        _check("side", self.side, MIN_SIDE <= self.side <= MAX_SIDE, f"{MIN_SIDE} to {MAX_SIDE}")
        for name in ("trips_per_year", "gaps_per_year"):
            value = getattr(self, name)
            _check(name, value, 0 <= value <= 20, "0 to 20")
        for each in fields(self):
            if each.type == "float" and not each.name.endswith("_per_year"):
                value = getattr(self, each.name)
                _check(each.name, value, 0 <= value <= 1, "a share, 0 to 1")
        for names in _TOGETHER:
            total = math.fsum(getattr(self, name) for name in names)
            _check(" + ".join(names), total, total <= 1 + 1e-9, "at most 1 together")


_YEARS = f"a first and a last year, {FIRST_YEAR} <= first <= last <= {LAST_YEAR}"
# Shares of which one photo can have one only.
_TOGETHER = (
    ("trips", "parties", "screenshots"),
    ("screenshots", "bursts", "selfies", "panoramas", "portraits", "live"),
    ("without_date", "wrong_clocks"),
)


def _are_years(years: tuple[int, int]) -> bool:
    return len(years) == 2 and FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR


def _is_home(home: tuple[float, float]) -> bool:
    return len(home) == 2 and abs(home[0]) <= 90 and abs(home[1]) <= 180


def _check(name: str, got: object, good: bool, expected: str) -> None:
    if not good:
        raise UsageError(f"{name}: got {got!r}, expected {expected}")
