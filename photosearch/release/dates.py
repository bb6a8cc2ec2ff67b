"""The one date in a release: what SOURCE_DATE_EPOCH says, or none at all.

https://reproducible-builds.org/specs/source-date-epoch/
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from photosearch.errors import UsageError

VARIABLE = "SOURCE_DATE_EPOCH"  # seconds since 1970, UTC
# What stands for no date, and the earliest and latest that a .zip can hold.
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)


def release_date() -> datetime:
    """In UTC, within what a .zip can hold. Raises UsageError if the variable holds no number."""
    given = os.environ.get(VARIABLE)
    if not given:
        return NO_DATE
    try:
        date = datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"{VARIABLE}: got {given!r}, expected seconds since 1970") from error
    return min(max(date, NO_DATE), LATEST)
