"""`photosearch status` and `photosearch verify-index`: count what an index holds, and check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import IndexDir, Json, index_directory, open_index
from photosearch.cli.output import path_record, print_json
from photosearch.display import printable
from photosearch.errors import IndexDamaged
from photosearch.images.suffixes import LIVE_PHOTO
from photosearch.types import IndexStatus

if TYPE_CHECKING:
    from photosearch.index import VerifyReport


def status(index: IndexDir = None, json: Json = False) -> None:
    """Count the photos in the index, and those left out.

    \b
    Examples:
      photosearch status
      photosearch status --json
    """
    directory = index_directory(index)
    with open_index(directory) as photos:
        found = photos.status()
    if json:
        print_json(asdict(found) | {"index": path_record(directory)["path"]})
    else:
        print("\n".join([f"{'index':<12}{printable(directory)}", *_status_lines(found)]))


def _status_lines(found: IndexStatus) -> list[str]:
    left_out = left_out_lines(found.left_out)
    rows = [
        ("indexed", f"{found.indexed:,}"),
        ("pending", f"{found.pending:,}"),
        ("failed", f"{found.failed:,}"),
        *_by_reason(found.reasons),
        *([("unreadable", f"{sum(found.unreadable.values()):,}")] if found.unreadable else ()),
        *_by_reason(found.unreadable),
        *([("text read", f"{found.recognised:,}")] if found.recognised else ()),
        *(("excluded", printable(pattern)) for pattern in found.exclusions),
        *(("left out" if i == 0 else "", line) for i, line in enumerate(left_out)),
        ("model", f"{printable(found.model)}, {found.dim} numbers a photo"),
        ("space", found.space[:12]),
        ("size", f"{found.size_bytes / 1e6:,.1f} MB"),
    ]
    return [f"{name:<12}{value}" for name, value in rows]


def _by_reason(counts: dict[str, int]) -> Iterator[tuple[str, str]]:
    yield from (("", f"{count:>6,}  {printable(reason)}") for reason, count in counts.items())


def left_out_lines(kinds: Mapping[str, int]) -> Iterator[str]:
    """ "3 files of kinds that are not read: .PSD 2, .MOV 1", and the films of Live Photos."""
    live = {name: count for name, count in kinds.items() if name.startswith(LIVE_PHOTO)}
    others = {name: count for name, count in kinds.items() if name not in live}
    if others:
        yield f"{_count_files(others)} of kinds that are not read: {_list_kinds(others)}"
    if live:
        yield f"films: {sum(live.values()):,} of Live Photos, the photo beside each is taken"


def _count_files(kinds: Mapping[str, int]) -> str:
    count = sum(kinds.values())
    return f"{count:,} {'file' if count == 1 else 'files'}"


def _list_kinds(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{printable(name)} {count:,}" for name, count in kinds.items())


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
    from photosearch.index import verify_index as check

    report = check(index_directory(index), repair=repair)
    if json:
        print_json(asdict(report) | {"ok": report.ok})
    else:
        print("\n".join(_report_lines(report)))
    if not report.ok:
        raise typer.Exit(IndexDamaged.exit_code)


def _report_lines(report: VerifyReport) -> list[str]:
    counts = f"{report.photos:,} photos, {report.vectors:,} of them searchable"
    notes = [f"note: {printable(note)}" for note in report.notes]
    if not report.problems:
        return ["the index is sound", *notes, counts]
    head = "repaired:" if report.repaired else "damaged; --repair mends it:"
    return [head, *(f"  {printable(problem)}" for problem in report.problems), *notes, counts]
