"""How packages are verified, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.conversion import EvalData
from photosearch.cli.output import say
from photosearch.errors import UsageError

if TYPE_CHECKING:
    from photosearch.data.evaluation_set import Sampling
    from photosearch.verify.records import Verification


@dataclass(frozen=True, slots=True)
class Verifying:
    """What is checked of packages before they are kept."""

    eval_data: EvalData = None
    eval_photos: Annotated[
        int, typer.Option(metavar="N", min=2, help="Use at most this many of its photos.")
    ] = 1000
    eval_captions: Annotated[
        int, typer.Option(metavar="N", min=2, help="Use at most this many of its captions.")
    ] = 1000
    on_mac: Annotated[
        bool, typer.Option("--on-mac", help="Also let Core ML itself compute. Needs a Mac.")
    ] = False
    skip_verification: Annotated[
        bool,
        typer.Option("--skip-verification", help="Do not ask what the packages compute."),
    ] = False

    def check(self) -> None:
        """Raises UsageError for checks that were asked for and skipped at once."""
        if self.skip_verification and (self.eval_data is not None or self.on_mac):
            raise UsageError("--skip-verification: expected neither --eval-data nor --on-mac")

    @property
    def sampling(self) -> Sampling:
        from photosearch.data.evaluation_set import Sampling

        return Sampling(photos=self.eval_photos, captions=self.eval_captions)


def print_verification(found: Verification) -> None:
    """The figures on stdout; what was not run on stderr."""
    summary = found.summary
    errors = ", ".join(f"{name} {error:.4f}" for name, error in summary.error.items())
    state = "verified" if found.passed else "failed"
    print(f"{state}: error / spread {errors}; the same ten best {summary.overlap:.1%}")
    if summary.recall_at_10:
        recall = summary.recall_at_10
        print(
            f"R@10, %: as shipped {recall.shipped.percent()}, torch {recall.torch.percent()}, "
            f"change {recall.difference.percent()}"
        )
    for check in found.checks:
        if check.outcome == "not run":
            say(str(check))
    say(found.statement)
