"""Writes docs/files.md: every source file with the first line of what it says of itself, linked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """# Files

Written by `.ci/docs.py` from the first line of each file. The folders of `tests/` and `swift/Tests`
bear the same names; a module `a/b.py` is tested by `tests/a/test_b.py`.
"""
TARGETS = {
    "CPhotoSearchKernels": "What has to be fast, in C: scans, resize, text tower, tables",
    "CSQLite": "SQLite on Linux",
    "FaissFormat": "Reads, searches and writes the files of faiss",
    "PhotoSearch": "The bundle, tokenizers, text encoder and index: what runs everywhere",
    "PhotoSearchBuiltin": "The built-in model as a resource, with Core ML packages",
    "PhotoSearchCoreML": "The packages of a bundle, run by Core ML",
    "PhotoSearchIntents": "Photos by words for Siri, Shortcuts and Spotlight",
    "PhotoSearchPhotos": "The photo library, indexed in the background",
    "photosearch-swift": "The command-line tool",
}
OTHERS = {
    "swift/Tests": "the tests of the Swift package",
    "swift/Fixtures": "what Python says, for Swift to agree with; written by `tests/fixtures`",
    "swift/Examples": "an app in SwiftUI",
    "swift/Fuzz": "a driver for libFuzzer: faiss files, manifests, safetensors, text towers",
    "swift/Checks": "kernels and searches of the fixtures on arm64, under qemu: `.ci/kernels-arm`",
    "swift/Stubs": "the parts of Apple's modules that are used, so that Linux can compile",
    "Package.swift": "the Swift package",
    "photosearch/assets": "the built-in model, its card and the log of experiments",
    "tests": "a test is one sentence and one behaviour",
    "tests/benchmarks": "what measures the figures of [the benchmarks](benchmarks.md)",
    "tests/fixtures": "writes the fixtures that Swift reads",
    "docs": "these pages; `mkdocs.yml` puts them in order",
    "constraints.txt": "versions that an install holds",
    "NOTICE": "whose data the package carries: GeoNames",
    "pyproject.toml": "the package: dependencies with their reasons, settings of the checks",
}


def files_page() -> str:
    """The whole page."""
    return HEAD + "".join((*_python(), *_swift(), *_others()))


def _python() -> Iterator[str]:
    """A section for each folder of Python."""
    for top in ("photosearch", "export", ".ci"):
        files = (file for file in (ROOT / top).rglob("*.py") if "assets" not in file.parts)
        for folder in sorted({file.parent for file in files}):
            first = python_summary(folder / "__init__.py")
            inner = (file for file in folder.glob("*.py") if file.name != "__init__.py")
            rows = {file: python_summary(file) for file in sorted(inner)}
            yield _section(f"{folder.relative_to(ROOT)}/", first, rows, folder)


def _swift() -> Iterator[str]:
    """A section for each target of the Swift package."""
    for target, told in TARGETS.items():
        folder = ROOT / "swift" / "Sources" / target
        files = sorted(file for file in folder.rglob("*") if file.suffix in (".swift", ".c"))
        rows = {file: swift_summary(file) for file in files}
        yield _section(f"swift/Sources/{target}/", told, rows, folder)


def _others() -> Iterator[str]:
    yield "\n## Besides\n\n| where | what |\n|-|-|\n"
    for name, told in OTHERS.items():
        yield f"| [{name}](../{name}) | {told} |\n"


def _plain(path: Path) -> str:
    """A path that Markdown does not take for bold text."""
    return str(path).replace("__", r"\_\_")


def _section(title: str, first: str, rows: dict[Path, str], folder: Path) -> str:
    table = (
        f"| [{_plain(file.relative_to(folder))}](../{file.relative_to(ROOT)}) | {_cell(told)} |\n"
        for file, told in rows.items()
    )
    lead = f"{first}.\n\n" if first else ""
    body = "| file | what it does |\n|-|-|\n" + "".join(table) if rows else ""
    return f"\n## {title}\n\n{lead}{body}"


def _cell(told: str) -> str:
    """A line in a table: no bar ends it."""
    return told.replace("|", r"\|")


def python_summary(file: Path) -> str:
    """The first line of a module's docstring, without its full stop; empty if there is no file."""
    if not file.is_file():
        return ""
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0].rstrip(".")


def swift_summary(file: Path) -> str:
    """The first line of the first documentation comment, without its full stop."""
    found = re.search(r"^ *(?:///|/\*\*?|//) (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].rstrip(".") if found else ""
