"""The documents say what the code does: their snippets run, their lists are complete."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from photosearch import builtin_bundle, errors
from photosearch.cli.demo import demo_photos
from tests.cli.verbs import VERBS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def examples() -> list[str]:
    """Every `photosearch …` line of the README's blocks and of the help pages."""
    texts = [*blocks(""), *blocks("sh"), *(verb.help for verb in VERBS.values())]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if line.startswith("photosearch ")]


def load_docs_script() -> ModuleType:
    """`.ci/docs.py`, which finds what lies beside it as when it is run."""
    sys.path.insert(0, str(ROOT / ".ci"))
    try:
        return importlib.import_module("docs")
    finally:
        sys.path.pop(0)


DOCS_SCRIPT = load_docs_script()


@pytest.mark.slow
@pytest.mark.parametrize("snippet", blocks("python"))
def test_the_python_snippets_of_the_readme_run(snippet: str, tmp_path: Path) -> None:
    if not builtin_bundle().is_dir():
        pytest.skip("the built-in model is not in this tree yet")
    pictures = tmp_path / "Pictures"
    pictures.mkdir()
    for photo in demo_photos():
        shutil.copy(photo, pictures)
    subprocess.run([sys.executable, "-W", "error", "-c", snippet], cwd=tmp_path, check=True)


def test_the_python_snippet_is_a_dozen_lines() -> None:
    (snippet,) = blocks("python")
    assert len(snippet.splitlines()) <= 14


@pytest.mark.parametrize("name", VERBS)
def test_every_command_has_help_and_an_example(name: str) -> None:
    assert VERBS[name].help.strip()
    assert f"photosearch {name}" in VERBS[name].help


@pytest.mark.parametrize("name", VERBS)
def test_every_option_has_help(name: str) -> None:
    assert all(parameter.help for parameter in VERBS[name].params)


@pytest.mark.parametrize("line", examples())
def test_every_example_can_be_parsed(line: str) -> None:
    words = shlex.split(line.split(" | ")[0].removeprefix("photosearch "))
    name = max((name for name in VERBS if words[: len(name.split())] == name.split()), key=len)
    VERBS[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("name", VERBS)
def test_the_readme_lists_every_command(name: str) -> None:
    assert re.search(rf"^\| `photosearch {name}\b", README, re.MULTILINE)


def test_the_readme_lists_every_shared_option() -> None:
    options = {
        option
        for name in ("search", "similar")
        for parameter in VERBS[name].params
        for option in parameter.opts
        if option.startswith("--")
    }
    options = options - {"--thumbnails"} | {"--no-thumbnails"}
    assert {option for option in options if f"`{option}" not in README} == set()


@pytest.mark.parametrize("document", ["README.md", "photosearch/cli/app.py"])
def test_every_exit_code_is_listed(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    kinds = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.PhotoSearchError)}
    listed = re.findall(r"^\| (\d+) \||\b(\d+)  \w", text, re.MULTILINE)
    assert codes <= {int(first or second) for first, second in listed}


def test_every_file_that_the_readme_links_is_there() -> None:
    later = {"docs/demo.png", "photosearch/assets/LOG.md"}
    if not builtin_bundle().is_dir():
        later.add("photosearch/assets/builtin.photomodel/MODEL_CARD.md")
    links = set(re.findall(r"\]\(([^)#:]+)\)", README))
    missing = {link for link in links if not (ROOT / link).exists()}
    assert missing <= later


@pytest.mark.parametrize("page", DOCS_SCRIPT.PAGES)
def test_the_generated_pages_are_up_to_date(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert DOCS_SCRIPT.PAGES[page]() == text, "run python .ci/docs.py"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (command,) = (block.strip() for block in blocks("sh") if block.startswith(".ci/"))
    assert (ROOT / command).stat().st_mode & 0o100
    assert f'{command} "$@" "$scratch/venv"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.skipif(not builtin_bundle().is_dir(), reason="there is nothing to measure yet")
def test_no_figure_is_missing() -> None:
    assert "[figure:" not in README
