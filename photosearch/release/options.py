"""The options of a release, and its date: SOURCE_DATE_EPOCH, or none at all.

https://reproducible-builds.org/specs/source-date-epoch/
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import UsageError

if TYPE_CHECKING:
    from photosearch.coreml.compress.apply import Weights
    from photosearch.coreml.record import LayoutName, Target
    from photosearch.release.pack import Format

VARIABLE = "SOURCE_DATE_EPOCH"  # seconds since 1970, UTC
# What stands for no date, and the earliest and latest that a .zip can hold.
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReleaseOptions:
    """`version` and `card` are by default the model's own."""

    target: Target = "iOS17"
    weights: Weights = "int8"
    layout: LayoutName = "ane"
    budget_bytes: int | None = None  # of both packages; for mixed weights
    version: str | None = None
    card: Path | None = None  # Markdown
    eval_data: Path | None = None  # photos and captions
    without_retrieval_check: bool = False  # has to be said where there is no eval_data
    key: Path | None = None  # Ed25519 in PEM; None: not signed
    format: Format = "zip"

    def check(self) -> None:
        """Raises UsageError if retrieval is neither to be checked nor left out by choice."""
        if self.eval_data is None and not self.without_retrieval_check:
            raise UsageError(
                "got no --eval-data: a release shows that its packages find what the model finds; "
                "to ship without that, say --without-retrieval-check"
            )
        if self.eval_data is not None and self.without_retrieval_check:
            raise UsageError("got both --eval-data and --without-retrieval-check, expected one")
        if self.eval_data is not None and not self.eval_data.is_dir():
            raise UsageError(f"--eval-data {self.eval_data}: expected a directory")


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
