"""Writes the README's file tree: every source file with the first line of what it says of itself."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- tree:", "<!-- /tree -->"
OTHERS = {
    ".ci": "the checks, and this tree",
    "docs": "the picture above",
    "tests": "mirrors photosearch/; a test is one behaviour",
    "constraints.txt": "versions that an install holds",
    "pyproject.toml": "the package: dependencies with their reasons, checks",
}


def tree() -> str:
    """The lines of the tree, as the README holds them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "photosearch"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    files = sorted({Path(name) for name in listed if name.endswith(".py")}, key=_order)
    lines = ["photosearch/"]
    for file in files:
        if not (ROOT / file).is_file():
            continue
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
    return re.sub(
        f"({START}[^\n]*\n).*?({END})",
        lambda found: found[1] + tree() + found[2],
        readme,
        flags=re.S,
    )


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")
