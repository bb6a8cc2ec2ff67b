"""Writes a contact sheet: the results of one or more queries as a PNG or an HTML page.

Neither refers to anything outside itself, so that a sheet can be sent and opened offline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import replacing, storage_errors
from photosearch.errors import UsageError
from photosearch.types import Hit


@dataclass(frozen=True, slots=True)
class Section:
    """One query and what it found."""

    title: str
    hits: tuple[Hit, ...]


def check_sheet_path(path: Path) -> None:
    """Raises UsageError unless the name ends in .png, .html or .htm: before a search is made."""
    if path.suffix.lower() not in (".png", ".html", ".htm"):
        raise UsageError(f"contact sheet: got {path.name!r}, expected a name in .png or .html")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"contact sheet: no folder {path.absolute().parent}")


def write_sheet(path: Path, sections: Sequence[Section]) -> None:
    """Draws the sections into a PNG or an HTML file, by the suffix of `path`.

    Photos that cannot be read any more leave a grey tile. Raises UsageError for another suffix
    and StorageError if the file cannot be written; a sheet that was there before then stays.
    """
    check_sheet_path(path)
    if path.suffix.lower() == ".png":
        from photosearch.display.hits import encoded
        from photosearch.display.sheet_png import draw

        content = encoded(draw(sections), "PNG")
    else:
        from photosearch.display.sheet_html import page

        content = page(sections).encode("utf-8")
    with storage_errors(path), replacing(path) as stream:
        stream.write(content)
