"""The error tree: drawn as it is, and chosen by class, never by a message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosearch import errors
from photosearch.errors import MissingExtra, PhotoSearchError, require

ROOT = Path(__file__).resolve().parents[1]
# Pillow and coremltools raise one class for several causes, which only their messages tell apart.
FOREIGN = {"photosearch/images/formats.py", "photosearch/coreml/coremltools_patch.py"}
ROW = re.compile(r"^    ([ │]*)(?:[├└]── )?(\w+)(?: +(\d+))?(?: .*)?$", re.MULTILINE)


def drawn() -> Iterator[tuple[str, str, str | None]]:
    """Of each row of the tree: the class, its base, and its exit code where one is drawn."""
    tree = (errors.__doc__ or "").partition("Messages say")[0]
    above: dict[int, str] = {}
    for indent, name, code in re.findall(ROW, tree):
        root = name == PhotoSearchError.__name__
        depth = 0 if root else 1 + len(indent) // 4
        above[depth] = name
        yield name, "" if root else above[depth - 1], code or None


def kinds() -> dict[str, type[PhotoSearchError]]:
    found = (each for each in vars(errors).values() if isinstance(each, type))
    return {each.__name__: each for each in found if issubclass(each, PhotoSearchError)}


def test_the_tree_is_drawn_as_it_is() -> None:
    bases = {name: base for name, base, _ in drawn() if base}
    expected = {name: kind.__mro__[1].__name__ for name, kind in kinds().items()}
    assert bases == {name: base for name, base in expected.items() if name != "PhotoSearchError"}


def test_the_exit_codes_are_drawn_as_they_are() -> None:
    codes: dict[str, int] = {"PhotoSearchError": 1}
    for name, base, code in drawn():
        if base:
            codes[name] = int(code) if code else codes[base]
    assert codes == {name: kind.exit_code for name, kind in kinds().items()}


def test_every_row_of_the_tree_says_what_it_means() -> None:
    rows = (errors.__doc__ or "").partition("Messages say")[0].splitlines()[3:-1]
    assert [row for row in rows if not re.search(r"[A-Za-z]+ +(\d+ +)?[a-z]", row)] == []


def decisions_by_message(source: str) -> list[int]:
    """The lines that compare or search the text of an error."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            for part in ast.walk(node):
                is_text = (
                    isinstance(part, ast.Call)
                    and isinstance(part.func, ast.Name)
                    and part.func.id in ("str", "repr")
                    and part.args
                    and isinstance(part.args[0], ast.Name)
                    and part.args[0].id in ("error", "cause", "exc", "e")
                )
                if is_text or (isinstance(part, ast.Attribute) and part.attr == "args"):
                    found.append(node.lineno)
    return found


@pytest.mark.parametrize("folder", ["photosearch", "export"])
def test_no_code_chooses_by_the_text_of_an_error(folder: str) -> None:
    files = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / folder).rglob("*.py")}
    found = {
        name: lines
        for name, path in files.items()
        if name not in FOREIGN and (lines := decisions_by_message(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source", ['if "x" in str(error): pass', 'error.args[0] == "x"', '"x" in repr(error).lower()']
)
def test_a_choice_by_text_is_found(source: str) -> None:
    assert decisions_by_message(source) == [1]


def test_what_is_missing_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(MissingExtra, match=r"^reading needs an extra: pip install"):
        require("x", "reading", "no_such_package_anywhere")


def test_what_is_installed_is_not_missed() -> None:
    require("x", "reading", "pytest")
