"""Rows of the table `texts`: written beside those of the photos, filled in where they are missing.

Every searchable photo has one, from its first second on: the words of its file's name and of its
folder's. What the file says of itself comes with the run that reads it.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Mapping, Sequence

from photosearch.index.catalog import Catalog
from photosearch.index.paths import Source
from photosearch.types import PhotoTexts

SEPARATOR = " \ue000 "  # between the entries of a list; see migrations.py
_SAID = "title, description, keywords, people"
# Where a word begins inside of what is written together: hotelReceipt, IMG2034, HTMLPage, 2034a
# A letter is all but the other characters of ASCII, told so since that class compiles at once.
_CAPITAL, _LETTER = r"[^\0-@\[-\x7f]", r"[^\0-@\[-`{-\x7f]"
_INNER = re.compile(
    r"(?<=[a-z])(?=[A-Z])"
    rf"|(?<={_CAPITAL})(?=[A-Z][a-z])"
    rf"|(?<={_LETTER})(?=[0-9])"
    rf"|(?<=[0-9])(?={_LETTER})"
)
_MISSING = "status = 'indexed' AND id NOT IN (SELECT id FROM texts)"
_STRAY = "id NOT IN (SELECT id FROM photos WHERE status = 'indexed')"


def apart(text: str) -> str:
    """The text with blanks between words that are written together: `IMG 2034` of `IMG2034`.

    Only the letters A to Z have a case here, and only 0 to 9 are digits, so that no two languages
    differ; every other character beyond ASCII counts as a letter.
    """
    return _INNER.sub(" ", text)


def name_words(source: Source) -> tuple[str | None, str | None]:
    """The words of a file's name, without its suffix, and of the folder that holds it.

    Each is as it is written; if words are written together, they follow once more, set apart. None
    where there is no such name, and for what is no path: a photo of an app's library.
    """
    whole = source.decode(errors="replace") if isinstance(source, bytes) else source
    folder, slash, name = whole.replace(os.sep, "/").rpartition("/")
    if not slash or (folder and os.sep == "/" and not folder.startswith("/")):
        return None, None
    stem = name[: name.rfind(".")] if name.rfind(".") > 0 else name
    return _with_parts(stem), _with_parts(folder.rpartition("/")[2])


def _with_parts(name: str) -> str | None:
    parts = apart(name)
    return (name if parts == name else f"{name} {parts}") or None


def insert_texts(
    db: sqlite3.Connection,
    id: int,
    source: Source,
    texts: PhotoTexts | None,
    *,
    recognised: str | None = None,
) -> None:
    """Adds the row of a photo that has become searchable; texts are None if nobody has read them.

    `recognised` is the text in its picture, None if it was not looked for.
    """
    db.execute(
        f"INSERT INTO texts(id, name, album, {_SAID}, is_read, recognised)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (id, *name_words(source), *_said(texts), int(texts is not None), recognised),
    )


def read_recognised(db: sqlite3.Connection, content_hash: str) -> str | None:
    """The text that was found in a picture with these bytes; None if it was not looked for."""
    query = """SELECT recognised FROM texts JOIN photos USING (id)
        WHERE content_hash = ? AND recognised IS NOT NULL LIMIT 1"""
    row = db.execute(query, (content_hash,)).fetchone()
    return row[0] if row else None


def differ(db: sqlite3.Connection, id: int, source: Source, texts: PhotoTexts) -> bool:
    """Whether a search could see it if a photo had this name and these texts."""
    query = f"SELECT name, album, {_SAID} FROM texts WHERE id = ?"
    known = db.execute(query, (id,)).fetchone()
    return bool(known != (*name_words(source), *_said(texts)))


def renew_texts(db: sqlite3.Connection, id: int, source: Source, texts: PhotoTexts) -> None:
    """Stores the name and the texts of a photo again; what was recognised in it stays."""
    if not differ(db, id, source, texts):  # the words need not be touched
        db.execute("UPDATE texts SET is_read = 1 WHERE id = ? AND is_read = 0", (id,))
        return
    db.execute(
        f"INSERT INTO texts(id, name, album, {_SAID}, is_read) VALUES (?1, ?, ?, ?, ?, ?, ?, 1)"
        f" ON CONFLICT(id) DO UPDATE SET (name, album, {_SAID}, is_read)"
        " = (?2, ?3, ?4, ?5, ?6, ?7, 1)",
        (id, *name_words(source), *_said(texts)),
    )


def put_recognised(catalog: Catalog, found: Mapping[int, str]) -> None:
    """Stores the text in pictures, by the ids of photos; "" where there is none."""
    change = "UPDATE texts SET recognised = ?1 WHERE id = ?2 AND recognised IS NOT ?1"
    with catalog.writing() as db:
        catalog.next_generation()
        db.executemany(change, [(text, number) for number, text in found.items()])


def count_recognised(catalog: Catalog) -> int:
    """How many photos were looked at for text."""
    query = "SELECT count(*) FROM texts WHERE recognised IS NOT NULL"
    with catalog.errors():
        return int(catalog.db.execute(query).fetchone()[0])


def fill_texts(db: sqlite3.Connection) -> None:
    """Adds the rows that are missing, and drops those of no photo. Call inside a transaction."""
    rows = db.execute(f"SELECT id, source FROM photos WHERE {_MISSING}").fetchall()
    named = ((number, *name_words(source)) for number, source in rows)
    db.executemany("INSERT INTO texts(id, name, album) VALUES (?, ?, ?)", named)
    db.execute(f"DELETE FROM texts WHERE {_STRAY}")


def count_faults(db: sqlite3.Connection) -> int:
    """How many rows are missing, or are of no photo that is searchable."""
    query = f"""SELECT (SELECT count(*) FROM photos WHERE {_MISSING})
        + (SELECT count(*) FROM texts WHERE {_STRAY})"""
    return int(db.execute(query).fetchone()[0])


def read_texts(catalog: Catalog, ids: Sequence[int]) -> dict[int, PhotoTexts]:
    """What is said of photos, by id; those that are not searchable are missing."""
    query = f"SELECT id, {_SAID} FROM texts WHERE id IN (SELECT value FROM json_each(?))"
    asked = json.dumps([int(number) for number in ids])
    with catalog.errors():
        rows = catalog.db.execute(query, (asked,)).fetchall()
    return {
        number: PhotoTexts(title, description, _entries(keywords), _entries(people))
        for number, title, description, keywords, people in rows
    }


def _said(texts: PhotoTexts | None) -> tuple[str | None, ...]:
    """Values for `_SAID`."""
    if texts is None:
        return (None,) * 4
    lists = (SEPARATOR.join(entries) or None for entries in (texts.keywords, texts.people))
    return (texts.title, texts.description, *lists)


def _entries(stored: str | None) -> tuple[str, ...]:
    return tuple(stored.split(SEPARATOR)) if stored else ()
