"""Writes the parts of the documents that follow from the code.

The README's file tree: every source file with the first line of what it says of itself.
docs/cli.md: the help page of every command.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- tree:", "<!-- /tree -->"
TARGETS = {
    "CPhotoSearchKernels": "what has to be fast, in C: scans, resize, text tower, tables",
    "CSQLite": "SQLite on Linux",
    "FaissFormat": "reads, searches and writes the files of faiss",
    "PhotoSearch": "the bundle, tokenizers, text encoder and index: what runs everywhere",
    "PhotoSearchBuiltin": "the built-in model as a resource, with Core ML packages",
    "PhotoSearchCoreML": "the packages of a bundle, run by Core ML",
    "PhotoSearchPhotos": "the photo library, indexed in the background",
    "photosearch-swift": "the command-line tool",
}
SWIFT_OTHERS = {
    "swift/Tests": "mirrors swift/Sources",
    "swift/Fixtures": "what Python says, for Swift to agree with; written by tests/fixtures",
    "swift/Examples": "an app in SwiftUI",
    "swift/Fuzz": "a driver for libFuzzer: faiss files, manifests, safetensors",
    "swift/Checks": "the kernels on arm64, under qemu; run by .ci/kernels-arm",
    "swift/Stubs": "the parts of Apple's modules that are used, so that Linux can compile",
    "Package.swift": "the Swift package",
}
OTHERS = {
    ".ci": "the checks, and what writes this tree and docs/cli.md",
    "export": "release scripts: the built-in model and its card, the table of variants, a release",
    "docs": "every help page, where dates and places come from, and the pictures above",
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
    lines += swift_lines()
    lines += [f"{name:<26}{told}" for name, told in OTHERS.items()]
    return "```\n" + "\n".join(lines) + "\n```\n"


def swift_lines() -> list[str]:
    """The Swift and C sources, target by target."""
    lines = ["swift/Sources/"]
    sources = ROOT / "swift" / "Sources"
    for target, told in TARGETS.items():
        lines.append(f"{f'  {target}/':<34}{told}")
        inner = (file.relative_to(sources) for file in (sources / target).rglob("*"))
        for file in sorted(f for f in inner if f.suffix in (".swift", ".c")):
            shown = f"    {Path(*file.parts[1:])}"
            lines.append(f"{shown:<34} {_summary(sources / file)}".rstrip())
    return [*lines, *(f"{name:<26}{told}" for name, told in SWIFT_OTHERS.items())]


def _summary(file: Path) -> str:
    """The first line of the first documentation comment."""
    found = re.search(r"^ *(?:///|/\*\*?|//) (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].rstrip(".") if found else ""


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
