"""Fills a Jinja2 template: what is put into a page is escaped."""

from __future__ import annotations

from pathlib import Path


def fill(template: Path, **values: object) -> str:
    """The page, as text. Values are text, numbers, records and lists of them, or functions.

    Markup in a text is escaped unless the template says `| safe`; a name that has no value is an
    error (`jinja2.UndefinedError`).
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    return environment.from_string(template.read_text(encoding="utf-8")).render(**values)
