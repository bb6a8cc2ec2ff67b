"""The SQL schema of `catalog.sqlite`: its tables, and what upgrades those of an earlier version.

| table | holds |
|-|-|
| meta | schema (this layout), kind (of vectors.faiss), generation, compacted |
| spaces | the one space of the vectors here: its id, the model's name and how to load it, width |
| photos | one row a file, whatever became of it |
| embeddings | one row a content: byte-identical files share it. fp16, little-endian |
| tombstones | ids that were searchable and are no longer, with the generation that they left in |
| exclusions | patterns of names that no run looks at |
| left_out | what was met in indexed folders: kind (not read), or reason (not to be looked at) |
| texts | one row a searchable photo: the words of its name and folder, and what is said of it |
| words | FTS5 over `texts`; missing, or without its triggers, where SQLite lacks FTS5 |

A photo's id never changes its content and is never used twice: a file with new content gets a new
id. Its vector changes with the space of the index only, which has a new row in `spaces` then, and
a history that begins anew. `source` is TEXT where the path is UTF-8, otherwise a BLOB of its
bytes. `taken_at` is in microseconds since 1970 of the camera's own clock. `media` holds bits of
media_bits.MEDIA_BITS. `ctime_ns` and `inode` (64 bits, as a signed number) are of the file as it
was read, NULL where that is not known: a photo of an app's library, or of an earlier schema.
`sidecars` stands for the files of metadata beside the photo as they were read, 0 where there were
none.

In `texts`, `name` and `album` are the name of the file, without its suffix, and of its folder, or
those that an app's library gives; if words are written together there ("hotelReceipt"), they follow
once more, set apart. `keywords` and `people` are lists whose entries are separated by U+E000
between blanks: FTS5 takes it for a word, so that no phrase goes from one entry to the next.
`recognised`, text in the picture, is NULL until it was looked for. `is_read` is 0 until the file
was asked for its texts.

`generation` grows with every change that a search could see, before the first row of that change:
a photo's `since` and a tombstone's `generation` are those of the change. So the photos searchable
now are those of any earlier generation, without its newer tombstones, and with the photos `since`
then. Tombstones are kept back to generation `compacted`; what is older cannot be brought up to
date.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from photosearch.index.texts.full_text import WORDS, has_fts5, is_in_step

SCHEMA = 4
PAGE_BYTES = 4096

# What a schema added comes after all older TABLES, so that none of those lies on another page.
_HISTORY = (
    "CREATE INDEX photos_by_since ON photos(since)",
    "CREATE TABLE tombstones(id INTEGER PRIMARY KEY, generation INTEGER NOT NULL)",
    """
CREATE TRIGGER photos_buried AFTER DELETE ON photos WHEN OLD.status = 'indexed' BEGIN
    INSERT OR REPLACE INTO tombstones
    VALUES (OLD.id, (SELECT value FROM meta WHERE key = 'generation')); END""",
)
_LEFT = (
    "CREATE TABLE exclusions(pattern TEXT PRIMARY KEY NOT NULL)",
    (
        "CREATE TABLE left_out(source PRIMARY KEY NOT NULL, kind TEXT, reason TEXT,"
        " CHECK((kind IS NULL) != (reason IS NULL)))"
    ),
)
_TEXTS = (
    """
CREATE TABLE texts(
    id INTEGER PRIMARY KEY REFERENCES photos(id),
    name TEXT, album TEXT,
    title TEXT, description TEXT, keywords TEXT, people TEXT,
    recognised TEXT,
    is_read INTEGER NOT NULL DEFAULT 0 CHECK(is_read IN (0, 1)))""",
    """
CREATE TRIGGER texts_gone AFTER DELETE ON photos BEGIN
    DELETE FROM texts WHERE id = OLD.id; END""",
    """
CREATE TRIGGER texts_left AFTER UPDATE OF status ON photos WHEN NEW.status != 'indexed' BEGIN
    DELETE FROM texts WHERE id = OLD.id; END""",
)
TABLES_OF_SCHEMA_1 = (
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL)",
    """
CREATE TABLE spaces(
    id INTEGER PRIMARY KEY, space TEXT NOT NULL UNIQUE, model TEXT NOT NULL, dim INTEGER NOT NULL,
    calibration_scale REAL NOT NULL, calibration_bias REAL NOT NULL)""",
    """
CREATE TABLE photos(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    status TEXT NOT NULL CHECK(status IN ('indexed', 'pending', 'failed')),
    reason TEXT,
    content_hash TEXT,
    width INTEGER, height INTEGER,
    taken_at INTEGER, utc_offset_min INTEGER,
    latitude REAL, longitude REAL,
    camera TEXT,
    since INTEGER NOT NULL DEFAULT 0,
    favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1)),
    media INTEGER NOT NULL DEFAULT 0,
    ctime_ns INTEGER, inode INTEGER,
    sidecars INTEGER NOT NULL DEFAULT 0,
    CHECK(status != 'indexed' OR content_hash IS NOT NULL))""",
    "CREATE INDEX photos_by_content ON photos(content_hash)",
    "CREATE INDEX photos_by_size ON photos(size)",
    """
CREATE TABLE embeddings(
    content_hash TEXT PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES spaces(id),
    vector BLOB NOT NULL)""",
)
# all but the full-text index, see texts/full_text.py
TABLES = (*TABLES_OF_SCHEMA_1, *_HISTORY, *_LEFT, *_TEXTS)
_ADD = "ALTER TABLE photos ADD COLUMN "
# The statements that bring a catalog from one schema to the next; written once, never changed.
MIGRATIONS = {
    1: (
        _ADD + "since INTEGER NOT NULL DEFAULT 0",
        _ADD + "favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1))",
        _ADD + "media INTEGER NOT NULL DEFAULT 0",
        *_HISTORY,
        # what changed before is not known: vectors.faiss is good if it is of this generation
        "INSERT OR REPLACE INTO meta SELECT 'compacted', value FROM meta WHERE key = 'generation'",
    ),
    2: (
        _ADD + "ctime_ns INTEGER",
        _ADD + "inode INTEGER",
        _ADD + "sidecars INTEGER NOT NULL DEFAULT 0",
        *_LEFT,
    ),
    3: _TEXTS,  # what is in them is filled in by texts/text_rows.py
}
_LAYOUT = """SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'
    AND name NOT GLOB 'words_*' OR type = 'trigger'"""  # without tables that FTS5 makes for itself
GENERATION = "(SELECT value FROM meta WHERE key = 'generation')"  # in a statement of SQL


def forget_history(db: sqlite3.Connection) -> None:
    """A new generation that no earlier one can be brought up to. Call inside a transaction."""
    db.execute(
        "UPDATE meta SET value = 1 + max(value, (SELECT coalesce(max(since), 0) FROM photos),"
        " (SELECT coalesce(max(generation), 0) FROM tombstones)) WHERE key = 'generation'"
    )
    db.execute(f"INSERT OR REPLACE INTO meta VALUES ('compacted', {GENERATION})")
    db.execute("DELETE FROM tombstones")


def missing_tables(db: sqlite3.Connection) -> list[str]:
    """Names of the tables, indexes and triggers that are missing or not as they should be."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        words = WORDS if has_fts5(fresh) and is_in_step(db) else ()
        for statement in (*TABLES, *words):
            fresh.execute(statement)
        return sorted(name for _, name, _ in _layout(fresh) - _layout(db))


def _layout(db: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in db.execute(_LAYOUT)}
