"""An extension of griffe: the comment behind a field is what the reference says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import griffe


class Comments(griffe.Extension):
    """Takes `width: int  # pixels` for a documented field."""

    def on_attribute_instance(self, *, attr: griffe.Attribute, **_: Any) -> None:
        file = attr.filepath
        if attr.docstring or attr.endlineno is None or not isinstance(file, Path):
            return
        line = attr.lines_collection[file][attr.endlineno - 1]
        comment = line.partition("  # ")[2].strip()
        if comment and not comment.startswith(("noqa", "type:")):
            attr.docstring = griffe.Docstring(comment, parent=attr)
