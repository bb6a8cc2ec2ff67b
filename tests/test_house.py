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
MOST_LINES, MOST_FILES, MOST_OF_A_WALK = 300, 20, 20
# The modules of index that ask SQL about photos, and what for; the others call them.
SQL_OF_PHOTOS = {
    "migrations": "the table itself",
    "catalog": "deletion, and what embeddings no photo has",
    "rows": "rows as records",
    "catalog_batch": "what a run learnt",
    "scan": "what a run found, beside its temporary tables",
    "prune": "what goes, by its own temporary table",
    "filters": "conditions that it puts together",
    "vector_file": "embeddings by id",
    "verify": "whether the tables agree",
    "writer": "one column at a time, for a file of arrays",
}


@pytest.fixture(scope="module")
def scripts() -> dict[str, dict[str, Any]]:
    return {name: runpy.run_path(str(ROOT / ".ci" / f"{name}.py")) for name in ("house", "walks")}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_too_long(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_no_folder_is_too_full() -> None:
    folders = Counter(file.parent for file in SOURCES if file.name != "__init__.py")
    assert {folder.name: n for folder, n in folders.items() if n > MOST_FILES} == {}


def test_few_modules_ask_sql_about_photos() -> None:
    asks = re.compile(r"\b(FROM|INTO|UPDATE|JOIN|ON|TABLE) photos\b")
    found = {file.stem for file in SOURCES if asks.search(file.read_text(encoding="utf-8"))}
    assert found == SQL_OF_PHOTOS.keys()


def test_the_source_is_measured(scripts: dict[str, dict[str, Any]]) -> None:
    figures = scripts["house"]["measured"](ROOT)
    assert int(figures["Python: files"]) == sum(
        file.name != "__init__.py" for file in SOURCES
    ) + len(list((ROOT / "export").rglob("[!_]*.py")))


@pytest.mark.slow
def test_a_query_takes_few_files_to_its_hits(
    scripts: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    walks = scripts["walks"]
    walks["photo_to_row"](tmp_path)()
    search = walks["query_to_hits"](tmp_path)
    with walks["traced"]() as seen:
        search()
    assert "index/store.py" in seen
    assert len(seen) <= MOST_OF_A_WALK, sorted(seen)
