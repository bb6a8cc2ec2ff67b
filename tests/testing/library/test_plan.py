"""The settings of a simulated library, and those that make none."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from photosearch.errors import UsageError
from photosearch.testing import LibraryPlan


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"photos": 0}, "photos: got 0"),
        ({"photos": -3}, "photos: got -3"),
        ({"photos": 10**9}, "photos: got 1000000000"),
        ({"years": (2025, 2016)}, "years: got (2025, 2016)"),
        ({"years": (1904, 2000)}, "years: got (1904, 2000)"),
        ({"years": (2016, 2300)}, "years: got (2016, 2300)"),
        ({"years": (2016,)}, "years: got (2016,)"),
        ({"home": (91.0, 0.0)}, "home: got (91.0, 0.0)"),
        ({"home": (float("nan"), 0.0)}, "home: got (nan, 0.0)"),
        ({"home": (1.0,)}, "home: got (1.0,)"),
        ({"side": 8}, "side: got 8"),
        ({"trips_per_year": -1.0}, "trips_per_year: got -1.0"),
        ({"trips_per_year": float("inf")}, "trips_per_year: got inf"),
        ({"bursts": 1.5}, "bursts: got 1.5"),
        ({"favourites": float("nan")}, "favourites: got nan"),
        ({"trips": 0.8, "parties": 0.3}, "trips + parties + screenshots: got 1.15"),
        ({"bursts": 0.5, "selfies": 0.6}, "bursts + selfies"),
        ({"without_date": 0.6, "wrong_clocks": 0.6}, "without_date + wrong_clocks"),
    ],
)
def test_settings_that_make_no_library_are_named(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as raised:
        LibraryPlan(**settings)
    assert told in str(raised.value)
    assert "expected" in str(raised.value)


def test_every_share_is_checked() -> None:
    shares = [each.name for each in fields(LibraryPlan) if each.type == "float"]
    assert len(shares) > 15
    for name in shares:
        with pytest.raises(UsageError, match=name):
            LibraryPlan(**{name: 21.0})  # type: ignore[arg-type]
