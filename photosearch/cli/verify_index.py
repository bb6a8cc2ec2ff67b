"""`photosearch verify-index`: is everything in the index as it was written?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import IndexDir, Json
from photosearch.cli.output import print_json
from photosearch.cli.places import index_directory
from photosearch.display.names import printable
from photosearch.errors import IndexDamaged

if TYPE_CHECKING:
    from photosearch.index.verify import VerifyReport


def verify_index(
    index: IndexDir = None,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Mend what can be mended without embedding photos again."),
    ] = False,
    json: Json = False,
) -> None:
    """Check the index for damage; exit code 7 if there is some.

    A repair keeps what can be read. Photos whose embedding is lost are pending until the next
    `photosearch index`.

    \b
    Examples:
      photosearch verify-index
      photosearch verify-index --repair --index trip.photoindex
    """
    from photosearch.index.verify import verify_index as check

    report = check(index_directory(index), repair=repair)
    if json:
        print_json(asdict(report) | {"ok": report.ok})
    else:
        print("\n".join(_lines(report)))
    if not report.ok:
        raise typer.Exit(IndexDamaged.exit_code)


def _lines(report: VerifyReport) -> list[str]:
    counts = f"{report.photos:,} photos, {report.vectors:,} of them searchable"
    notes = [f"note: {printable(note)}" for note in report.notes]
    if not report.problems:
        return ["the index is sound", *notes, counts]
    head = "repaired:" if report.repaired else "damaged; --repair mends it:"
    return [head, *(f"  {printable(problem)}" for problem in report.problems), *notes, counts]
