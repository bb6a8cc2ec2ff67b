"""Prints how the source is divided: what makes it easy or hard to find one's way in it.

    python .ci/house.py [REVISION ...]

A column for each git revision and one for the working tree. Source is Python under photosearch/ and
export/, and Swift under swift/Sources/; tests are everything under tests/ and swift/Tests/.
Where it says so, tests in Swift count too, but for the snippets: each is what one page shows.
"""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
CRUMB_LINES = 60
Definition = ast.FunctionDef | ast.AsyncFunctionDef


def measured(root: Path) -> dict[str, str]:
    """Name and value of every figure of one tree."""
    python = [*_files(root, "photosearch", ".py"), *_files(root, "export", ".py")]
    swift = _files(root, "swift/Sources", ".swift")
    python_tests, swift_tests = _files(root, "tests", ".py"), _files(root, "swift/Tests", ".swift")
    divided = [*swift, *(file for file in swift_tests if file.parent.name != "Snippets")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in python]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, Definition)]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    return {
        "Python: files": str(len(python)),
        "lines a file": _spread(_lines(python)),
        f"files under {CRUMB_LINES} lines": _share(_crumbs(python), len(python)),
        "lines a function": _spread(lengths),
        "arguments, most": str(max(map(_arguments, functions))),
        "public definitions with a docstring": _share(*_documented(trees)),
        "files a folder, most": _fullest(python),
        "tests : source, lines": f"{sum(_lines(python_tests)) / sum(_lines(python)):.2f}",
        "Swift: files": str(len(swift)),
        "lines a file ": _spread(_lines(swift)),
        f"files under {CRUMB_LINES} lines, of tests too": _share(_crumbs(divided), len(divided)),
        "files a folder, most, of tests too": _fullest(divided),
        "tests : source, lines ": f"{sum(_lines(swift_tests)) / sum(_lines(swift)):.2f}",
        "README: lines": str(sum(_lines([root / "README.md"]))),
    }


def _files(root: Path, folder: str, suffix: str) -> list[Path]:
    """An `__init__.py` that only says what its package is counts as part of its folder's name."""
    found = sorted((root / folder).rglob(f"*{suffix}"))
    return [file for file in found if file.name != "__init__.py"]


def _lines(files: Iterable[Path]) -> list[int]:
    return [len(file.read_text(encoding="utf-8").splitlines()) for file in files]


def _spread(values: Sequence[int]) -> str:
    """Median, ninth decile, largest."""
    ordered = sorted(values)
    return f"{median(ordered):.0f} / {ordered[len(ordered) * 9 // 10]} / {ordered[-1]}"


def _share(part: int, of: int) -> str:
    return f"{part} ({part / max(of, 1):.0%})"


def _crumbs(files: Sequence[Path]) -> int:
    return sum(lines < CRUMB_LINES for lines in _lines(files))


def _fullest(files: Iterable[Path]) -> str:
    (folder, count), *_ = Counter(file.parent for file in files).most_common(1)
    return f"{count} ({folder.name})"


def _arguments(node: Definition) -> int:
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([each for each in named if each.arg not in ("self", "cls")])


def _documented(trees: Iterable[ast.Module]) -> tuple[int, int]:
    public = [node for tree in trees for node in _public(tree)]
    return sum(ast.get_docstring(node) is not None for node in public), len(public)


def _public(
    node: ast.Module | ast.ClassDef,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Classes and functions that no underscore hides, and the methods of such classes."""
    for inner in node.body:
        if isinstance(inner, ast.ClassDef | Definition) and not inner.name.startswith("_"):
            yield inner
            if isinstance(inner, ast.ClassDef):
                yield from _public(inner)


def at(revision: str) -> dict[str, str]:
    """The figures of a revision, from a copy of it."""
    command = ("git", "archive", revision)
    packed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        return measured(Path(folder))


def main() -> None:
    revisions = sys.argv[1:]
    columns = [*(at(revision) for revision in revisions), measured(ROOT)]
    print(f"| | {' | '.join([*revisions, 'now'])} |\n|-|{'-|' * len(columns)}")
    for name in columns[-1]:
        print(f"| {name.strip()} | {' | '.join(column[name] for column in columns)} |")
    print("\nSpreads are median / ninth decile / largest.")


if __name__ == "__main__":
    main()
