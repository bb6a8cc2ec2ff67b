"""Asks a person in the terminal which of the pooled photos are relevant, and keeps the answers.

Questions go to stderr, a line of stdin answers each: what asks a person takes a pipe as well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from photosearch.cli.evaluation.pooled import Asked
from photosearch.cli.output import say
from photosearch.cli.terminal import detect_protocol, picture_command
from photosearch.display import printable, readable
from photosearch.errors import QueryError, UsageError
from photosearch.evaluate.pool import Pool, unjudged
from photosearch.evaluate.trec import Qrels, read_qrels, trec_name, write_qrels
from photosearch.query import parse_query
from photosearch.shorten import first_of

_STOP = "q"
_KEYS = ("0", "1", "2", "b", "s", _STOP)
_EXPECTED = f"{', '.join(_KEYS[:-1])} or {_STOP}"
_MEANING = "0 not relevant, 1 partly, 2 right; b back, s skip, q stop"
_KEPT = "surrogateescape"  # PEP 383, as `trec_name` writes it


def stdin_lines() -> Iterator[str]:
    """What is typed or piped, a line at a time. Raises UsageError for what is no text."""
    if sys.stdin is None:  # closed by who started this
        return
    try:
        yield from iter(sys.stdin.readline, "")
    except UnicodeDecodeError as error:
        raise UsageError(f"stdin: got bytes that are no text ({error.reason})") from None


def read_judged(path: Path | None) -> dict[str, dict[str, int]]:
    """Judgements so far: none where there is no file yet, or an empty one.

    Raises UsageError for a file of something else, and for a folder that does not exist.
    """
    if path is None:
        return {}
    if not path.parent.is_dir():
        raise UsageError(f"{path}: no folder {path.parent}")
    if not path.exists():
        return {}
    if not path.is_file():
        raise UsageError(f"{path}: got no file, expected one of judgements, or a new name")
    return read_qrels(path) if path.stat().st_size else {}


def type_queries(judged: Qrels, lines: Iterator[str]) -> dict[str, str]:
    """Words by the names made of them: of the queries judged already, and of lines up to an empty.

    Raises UsageError for judged queries whose names are no words, and if there is no query.
    """
    words = {query: unquote(query, errors=_KEPT) for query in judged}
    for query, text in words.items():
        if not _has_letters(text):
            raise UsageError(f"query {query!r}: got a name without words, expected --queries FILE")
    if words:
        say(f"{len(words)} queries from before: {first_of(list(words.values()), 3, '; ')}")
    say("Type what you would search for, a query a line; an empty line ends the list.")
    while line := _read_line(f"query {len(words) + 1}: ", lines):
        text = " ".join(readable(line).split())
        if _is_query(text):
            words[trec_name(text)] = text
    if not words:
        raise UsageError("got no queries, expected one at least")
    return words


def judge_photos(asked: Asked, qrels: Path, lines: Iterator[str]) -> None:
    """Asks for a grade of each pooled photo that has none, until all have one, or to a stop.

    Each answer is in the file before the next is asked for. Raises StorageError.
    """
    questions = _questions(asked, unjudged(asked.pool, read_judged(qrels)))
    say(f"{len(questions)} photos to judge; the answers are kept in {qrels}")
    place = 0
    while place < len(questions):
        _show(questions[place])
        match _choose(lines):
            case "q":
                return
            case "s":
                place += 1
            case "b" if place == 0:
                say("nothing to take back")
            case "b":
                place -= 1
                _keep(qrels, questions[place], None)
            case grade:
                _keep(qrels, questions[place], int(grade))
                place += 1


@dataclass(frozen=True, slots=True)
class _Question:
    query: str
    photo: str
    title: str

    @property
    def path(self) -> Path:
        return Path(unquote(self.photo, errors=_KEPT))


def _questions(asked: Asked, left: Pool) -> list[_Question]:
    return [
        _Question(
            query,
            photo,
            f"{asked.words[query]}: {at} of {len(photos)}, query {number} of {len(left)}",
        )
        for number, (query, photos) in enumerate(left.items(), start=1)
        for at, photo in enumerate(photos, start=1)
    ]


def _show(question: _Question) -> None:
    from rich.console import Console
    from rich.text import Text

    print(file=sys.stderr)
    say(question.title)
    _show_picture(question.path)
    name = Text(printable(question.path), style=f"link {question.path.as_uri()}")
    if not question.path.is_file():
        name = Text(f"{printable(question.path)} (the file is gone)")
    Console(stderr=True, highlight=False).print(name, soft_wrap=True)


def _show_picture(path: Path) -> None:
    """Where the terminal can, and the file can be read."""
    protocol = detect_protocol() if sys.stderr.isatty() else None
    shown = picture_command(path, protocol) if protocol else None
    if shown is not None:
        sys.stderr.buffer.write(shown + b"\n")
        sys.stderr.buffer.flush()


def _choose(lines: Iterator[str]) -> str:
    """One of the keys, asked for again until it is one; the end of the lines is a stop."""
    while (line := _read_line(f"{_MEANING}: ", lines)) is not None:
        if line.lower() in _KEYS:
            return line.lower()
        say(f"got {line[:40]!r}, expected {_EXPECTED}")
    return _STOP


def _read_line(prompt: str, lines: Iterator[str]) -> str | None:
    """Without the spaces around it; None at the end."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = next(lines, None)
    if line is None or sys.stdin is None or not sys.stdin.isatty():
        say(line.strip() if line else "")  # a terminal has shown it already
    return None if line is None else line.strip()


def _is_query(text: str) -> bool:
    """Says why not, and how it is read."""
    try:
        notes = parse_query(text).notes
    except QueryError as error:
        say(str(error))
        return False
    for note in notes:
        say(f"note: {note}")
    if not _has_letters(text):
        say("got no words, expected some")
    return _has_letters(text)


def _has_letters(text: str) -> bool:
    """The name of a query that is a number, of a file of queries, is not to be taken for words."""
    return any(letter.isalpha() for letter in text)


def _keep(path: Path, question: _Question, grade: int | None) -> None:
    """None takes it back. The file is read again: what others wrote meanwhile stays."""
    judged = read_judged(path)
    grades = judged.setdefault(question.query, {})
    if grades.get(question.photo) == grade:
        return
    grades.pop(question.photo, None)
    if grade is not None:
        grades[question.photo] = grade
    write_qrels(path, judged)
