"""Writes the parts of the documents that follow from the code.

The README's file tree: every source file with the first line of its docstring.
docs/cli.md: the help page of every command.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- tree:", "<!-- /tree -->"
OTHERS = {
    ".ci": "the checks, and what writes this tree and docs/cli.md",
    "export": "release scripts: make the built-in model and its card",
    "docs": "every help page, and the picture above",
    "tests": "mirrors photosearch/; a test is one behaviour",
    "constraints.txt": "versions that an install holds",
    "pyproject.toml": "the package: dependencies with their reasons, checks",
}


def tree() -> str:
    """The lines of the tree, as the README holds them."""
    found = (file.relative_to(ROOT) for file in (ROOT / "photosearch").rglob("*.py"))
    files = sorted(found, key=_order)
    lines = ["photosearch/"]
    for file in files:
        if file.name == "__init__.py" and len(file.parts) > 2:
            lines.append(_line("  " * (len(file.parts) - 2) + f"{file.parent.name}/", file))
        else:
            lines.append(_line("  " * (len(file.parts) - 1) + file.name, file))
    lines.append("  assets/".ljust(26) + "the built-in model and its log")
    lines += [f"{name:<26}{told}" for name, told in OTHERS.items()]
    return "```\n" + "\n".join(lines) + "\n```\n"


def _order(file: Path) -> tuple[object, ...]:
    """Files before folders, the package's own line first."""
    *folders, name = file.parts
    return (*((1, folder) for folder in folders), (0, "" if name == "__init__.py" else name))


def _line(shown: str, file: Path) -> str:
    told = ast.get_docstring(ast.parse((ROOT / file).read_text(encoding="utf-8"))) or ""
    return f"{shown:<26}{told.splitlines()[0].rstrip('.') if told else ''}".rstrip()


def updated(readme: str) -> str:
    """The README with its tree brought up to date."""
    place = re.compile(f"({START}[^\n]*\n).*?({END})", re.DOTALL)
    return place.sub(lambda found: found[1] + tree() + found[2], readme)


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


def main() -> None:
    readme, cli = ROOT / "README.md", ROOT / "docs" / "cli.md"
    readme.write_text(updated(readme.read_text(encoding="utf-8")), encoding="utf-8")
    cli.parent.mkdir(exist_ok=True)
    cli.write_text(help_pages(), encoding="utf-8")


if __name__ == "__main__":
    main()
