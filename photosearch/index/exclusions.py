"""Patterns of files and folders that no run takes, kept in the index until they are taken back.

They are read as git reads the lines of a .gitignore (https://git-scm.com/docs/gitignore, by way of
pathspec), with paths in place of its repository:

| pattern | leaves out |
|-|-|
| `*.png`, `screenshots/` | files, or folders with all inside, of that name at any depth |
| `2020/raw` | what is called so at any depth |
| `/home/me/Pictures/private`, `./private`, `~/private` | that one place, with all inside |

A path that is there as it is written is taken literally. Names match in any spelling of their
accents; upper and lower case differ.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.records import absolute, to_path
from photosearch.text.unicode import nfc

_PLACES = ("/", "./", "../", "~")


class Exclusions:
    """Whether a file or folder is left out. Raises UsageError for a pattern that is none."""

    def __init__(self, patterns: Iterable[str]) -> None:
        from pathspec import GitIgnoreSpec

        try:
            self._spec = GitIgnoreSpec.from_lines(nfc(pattern) for pattern in patterns)
        except ValueError as error:
            raise UsageError(f"exclusion: {error}") from error

    def __call__(self, path: str, *, is_folder: bool) -> bool:
        """An absolute path; links are not followed."""
        name = os.fsencode(Path(path).as_posix()).decode("utf-8", "surrogateescape")
        return self._spec.match_file(nfc(name).lstrip("/") + "/" * is_folder)


def read_exclusions(catalog: Catalog) -> tuple[str, ...]:
    """The patterns, sorted."""
    with catalog.errors():
        rows = catalog.db.execute("SELECT pattern FROM exclusions ORDER BY pattern")
        return tuple(row[0] for row in rows)


def exclude(catalog: Catalog, patterns: Iterable[str]) -> int:
    """Keeps the patterns and forgets the photos that match them; returns how many these were.

    Raises UsageError, with nothing changed, for a pattern that cannot be one.
    """
    wanted = [whole_pattern(pattern) for pattern in patterns]
    excluded = Exclusions(wanted)
    with catalog.writing() as db:
        values = [(pattern,) for pattern in wanted]
        db.executemany("INSERT OR IGNORE INTO exclusions VALUES (?)", values)
        found = db.execute("SELECT id, source, status = 'indexed' FROM photos ORDER BY id")
        gone = [
            (number, indexed)
            for number, source, indexed in found
            if excluded(str(to_path(source)), is_folder=False)
        ]
        count = sum(bool(indexed) for _, indexed in gone)
        if count:
            catalog.next_generation()
        db.executemany("DELETE FROM photos WHERE id = ?", [(number,) for number, _ in gone])
        catalog.forget_unused()
    return count


def include(catalog: Catalog, patterns: Iterable[str]) -> None:
    """Takes back patterns. Raises UsageError, with nothing changed, if one was not given."""
    known = read_exclusions(catalog)
    wanted = [_as_kept(pattern, known) for pattern in patterns]
    with catalog.writing() as db:
        values = [(pattern,) for pattern in wanted]
        db.executemany("DELETE FROM exclusions WHERE pattern = ?", values)


def _as_kept(pattern: str, known: tuple[str, ...]) -> str:
    if pattern in known:  # as `status` shows it
        return pattern
    whole = whole_pattern(pattern)
    if whole not in known:
        told = ", ".join(known) or "none"
        raise UsageError(f"include: got {pattern!r}, expected one of the exclusions: {told}")
    return whole


def whole_pattern(pattern: str) -> str:
    """The pattern as it is kept: one that means the same in whatever folder it is read."""
    if not pattern.strip() or pattern.startswith(("!", "#")) or "\n" in pattern:
        raise UsageError(f"exclude: got {pattern!r}, expected a pattern, for example 'private/'")
    if pattern.startswith(_PLACES) or pattern in (".", ".."):
        return _place(pattern)
    anchored = "/" in pattern.rstrip("/") and not pattern.startswith("**/")
    return f"**/{pattern}" if anchored else pattern


def _place(pattern: str) -> str:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    path = absolute(Path(pattern).expanduser())
    name = path.as_posix()
    if os.path.lexists(path):
        name = str(GitIgnoreSpecPattern.escape(name))
    return f"/{name.lstrip('/')}{'/' * pattern.endswith('/')}"
