"""Fills a Jinja2 template: what is put into a page is escaped."""

from __future__ import annotations

from pathlib import Path

_SHARED = Path(__file__).parent  # where templates lie that others include


def fill(template: Path, **values: object) -> str:
    """The page, as text. Values are text, numbers, records and lists of them, or functions.

    Markup in a text is escaped unless the template says `| safe`; a name that has no value is an
    error (`jinja2.UndefinedError`). Templates may include page.css.jinja, the reports' style.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_SHARED),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    return environment.from_string(template.read_text(encoding="utf-8")).render(**values)
