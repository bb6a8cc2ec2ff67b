"""Catalogs that earlier versions wrote: brought to the newest schema in full or not at all."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import IndexDamaged, IndexTooNew, StorageError
from photosearch.index.catalog import Catalog
from photosearch.index.directory import create_catalog
from photosearch.index.migrations import MIGRATIONS, SCHEMA, missing_tables
from photosearch.index.store import PhotoIndex
from photosearch.index.verify import verify_index
from photosearch.testing import COLORS
from tests.fixtures.upgrades import contents, make

_KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from photosearch.index import catalog

def connect(*args, __connect=sqlite3.connect, **words):
    db, left = __connect(*args, **words), [int(sys.argv[2])]
    def count(statement):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    db.set_trace_callback(count)
    return db

sqlite3.connect = connect
catalog.Catalog(Path(sys.argv[1]))
"""
every_schema = pytest.mark.parametrize("schema", MIGRATIONS)


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def layout(path: Path) -> list[tuple[str, ...]]:
    """All of sqlite_master but the pages; columns in their order, as SQLite understands them."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        columns = db.execute("SELECT * FROM pragma_table_xinfo('photos')").fetchall()
    return sorted((*row[:3], " ".join(str(row[3]).split())) for row in rows) + columns


def search(directory: Path) -> list[int]:
    """Ids of the two photos nearest to red; `vectors.faiss` is written on the way."""
    with PhotoIndex.open(directory, create=False) as index:
        hits = index.search_vector(np.eye(8, dtype=np.float32)[COLORS.index("red")], 2)
        return [hit.id for hit in hits]


def test_every_earlier_schema_leads_to_the_newest() -> None:
    assert list(MIGRATIONS) == list(range(1, SCHEMA))


@every_schema
def test_it_gets_the_tables_of_a_new_one(tmp_path: Path, schema: int) -> None:
    path, new = make(tmp_path, schema), tmp_path / "new.sqlite"
    Catalog(path).close()
    create_catalog(new, kind="SQ8")
    assert layout(path) == layout(new)
    search(tmp_path)
    assert verify_index(tmp_path).problems == ()


@every_schema
def test_nothing_of_it_is_lost(tmp_path: Path, schema: int) -> None:
    path = make(tmp_path, schema)
    before = contents(path)
    Catalog(path).close()
    after = contents(path)
    new = {1: ", 0, 0, 0, NULL, NULL, 0", 2: ", NULL, NULL, 0", 3: ""}[schema]
    photos = [line + new for line in before if line.startswith("photos: ")]
    assert [line for line in after if line.startswith("photos: ")] == photos
    kept = [line for line in before if not line.startswith(("photos: ", "meta: 'schema'"))]
    texts = {line for line in after if line.startswith("texts: ")}
    other = set(after) - set(photos) - set(kept) - texts
    assert other <= {f"meta: 'schema', {SCHEMA}", "meta: 'compacted', 11"}
    assert set(kept) <= set(after)
    assert len(texts) == 7


@every_schema
def test_it_is_searched(tmp_path: Path, schema: int) -> None:
    make(tmp_path, schema)
    assert search(tmp_path) == [6, 9]


def test_one_without_a_history_believes_no_vectors_of_before(tmp_path: Path) -> None:
    """A killed writer left them behind; what it changed meanwhile is not known."""
    path = make(tmp_path, 1)
    shutil.copytree(tmp_path, tmp_path / "later")
    search(tmp_path)
    shutil.copy(path.with_name("vectors.faiss"), tmp_path / "later")
    execute(tmp_path / "later" / path.name, "DELETE FROM photos WHERE id = 1")
    execute(
        tmp_path / "later" / path.name,
        "UPDATE meta SET value = value + 1 WHERE key = 'generation'",
    )
    with PhotoIndex.open(tmp_path / "later", create=False) as index:
        assert len(index.search_vector(np.eye(8, dtype=np.float32)[0], 9)) == 6


@every_schema
def test_one_that_cannot_be_written_says_what_to_do(
    tmp_path: Path, schema: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path, schema)
    before = contents(path)
    monkeypatch.setattr(
        Catalog,
        "_connect",
        lambda self, _, connect=Catalog._connect: connect(self, "mode=ro&immutable=1"),
    )
    with pytest.raises(StorageError, match="open it once where it can be written"):
        Catalog(path)
    assert contents(path) == before


def _kill(path: Path, after: int) -> bool:
    """Upgrades in a process that is killed before that many statements and one; whether it was."""
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(path), str(after)], check=False)
    assert ended.returncode in (0, -signal.SIGKILL)
    return ended.returncode != 0


@pytest.mark.slow
@every_schema
def test_one_whose_upgrade_is_killed_is_as_it_was(tmp_path: Path, schema: int) -> None:
    """Or as it is to be, if it was killed after the last statement of the upgrade."""
    path, other = make(tmp_path, schema), tmp_path / "other"
    other.mkdir()
    Catalog(make(other, schema)).close()
    before, kills = contents(path), 0
    while _kill(path, kills) and contents(path) == before:
        kills += 1
    assert kills > len(MIGRATIONS[schema])  # one at every statement
    assert contents(path) == contents(other / path.name)


@every_schema
def test_one_whose_log_was_cut_short_is_the_old_or_the_new(tmp_path: Path, schema: int) -> None:
    """As a power cut leaves it: the catalog of before, and any part of the write-ahead log."""
    path = make(tmp_path, schema)
    before, old = contents(path), path.read_bytes()
    catalog = Catalog(path)
    log = path.with_name(f"{path.name}-wal").read_bytes()
    catalog.close()
    after, cut = contents(path), tmp_path / "cut" / path.name
    found = []
    for length in range(0, len(log) + 1, max(len(log) // 40, 1)):
        shutil.rmtree(cut.parent, ignore_errors=True)
        cut.parent.mkdir()
        cut.write_bytes(old)
        cut.with_name(f"{cut.name}-wal").write_bytes(log[:length])
        found.append(contents(cut))
        Catalog(cut).close()
        assert contents(cut) == after
    assert found[0] == before
    assert all(content in (before, after) for content in found)


@every_schema
def test_one_that_is_not_what_it_says_is_damaged_and_left_alone(
    tmp_path: Path, schema: int
) -> None:
    path = make(tmp_path, schema)
    execute(path, "CREATE TABLE words(of_another)")  # among the last things that an upgrade makes
    execute(path, "CREATE VIEW words_data AS SELECT * FROM words")
    before = contents(path)
    with pytest.raises(IndexDamaged, match="words"):
        Catalog(path)
    assert contents(path) == before


def test_many_may_upgrade_it_at_once(tmp_path: Path) -> None:
    path = make(tmp_path, 1)
    code = "import sys, pathlib; from photosearch.index.catalog import Catalog;"
    code += "Catalog(pathlib.Path(sys.argv[1]))"
    others = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        for catalog in pool.map(lambda _: Catalog(path), range(16)):
            assert missing_tables(catalog.db) == []
            catalog.close()
    assert [other.wait() for other in others] == [0, 0]


@pytest.mark.parametrize("value", ["0", "-1", "'2'", "2.5", "X'02'", "'newest'"])
def test_a_schema_that_never_was_is_damage(tmp_path: Path, value: str) -> None:
    path = make(tmp_path, 2)
    execute(path, f"UPDATE meta SET value = {value} WHERE key = 'schema'")
    with pytest.raises(IndexDamaged, match="expected 1 to 4"):
        Catalog(path)


@pytest.mark.parametrize("statement", ["DELETE FROM meta WHERE key = 'schema'", "DROP TABLE meta"])
def test_no_schema_at_all_is_damage(tmp_path: Path, statement: str) -> None:
    path = make(tmp_path, 2)
    execute(path, statement)
    with pytest.raises(IndexDamaged):
        Catalog(path)


@pytest.mark.parametrize("value", [SCHEMA + 1, 99, 2**63 - 1])
def test_a_later_schema_is_refused(tmp_path: Path, value: int) -> None:
    path = make(tmp_path, 2)
    execute(path, f"UPDATE meta SET value = {value} WHERE key = 'schema'")
    with pytest.raises(IndexTooNew, match=f"got schema {value}"):
        Catalog(path)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DROP TABLE exclusions", "exclusions"),
        ("DROP INDEX photos_by_since", "photos_by_since"),
        ("DROP TRIGGER photos_buried", "photos_buried"),
        ("ALTER TABLE photos DROP COLUMN inode", "photos"),
        ("ALTER TABLE photos DROP COLUMN camera", "photos"),
        ("ALTER TABLE photos ADD COLUMN other", "photos"),
    ],
)
def test_one_that_lacks_a_part_is_found_and_repaired(
    tmp_path: Path, statement: str, name: str
) -> None:
    path = make(tmp_path, 2)
    Catalog(path).close()
    execute(path, statement)
    (problem,) = verify_index(tmp_path).problems
    assert f"{name} not as expected" in problem
    report = verify_index(tmp_path, repair=True)
    assert (report.photos, report.vectors) == (8, 7)
    assert verify_index(tmp_path).problems == ()


@every_schema
def test_one_without_its_first_page_is_repaired(tmp_path: Path, schema: int) -> None:
    path = make(tmp_path, schema)
    with path.open("r+b") as stream:
        stream.write(bytes(4096))
    report = verify_index(tmp_path, repair=True)
    assert (report.photos, report.vectors) == (8, 7)


def test_a_repair_keeps_exclusions_and_what_was_left_out(tmp_path: Path) -> None:
    path = make(tmp_path, 2)
    Catalog(path).close()
    execute(path, "INSERT INTO exclusions VALUES ('*/raw/*')")
    execute(
        path, "INSERT INTO left_out VALUES (X'2F70FF', '.CR2', NULL), ('/p/a.mov', '.MOV', NULL)"
    )
    execute(path, "DROP INDEX photos_by_since")
    before = contents(path)
    assert verify_index(tmp_path, repair=True).repaired
    kept = ("exclusions: ", "left_out: ", "photos: ", "embeddings: ")
    assert [line for line in contents(path) if line.startswith(kept)] == [
        line for line in before if line.startswith(kept)
    ]


@pytest.mark.parametrize("value", ["0", "'newest'", "2.5"])
def test_one_with_a_schema_that_never_was_is_repaired(tmp_path: Path, value: str) -> None:
    path = make(tmp_path, 2)
    Catalog(path).close()
    execute(path, f"UPDATE meta SET value = {value} WHERE key = 'schema'")
    report = verify_index(tmp_path, repair=True)
    assert (report.photos, report.vectors) == (8, 7)
    assert search(tmp_path) == [6, 9]


def test_damaged_vectors_are_no_reason_to_replace_the_catalog(tmp_path: Path) -> None:
    path = make(tmp_path, 2)
    search(tmp_path)
    path.with_name("vectors.faiss").write_bytes(b"no vectors")
    assert verify_index(tmp_path, repair=True).repaired
    assert not list(tmp_path.glob("*.damaged"))
