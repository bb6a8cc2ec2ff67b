"""Exclusions: patterns of files and folders that are not indexed, kept in the index.

They are read as git reads the lines of a .gitignore (https://git-scm.com/docs/gitignore, by way of
pathspec), with paths in place of its repository:

| pattern | leaves out |
|-|-|
| `*.png`, `screenshots/` | files, or folders with all inside, of that name at any depth |
| `2020/raw` | what is called so at any depth |
| `/home/me/Pictures/private`, `./private`, `~/private` | that one file or folder, with all inside |

A path that is there as it is written is taken literally. Names match in any spelling of their
accents; upper and lower case differ.

A path is excluded under all its names: as it is written, and with links resolved (`realpath`). So
is a pattern with a slash inside; where it leads through a link of the current folder, the target of
the link is excluded too. A mere name is compared with the name under which a file is found.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import UsageError
from photosearch.index.catalog import Catalog
from photosearch.index.paths import Source, absolute, on_disk
from photosearch.index.prune import remove_matching
from photosearch.text import nfc

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PATH_STARTS = ("/", "./", "../")
_ANYWHERE = "**/"
_KEPT = "surrogateescape"  # bytes that are not UTF-8: PEP 383
_SLASHES = re.compile(r"/(?:\.?/)+")  # "//" and "/./"
_LITERAL = re.compile(r"(?:\\.|[^\\*?\[])*")  # of a pattern, up to its first wildcard
_FOLDERS = 256  # whose real paths are kept


class Exclusions:
    """Tells whether a file or folder is excluded. Raises UsageError for an invalid pattern."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = tuple(patterns)
        placed = [pattern for pattern in self._patterns if _is_placed(pattern)]
        real = [_real(pattern) for pattern in placed if pattern.startswith("/")]
        self._names = _spec([*self._patterns, *real])
        self._located = _spec([*placed, *real]) if placed else None
        self._folder = lru_cache(_FOLDERS)(os.path.realpath)
        self.matched: set[str] = set()  # the patterns that left something out

    def __call__(self, path: str, *, is_folder: bool) -> bool:
        """An absolute path. A link is left out by its own name, or by the path of its target."""
        found = _matches(self._names, path, is_folder) or (
            self._located is not None and _matches(self._located, self._real_path(path), is_folder)
        )
        if found and len(self.matched) < len(self._patterns):
            self._note(path, is_folder)
        return found

    def _real_path(self, path: str) -> str:
        if os.path.islink(path):  # noqa: PTH114
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        return os.path.join(self._folder(folder), name)  # noqa: PTH118

    def _note(self, path: str, is_folder: bool) -> None:
        if len(self._patterns) == 1:
            self.matched.update(self._patterns)
        for pattern, alone in self._alone.items():
            if pattern not in self.matched and alone(path, is_folder=is_folder):
                self.matched.add(pattern)

    @cached_property
    def _alone(self) -> dict[str, Exclusions]:
        several = len(self._patterns) > 1
        return {pattern: Exclusions([pattern]) for pattern in self._patterns if several}


def _spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(nfc(pattern) for pattern in patterns)
    except ValueError as error:
        raise UsageError(f"exclusion: {error}") from error


def _matches(spec: GitIgnoreSpec, path: str, is_folder: bool) -> bool:
    name = _text(Path(path).as_posix())
    return spec.match_file(nfc(name).lstrip("/") + "/" * is_folder)


def read_exclusions(catalog: Catalog) -> tuple[str, ...]:
    """The patterns, sorted; bytes that are not UTF-8 as surrogate escapes, in every locale."""
    with catalog.errors():
        rows = catalog.db.execute("SELECT pattern FROM exclusions ORDER BY pattern")
        return tuple(_from_source(row[0]) for row in rows)


def exclude(catalog: Catalog, patterns: Iterable[str]) -> int:
    """Stores the patterns and removes the photos that match them; returns how many.

    Raises UsageError, with nothing changed, for a pattern that cannot be one.
    """
    wanted = [whole for pattern in patterns for whole in whole_patterns(pattern)]
    excluded = Exclusions(wanted)
    with catalog.writing() as db:
        known = set(map(nfc, read_exclusions(catalog)))
        values = [(_to_source(pattern),) for pattern in wanted if nfc(pattern) not in known]
        db.executemany("INSERT OR IGNORE INTO exclusions VALUES (?)", values)
        return remove_matching(catalog, lambda path: excluded(str(path), is_folder=False))


def include(catalog: Catalog, patterns: Iterable[str]) -> None:
    """Removes patterns. Raises UsageError, with nothing changed, if one is not stored."""
    known = read_exclusions(catalog)
    wanted = [kept for pattern in patterns for kept in _stored(pattern, known)]
    with catalog.writing() as db:
        values = [(_to_source(pattern),) for pattern in wanted]
        db.executemany("DELETE FROM exclusions WHERE pattern = ?", values)


def _stored(pattern: str, known: tuple[str, ...]) -> list[str]:
    """The stored patterns for one that is written as `status` shows it or as `exclude` got it."""
    shown = nfc(_text(pattern))
    found = [kept for kept in known if nfc(kept) == shown]
    if not found:
        wholes = set(map(nfc, whole_patterns(pattern)))
        found = [kept for kept in known if nfc(kept) in wholes]
    if not found:
        told = ", ".join(known) or "none"
        raise UsageError(f"include: got {pattern!r}, expected one of the exclusions: {told}")
    return found


def without_match(patterns: Iterable[str], matched: Iterable[str]) -> list[str]:
    """Those of the patterns, as they are written, that excluded nothing."""
    seen = set(map(nfc, matched))
    return [pattern for pattern in patterns if seen.isdisjoint(map(nfc, whole_patterns(pattern)))]


def whole_patterns(pattern: str) -> tuple[str, ...]:
    """The pattern as it is stored, and the path that it leads to through a link."""
    whole = whole_pattern(pattern)
    if not whole.startswith(_ANYWHERE) or pattern.startswith(_ANYWHERE):
        return (whole,)
    target = whole_pattern(f"./{pattern}")
    here = os.path.realpath(".")
    plain = os.path.join(here, os.path.normpath(_lead(pattern)[0]))  # noqa: PTH118
    is_link = os.path.lexists(plain) and os.path.realpath(plain) != plain
    return (whole, target) if is_link else (whole,)


def whole_pattern(pattern: str) -> str:
    """The pattern as it is stored: it means the same whatever the current folder is."""
    if pattern.startswith("!"):
        raise UsageError(
            f"exclude: got {pattern!r}, expected a pattern without '!'; "
            "--include takes an exclusion back"
        )
    if not pattern.strip() or pattern.startswith("#") or "\n" in pattern or "\0" in pattern:
        raise UsageError(f"exclude: got {pattern!r}, expected a pattern, for example 'private/'")
    name = os.path.expanduser(_SLASHES.sub("/", pattern))  # noqa: PTH111 - "~x" may be a name
    if name.startswith(_PATH_STARTS) or name in (".", ".."):
        return _text(_locate(name))
    anchored = "/" in name.rstrip("/") and not name.startswith(_ANYWHERE)
    return _text(f"{_ANYWHERE}{name}" if anchored else name)


def _locate(pattern: str) -> str:
    path = on_disk(absolute(Path(pattern)))
    name = path.as_posix()
    if os.path.lexists(path):
        name = _escaped(name)
    return f"/{name.lstrip('/')}{'/' * pattern.endswith('/')}"


def _escaped(name: str) -> str:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    return str(GitIgnoreSpecPattern.escape(name))


def _is_placed(pattern: str) -> bool:
    return "/" in pattern.removeprefix(_ANYWHERE).rstrip("/")


def _real(pattern: str) -> str:
    """The pattern of a path with the links resolved that come before its first wildcard."""
    head, rest = _lead(pattern)
    real = os.path.realpath(os.fsdecode((head or "/").encode("utf-8", _KEPT)))
    end = rest or "/" * pattern.endswith("/")
    return _escaped(_text(Path(real).as_posix()).rstrip("/")) + end


def _lead(pattern: str) -> tuple[str, str]:
    """The path before the first part that has a wildcard, unescaped, and the rest."""
    literal = _LITERAL.match(pattern)
    assert literal is not None
    head = literal[0] if literal[0] == pattern else literal[0].rpartition("/")[0]
    return re.sub(r"\\(.)", r"\1", head), pattern[len(head) :]


def _text(name: str) -> str:
    """A name as this locale holds it, to the one that all locales share."""
    try:
        return os.fsencode(name).decode("utf-8", _KEPT)
    except UnicodeEncodeError:  # it is no name of this locale, but may be of another
        return name


def _to_source(pattern: str) -> Source:
    try:
        data = pattern.encode("utf-8", _KEPT)
    except UnicodeEncodeError:
        raise UsageError(f"exclude: got {pattern!r}, expected Unicode text") from None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _from_source(source: Source) -> str:
    return source if isinstance(source, str) else source.decode("utf-8", _KEPT)
