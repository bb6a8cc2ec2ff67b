"""The full-text index over the table `texts`: an FTS5 table, and triggers that keep it in step.

An SQLite may lack FTS5. Statements that fire such a trigger fail there, so a writer without FTS5
drops the triggers first. That they are not there says that the words are out of step: they are then
made again, from the texts, by the next who opens the catalog with FTS5 and can write.

The words are those of FTS5's tokenizer unicode61: runs of letters and digits, without case and
diacritics (https://www.sqlite.org/fts5.html#unicode61_tokenizer). The texts themselves are in
`texts` only ("external content", section 4.4.3 of that page).
"""

from __future__ import annotations

import sqlite3

FIELDS = ("name", "album", "title", "description", "keywords", "people", "recognised")

_COLUMNS = ", ".join(FIELDS)
_OLD, _NEW = (", ".join(f"{row}.{field}" for field in FIELDS) for row in ("OLD", "NEW"))
_ADD = f"INSERT INTO words(rowid, {_COLUMNS}) VALUES (NEW.id, {_NEW});"
_DROP = f"INSERT INTO words(words, rowid, {_COLUMNS}) VALUES ('delete', OLD.id, {_OLD});"
_TABLE = f"""
CREATE VIRTUAL TABLE words USING fts5(
    {_COLUMNS}, content='texts', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3')"""
_TRIGGERS = {
    "words_added": f"AFTER INSERT ON texts BEGIN {_ADD} END",
    "words_changed": f"AFTER UPDATE OF {_COLUMNS} ON texts BEGIN {_DROP} {_ADD} END",
    "words_dropped": f"AFTER DELETE ON texts BEGIN {_DROP} END",
}
_CREATE_TRIGGERS = tuple(f"CREATE TRIGGER {name} {what}" for name, what in _TRIGGERS.items())
WORDS = (_TABLE, *_CREATE_TRIGGERS)
_REBUILD = "INSERT INTO words(words) VALUES ('rebuild')"


def has_fts5(db: sqlite3.Connection) -> bool:
    """Whether this SQLite can look for words."""
    found = db.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
    return found.fetchone() is not None


def is_in_step(db: sqlite3.Connection) -> bool:
    """Whether the words are those of the texts, as far as the schema tells."""
    names = ", ".join(f"'{name}'" for name in _TRIGGERS)
    query = f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({names})"
    return bool(db.execute(query).fetchone()[0] == len(_TRIGGERS))


def make_words(db: sqlite3.Connection) -> None:
    """Makes the full-text index from the texts, in place of one that is there.

    Call inside a transaction.
    """
    let_go(db)
    db.execute("DROP TABLE IF EXISTS words")
    db.execute(_TABLE)
    db.execute(_REBUILD)
    for statement in _CREATE_TRIGGERS:
        db.execute(statement)


def let_go(db: sqlite3.Connection) -> None:
    """Lets the texts change without the words. Call inside a transaction."""
    for name in _TRIGGERS:
        db.execute(f"DROP TRIGGER IF EXISTS {name}")


def check_words(db: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError if the words are not those of the texts.

    It writes nothing, but SQLite asks for the lock of a writer: call inside `writing`.
    """
    db.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)")
