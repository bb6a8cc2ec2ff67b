"""What a release is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import UsageError

if TYPE_CHECKING:
    from photosearch.coreml.compress.apply import Weights
    from photosearch.coreml.record import LayoutName, Target
    from photosearch.release.pack import Format


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
