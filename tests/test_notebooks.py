"""The notebooks: they run from end to end, use public names only, and show what they say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from nbformat import NotebookNode
from PIL import Image

from tests.notebooks import FOLDER, FORMAT, METADATA, names, plain, read, run

MOST_BYTES, MOST_PIXELS = 300_000, 900  # of a notebook's file; of a picture's width
MOST_CELLS, MOST_LINES = 12, 12  # of code; of a cell of it, without empty ones
BESIDES = {"numpy", "matplotlib", "sklearn", *sys.stdlib_module_names}
# two names or more behind a slash at the beginning of a word, or a drive's letter
_ABSOLUTE = re.compile(r"(?:^|(?<=[\s'\"(\[=]))(?:(?:/[\w.-]+){2,}|[A-Z]:\\)", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
_ROW = re.compile(r"\| \[\d\d [^\]]*\]\(([^)]*)\) \| [^|]+ \| \d+ \|")


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in code(notebook):
        yield from cell.outputs


def texts(notebook: NotebookNode) -> Iterator[str]:
    """Whatever a reader can read: sources, what was printed, values."""
    for cell in notebook.cells:
        yield cell.source
    for output in outputs(notebook):
        yield output.get("text", "")
        yield output.get("data", {}).get("text/plain", "")


def faults(notebook: NotebookNode) -> list[str]:
    """Errors and what was written to stderr: warnings, too."""
    return [
        output.get("text") or output.evalue
        for output in outputs(notebook)
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def imported(source: str) -> Iterator[tuple[str, str | None]]:
    """Modules and the names that are taken from them; None for the module itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((each.name, None) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or ".", each.name) for each in node.names)


def foreign(source: str) -> list[str]:
    """What of the imports is no public name of ours and of no package that a reader has."""
    return [
        f"{module}: {name}"
        for module, name in imported(source)
        if not (_is_public(module, name) if _is_ours(module) else module.split(".")[0] in BESIDES)
    ]


def _is_ours(module: str) -> bool:
    return module.split(".")[0] == "photosearch"


def _is_public(module: str, name: str | None) -> bool:
    return name is not None and name in getattr(import_module(module), "__all__", ())


def private(source: str) -> list[str]:
    """Attributes of objects that are nobody else's business."""
    found = (node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return [name for name in found if name.startswith("_") and not name.endswith("__")]


def absolute(text: str) -> list[str]:
    return _ABSOLUTE.findall(text)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_a_notebook_runs_from_end_to_end_without_a_warning(name: str, tmp_path: Path) -> None:
    done = run(read(name), tmp_path)
    assert faults(done) == []
    assert [part for text in texts(plain(done)) for part in absolute(text)] == []


@pytest.mark.parametrize("name", names())
def test_a_notebook_holds_what_it_showed_when_it_ran_in_order(name: str) -> None:
    notebook = read(name)
    FORMAT.validate(notebook)
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert faults(notebook) == []
    assert any("image/png" in output.get("data", {}) for output in outputs(notebook))


@pytest.mark.parametrize("name", names())
def test_a_notebook_is_small(name: str) -> None:
    assert (FOLDER / name).stat().st_size <= MOST_BYTES
    for output in outputs(read(name)):
        if picture := output.get("data", {}).get("image/png"):
            assert Image.open(BytesIO(b64decode(picture))).width <= MOST_PIXELS


@pytest.mark.parametrize("name", names())
def test_a_notebook_tells_nothing_of_the_machine_that_ran_it(name: str) -> None:
    notebook = read(name)
    assert notebook.metadata == METADATA
    assert not any(each.get("metadata") for each in (*notebook.cells, *outputs(notebook)))
    assert [part for text in texts(notebook) for part in absolute(text)] == []


@pytest.mark.parametrize("name", names())
def test_a_notebook_uses_public_names_only(name: str) -> None:
    sources = [cell.source for cell in code(read(name))]
    assert [each for source in sources for each in (*foreign(source), *private(source))] == []


@pytest.mark.parametrize("name", names())
def test_a_notebook_begins_with_what_one_will_learn(name: str) -> None:
    title, _, sentence = prose(read(name))[0].partition("\n\n")
    assert title.startswith("# ")
    assert sentence.startswith("You will learn ")
    assert re.findall(r"\.(?=\s|$)", sentence) == ["."]


@pytest.mark.parametrize("name", names())
def test_a_notebook_is_of_few_short_cells(name: str) -> None:
    lengths = [
        sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in code(read(name))
    ]
    assert len(lengths) <= MOST_CELLS
    assert max(lengths) <= MOST_LINES


@pytest.mark.parametrize("name", names())
def test_a_notebook_says_how_to_get_bigger(name: str) -> None:
    assert any(re.search(r"^[A-Z]+ = None  # a folder ", c.source, re.M) for c in code(read(name)))


@pytest.mark.parametrize("name", [*names(), "README.md"])
def test_links_lead_to_files_that_are_there(name: str) -> None:
    told = [(FOLDER / name).read_text("utf-8")] if name.endswith(".md") else prose(read(name))
    links = [link for text in told for link in _LINK.findall(text)]
    assert [link for link in links if not (FOLDER / link).exists()] == []


def test_the_table_has_a_row_for_every_notebook() -> None:
    assert _ROW.findall((FOLDER / "README.md").read_text("utf-8")) == names()


@pytest.mark.parametrize("command", ["format --check", "check"])
def test_the_notebooks_are_formatted(command: str) -> None:
    ruff = (sys.executable, "-m", "ruff", *command.split(), "--no-cache", str(FOLDER))
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from photosearch import PhotoIndex", []),
        ("import numpy as np\nfrom sklearn.manifold import TSNE\nimport shutil", []),
        ("from photosearch.encoder import cut", ["photosearch.encoder: cut"]),
        ("from photosearch.index import rows", ["photosearch.index: rows"]),
        ("import photosearch.index", ["photosearch.index: None"]),
        ("import torch", ["torch: None"]),
    ],
)
def test_imports_that_are_not_public_are_found(source: str, found: list[str]) -> None:
    assert foreign(source) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("saved in /home/me/photos.txt", ["/home/me/photos.txt"]),
        ("Path('/tmp/x')", ["/tmp/x"]),
        ("C:\\Users", ["C:\\"]),
        ("[Limits](../docs/limits.md), 1/2, and/or", []),
        ("photos/1.jpg", []),
    ],
)
def test_absolute_paths_are_found(text: str, found: list[str]) -> None:
    assert absolute(text) == found


def test_a_warning_and_an_error_are_faults(tmp_path: Path) -> None:
    new = FORMAT.v4
    cell = new.new_code_cell("pass", id="one")
    cell.outputs = [
        new.new_output("stream", name="stderr", text="careful"),
        new.new_output("error", ename="E", evalue="no", traceback=[]),
        new.new_output("stream", name="stdout", text="fine"),
    ]
    assert faults(new.new_notebook(cells=[cell])) == ["careful", "no"]
