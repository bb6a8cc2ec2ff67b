"""Cleans and merges the words that sources say of a photo: title, description, keywords, people.

Cameras and programs write their own names, modes and paths where a description belongs; such text
is no description and is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from photosearch.types import PhotoTexts

# Characters, and entries of a list; what is beyond is cut off
MOST_TITLE, MOST_DESCRIPTION, MOST_ENTRY, MOST_ENTRIES = 300, 4000, 120, 200
_MOST_CLEANED = 2  # characters looked at, per one that is kept
_PEOPLE = frozenset({"people", "person", "persons", "faces"})  # above names, in a path of keywords

_MAKERS = (
    "olympus samsung sony kodak konica minolta pentax nikon canon casio fujifilm panasonic ricoh hp"
    " sanyo leica epson toshiba jvc agfa rollei praktica vivitar polaroid benq medion sigma"
)
_MODES = (  # of Huawei's cameras
    "cof nor oznor edf mde imde hdr hdrb hdrpl rhdr fhdr rbt dav ptr vig fbt bsh slr sdr dig tru"
)
_IS_JUNK = re.compile(
    rf"((?:{'|'.join(_MAKERS.split())}|[\s\d.-])*"
    r"(?:digital (?:still )?camera|camera pictures|dsc|pictures))"
    r"|[a-z]?:?[\\/]?dcim(?:[\\/].*)?"  # a path on the memory card
    r"|exif[_ ]jpeg(?:[_ ]picture)?|jpeg|default|untitled|image ?description|no ?name|null"
    r"|charset ?= ?\w+|binary comment|screenshot|[0-9a-f]{32,}"
    r"|(?:creator: gd-jpeg|lead technologies|file written by adobe|<?digimax|intel\(r\)"
    r"|optimized by|created with (?:the )?gimp|compressed by|handmade software|software:).*"
    rf"|(?:(?:{'|'.join(_MODES.split())})[\s_,]*){{1,6}}",
    re.IGNORECASE | re.ASCII,
)
_WORD = re.compile(r"[^\W_]")


def clean(text: str, most: int) -> str:
    """The text on one line, without what cannot be printed, of at most that many characters."""
    text = text[: _MOST_CLEANED * most]
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:most].rstrip()


def is_junk(text: str) -> bool:
    """Whether a cleaned text is no person's words: a camera's or a program's, or no word at all."""
    return not _WORD.search(text) or _IS_JUNK.fullmatch(text.rstrip(" .*")) is not None


def make_texts(
    *,
    titles: Iterable[str] = (),
    descriptions: Iterable[str] = (),
    keywords: Iterable[str] = (),
    people: Iterable[str] = (),
) -> PhotoTexts:
    """What one source says: the first title and description that are any, and all of the lists."""
    return PhotoTexts(
        title=_first(titles, MOST_TITLE),
        description=_first(descriptions, MOST_DESCRIPTION),
        keywords=_entries(keywords),
        people=_entries(people),
    )


def from_paths(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The keywords in paths such as "Places|Portugal|Lisbon", and the names: "People|Anna"."""
    keywords, people = [], []
    for path in paths:
        parts = [part.strip() for part in path.split("|")]
        keywords += parts
        if len(parts) > 1 and parts[0].casefold() in _PEOPLE:
            people.append(parts[-1])
    return keywords, people


def merge_texts(sources: Sequence[PhotoTexts]) -> PhotoTexts:
    """Merges field by field: the first source that has it."""
    return PhotoTexts(
        title=next((source.title for source in sources if source.title), None),
        description=next((source.description for source in sources if source.description), None),
        keywords=next((source.keywords for source in sources if source.keywords), ()),
        people=next((source.people for source in sources if source.people), ()),
    )


def _first(texts: Iterable[str], most: int) -> str | None:
    cleaned = (clean(text, most) for text in texts)
    return next((text for text in cleaned if not is_junk(text)), None)


def _entries(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, whatever its case, as it is written first."""
    found: dict[str, str] = {}
    for text in texts:
        cleaned = clean(text, MOST_ENTRY)
        if _WORD.search(cleaned) and len(found) < MOST_ENTRIES:
            found.setdefault(cleaned.casefold(), cleaned)
    return tuple(found.values())
