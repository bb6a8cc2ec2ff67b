"""Writes the pages that follow from the code: `python .ci/docs.py`, after any change of it.

A test compares them with what lies in `docs`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from files import ROOT, files_page


def help_pages() -> str:
    """Every help page, as docs/cli.md holds them."""
    from typer.main import get_command

    from photosearch.cli.app import app

    command: Any = get_command(app)
    root = command.make_context(app.info.name, [], resilient_parsing=True, terminal_width=100)
    head = "# Command line\n\nWritten by .ci/docs.py from the commands themselves.\n"
    return head + _pages(root)


def _pages(context: Any) -> str:
    """The help page of a command, then those of the commands in it."""
    page = f"\n## {context.command_path}\n\n```\n{context.get_help()}\n```\n"
    inner = getattr(context.command, "commands", {})
    return page + "".join(
        _pages(verb.make_context(name, [], parent=context, resilient_parsing=True))
        for name, verb in inner.items()
    )


def manifest_schema_page() -> str:
    """The JSON Schema of a bundle's manifest, from the records that read it."""
    from photosearch.manifest import manifest_schema

    return json.dumps(manifest_schema(), indent=2) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/files.md": files_page,
    "docs/cli.md": help_pages,
    "docs/manifest.schema.json": manifest_schema_page,
}


def main() -> None:
    for name, page in PAGES.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
