"""`photosearch status`: what the index holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from photosearch.cli.left_out import left_out_lines
from photosearch.cli.options import IndexDir, Json
from photosearch.cli.output import path_record, print_json
from photosearch.cli.places import index_directory, open_index
from photosearch.display.names import printable
from photosearch.types import IndexStatus


def status(index: IndexDir = None, json: Json = False) -> None:
    """Count the photos in the index and the reasons for those left out.

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
        print("\n".join([f"{'index':<12}{printable(directory)}", *_lines(found)]))


def _lines(found: IndexStatus) -> list[str]:
    left_out = left_out_lines(found.left_out)
    rows = [
        ("indexed", f"{found.indexed:,}"),
        ("pending", f"{found.pending:,}"),
        ("failed", f"{found.failed:,}"),
        *_by_reason(found.reasons),
        *([("unreadable", f"{sum(found.unreadable.values()):,}")] if found.unreadable else ()),
        *_by_reason(found.unreadable),
        *(("excluded", printable(pattern)) for pattern in found.exclusions),
        *(("left out" if i == 0 else "", line) for i, line in enumerate(left_out)),
        ("model", f"{printable(found.model)}, {found.dim} numbers a photo"),
        ("space", found.space[:12]),
        ("size", f"{found.size_bytes / 1e6:,.1f} MB"),
    ]
    return [f"{name:<12}{value}" for name, value in rows]


def _by_reason(counts: dict[str, int]) -> Iterator[tuple[str, str]]:
    yield from (("", f"{count:>6,}  {printable(reason)}") for reason, count in counts.items())
