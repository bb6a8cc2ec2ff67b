"""An extension of griffe: the comments at the fields of a class become a table in the reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import griffe


class Comments(griffe.Extension):
    """Takes `width: int  # pixels`, and comments of whole lines before a field, for what it is."""

    def on_class_members(self, *, cls: griffe.Class, **_: Any) -> None:
        file = cls.filepath
        if not isinstance(file, Path):
            return
        rows = list(_rows(cls, cls.lines_collection[file]))
        if any(told for _, told in rows):
            table = "".join(f"| `{name}` | {told} |\n" for name, told in rows)
            text = f"{cls.docstring.value}\n\n" if cls.docstring else ""
            text += f"| field | what |\n|-|-|\n{table}"
            cls.docstring = griffe.Docstring(text, parent=cls)


def _rows(cls: griffe.Class, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Public fields with what is said of them, in the order of the class."""
    for name, field in cls.attributes.items():
        bare = "property" not in field.labels and not field.docstring
        if bare and not name.startswith("_") and field.lineno and field.endlineno:
            told = lines[field.endlineno - 1].partition("  # ")[2].strip()
            told = told or _before(lines, field.lineno - 1)
            yield name, "" if told.startswith(("noqa", "type:")) else told.replace("|", r"\|")


def _before(lines: Sequence[str], number: int) -> str:
    """The comment lines that end right before a line, as one text."""
    first = number
    while first and lines[first - 1].strip().startswith("# "):
        first -= 1
    return " ".join(line.strip().removeprefix("# ") for line in lines[first:number])
