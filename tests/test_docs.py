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
from typing import Any

import pytest

from photosearch import builtin_bundle, errors
from photosearch.cli.demo import demo_photos
from tests.cli.verbs import VERBS

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md"))
WRITTEN = [README, *(page for page in PAGES if page.name != "cli.md")]  # cli.md is all help pages


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of code in a page; those of no language for an empty one."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def shell_lines() -> list[str]:
    """Every command in the blocks of the pages, and those of the help pages that are ours."""
    texts = [text for page in WRITTEN for text in (*blocks(page, "sh"), *blocks(page, "console"))]
    texts += [verb.help for verb in VERBS.values()]
    lines = [line.strip().removeprefix("$ ") for text in texts for line in text.splitlines()]
    return [part.strip() for line in lines for part in line.split(" && ")]


def examples() -> list[str]:
    return [line for line in shell_lines() if line.startswith("photosearch ")]


def scripts() -> list[str]:
    """Every module or file of this repository that a page says to run with Python."""
    told = "\n".join(page.read_text(encoding="utf-8") for page in WRITTEN)
    return sorted(set(re.findall(r"\bpython3? (?:-m )?([\w./]*(?:\.py|\w\.\w+))\b", told)))


def snippets() -> list[Any]:
    """Every block of Python, named after its page."""
    return [
        pytest.param(snippet, id=f"{page.stem}-{number}")
        for page in WRITTEN
        for number, snippet in enumerate(blocks(page, "python"))
    ]


@pytest.fixture(scope="module")
def mkdocs_hook() -> ModuleType:
    pytest.importorskip("mkdocs", reason="pip install '.[docs]'")
    return load_script("mkdocs_hook")


def load_script(name: str) -> ModuleType:
    """One of `.ci`, which finds what lies beside it as when it is run."""
    sys.path.insert(0, str(ROOT / ".ci"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


DOCS_SCRIPT = load_script("docs")


@pytest.mark.slow
@pytest.mark.parametrize("snippet", snippets())
def test_the_python_snippets_run(snippet: str, tmp_path: Path) -> None:
    if not builtin_bundle().is_dir():
        pytest.skip("the built-in model is not in this tree yet")
    pictures = tmp_path / "Pictures"
    pictures.mkdir()
    for photo in demo_photos():
        shutil.copy(photo, pictures)
    subprocess.run([sys.executable, "-W", "error", "-c", snippet], cwd=tmp_path, check=True)


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 190


def test_the_python_snippet_of_the_readme_is_a_dozen_lines() -> None:
    (snippet,) = blocks(README, "python")
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
    text = README.read_text(encoding="utf-8")
    assert re.search(rf"^\|[^|]*`photosearch {name}\b", text, re.MULTILINE)


@pytest.mark.parametrize("script", scripts())
def test_every_script_that_is_named_is_there(script: str) -> None:
    place = ROOT / (script if script.endswith(".py") else script.replace(".", "/"))
    assert place.exists() or place.with_suffix(".py").is_file()


def test_the_guides_explain_every_shared_option() -> None:
    options = {
        option
        for name in ("search", "similar")
        for parameter in VERBS[name].params
        for option in parameter.opts
        if option.startswith("--")
    }
    options = options - {"--thumbnails"} | {"--no-thumbnails"}
    guides = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/guides").iterdir())
    assert {option for option in options if f"`{option}" not in guides} == set()


@pytest.mark.parametrize("document", ["docs/reference/errors.md", "photosearch/cli/app.py"])
def test_every_exit_code_is_listed(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    kinds = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.PhotoSearchError)}
    listed = re.findall(r"^\| (\d+) \||\b(\d+)  \w", text, re.MULTILINE)
    assert codes <= {int(first or second) for first, second in listed}


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.stem)
def test_every_file_that_a_page_links_is_there(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    links = set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text))
    assert {link for link in links if not (page.parent / link).exists()} == set()


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    pytest.importorskip("mkdocs", reason="pip install '.[docs]'")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "guides" / "search.html").is_file()


@pytest.mark.parametrize("page", DOCS_SCRIPT.PAGES)
def test_the_generated_pages_are_up_to_date(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert DOCS_SCRIPT.PAGES[page]() == text, "run python .ci/docs.py"


@pytest.mark.parametrize(
    "loading",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        '<img src="http://example.org/badge.svg">',
        '<pre class="mermaid"></pre>',
    ],
)
def test_a_page_that_loads_something_from_elsewhere_is_found(
    loading: str, mkdocs_hook: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(f"<html>{loading}</html>")
    assert len(list(mkdocs_hook.external_loads(tmp_path))) == 1


def test_a_style_that_loads_something_from_elsewhere_is_found(
    mkdocs_hook: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "a.css").write_text("@font-face { src: url('https://fonts.example/a.woff2') }")
    assert list(mkdocs_hook.external_loads(tmp_path)) == ["a.css: https://fonts.example/a.woff2"]


def test_a_link_to_elsewhere_and_a_file_of_the_site_are_no_loads(
    mkdocs_hook: ModuleType, tmp_path: Path
) -> None:
    page = '<a href="https://example.org">x</a><img src="a.png"><link rel="icon" href="b.png">'
    (tmp_path / "page.html").write_text(page)
    assert list(mkdocs_hook.external_loads(tmp_path)) == []


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (command,) = (block.strip() for block in blocks(README, "sh") if block.startswith(".ci/"))
    assert (ROOT / command).stat().st_mode & 0o100
    assert f'{command} "$@" "$scratch/venv"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
