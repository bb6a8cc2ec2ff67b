"""The source stays as divided as it is: files, folders and the ways through them have bounds."""

from __future__ import annotations

import re
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "photosearch").rglob("*.py"))
MODULES = [file for file in SOURCES if file.name != "__init__.py"]
SWIFT = [
    file
    for folder in ("Sources", "Tests")
    for file in sorted((ROOT / "swift" / folder).rglob("*.swift"))
    if file.parent.name != "Snippets"  # what one page of the documentation shows
]
MOST_LINES, MOST_FILES = 300, 20
MOST_OF_A_WALK = {"words_to_reading": 28, "query_to_hits": 31}
CRUMB_LINES, MOST_CRUMBS = 60, 0.18
# The modules of index that ask SQL about photos, and what for; the others call them.
SQL_OF_PHOTOS = {
    "migrations": "the table itself",
    "catalog": "deletion, and what embeddings no photo has",
    "rows": "rows as records",
    "catalog_batch": "what a run learnt",
    "scan": "what a run found, beside its temporary tables",
    "prune": "what goes, by its own temporary table",
    "columns": "what filters ask, in memory",
    "filters": "folders and cameras",
    "library": "where and when photos were taken, counted",
    "vector_file": "embeddings by id",
    "verify": "whether the tables agree",
    "text_rows": "the names of photos, and texts by content",
    "recognise": "in which photos nobody has looked for text yet",
    "staging": "which contents have no vector of the model to come",
    "writer": "one column at a time, for a file of arrays",
}

# Tests of what takes several modules; every other test bears the name of what it tests.
SPANNING = {
    "benchmarks/calibration/test_calibration_rules": "benchmarks/calibration, no module of ours",
    "benchmarks/test_figures": "benchmarks/figures.py, which is no module of the package",
    "cli/test_encodings": "every verb in every encoding",
    "cli/test_process": "what a process shows: pipes, signals, limits",
    "coreml/mil/test_models": "whole models, converted, saved and run",
    "fixtures/test_fixtures": "what is committed for Swift",
    "images/test_camera": "real files of cameras",
    "images/test_exiftool": "all metadata, with exiftool as the judge",
    "images/test_fuzz": "damaged files of every format",
    "index/test_full_disk": "a run on a disk that is full",
    "index/test_kill": "a run that is killed",
    "index/test_sidecars": "files beside a photo, from the scan to the catalog",
    "index/test_writers": "one writer and many readers",
    "train/recipes/test_resumption": "runs that are stopped, killed, or lack memory or disk",
    "test_ci": "the scripts and workflows of CI",
    "test_clocks": "all tests",
    "test_dependencies": "pyproject.toml and constraints.txt",
    "test_facades": "the public names of every package",
    "test_import_cost": "what is imported when",
    "test_layers": "all imports",
    "test_notebooks": "notebooks/",
    "test_offline": "everything, without a network",
    "test_public_api": "the public names of photosearch",
    "test_privacy_manifests": "what the Swift products tell of privacy, against their calls",
    "test_swift_package": "Package.swift, against the folder",
    "test_swift_suites": "the suites of the Swift package",
    "test_without_torch": "the plain install",
    "test_string_catalogs": "what Swift's products say to people",
}
BESIDE_SWIFT = "swift"  # Python and the Swift tool side by side


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def scripts() -> dict[str, dict[str, Any]]:
    return {name: runpy.run_path(str(ROOT / ".ci" / f"{name}.py")) for name in ("house", "walks")}


@pytest.mark.parametrize("file", [*SOURCES, *SWIFT], ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_too_long(file: Path) -> None:
    assert lines(file) <= MOST_LINES


@pytest.mark.parametrize("files", [MODULES, SWIFT], ids=["Python", "Swift"])
def test_few_files_are_crumbs(files: list[Path]) -> None:
    crumbs = [file.name for file in files if lines(file) < CRUMB_LINES]
    assert len(crumbs) < MOST_CRUMBS * len(files), crumbs


def test_no_folder_is_too_full() -> None:
    folders = Counter(file.parent for file in (*MODULES, *SWIFT))
    assert {folder.name: n for folder, n in folders.items() if n > MOST_FILES} == {}


def test_a_test_bears_the_name_of_what_it_tests() -> None:
    tests = ROOT / "tests"
    found = {file.relative_to(tests).with_suffix("") for file in tests.rglob("test_*.py")}
    assert {
        str(test) for test in found if test.parts[0] != BESIDE_SWIFT and not _is_tested(test)
    } == SPANNING.keys()


def _is_tested(test: Path) -> bool:
    """Whether there is a module, a package or a script of that name, at the place of the test."""
    name = test.with_name(test.name.removeprefix("test_"))
    modules = (ROOT / folder / f"{name}.py" for folder in ("photosearch", "", ".ci"))
    return (ROOT / "photosearch" / name).is_dir() or any(module.is_file() for module in modules)


def test_few_modules_ask_sql_about_photos() -> None:
    asks = re.compile(r"\b(FROM|INTO|UPDATE|JOIN|ON|TABLE) photos\b")
    found = {file.stem for file in SOURCES if asks.search(file.read_text(encoding="utf-8"))}
    assert found == SQL_OF_PHOTOS.keys()


def test_the_source_is_measured(scripts: dict[str, dict[str, Any]]) -> None:
    figures = scripts["house"]["measured"](ROOT)
    exporters = [file for file in (ROOT / "export").rglob("*.py") if file.name != "__init__.py"]
    assert int(figures["Python: files"]) == len(MODULES) + len(exporters)


@pytest.mark.slow
def test_a_query_takes_few_files_to_its_hits(
    scripts: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    walks = scripts["walks"]
    walks["photo_to_row"](tmp_path)()
    for name, most in MOST_OF_A_WALK.items():
        walk = walks[name](tmp_path)
        with walks["traced"]() as seen:
            walk()
        assert "index/find/searches.py" in seen
        assert len(seen) <= most, (name, sorted(seen))
