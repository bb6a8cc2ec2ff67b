"""Names of places to where they are, looked up in `gazetteer.txt` without parsing it.

`gazetteer.txt` is UTF-8. `export/gazetteer` writes it from GeoNames and from lists of its own:

    file    = head , { line } ;
    head    = "#photosearch gazetteer 1 " , bytes of all lines , LF ;
    line    = key , TAB , { flag } , TAB , [ place , { "|" , place } ] , LF ;
    place   = name , "," , country , "," , latitude , "," , longitude , "," , radius , "," ,
              population ;

Lines are in bytewise order of their keys, none twice. A key is a name as `fold_name` leaves it, of
a-z, 0-9 and single spaces. Places of one name come with the best known first. A name that is left
out is the key with its words capitalised; country is ISO 3166-1 alpha-2, or empty where a place
lies in several; latitude and longitude are in degrees, radius in km, population in thousands.
Flags:

    f   found by `find_fuzzy`, of six letters or more; always the first flag
    w   an ordinary word, too: nice, reading, mobile
    n   a person's name, too: florence, austin
    x   a word that is one slip of typing from such a name, and no name: garden, Gardena
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple

from photosearch.errors import PhotoSearchError
from photosearch.text.normalization import casefold, nfd
from photosearch.text.unicode_tables import LETTER, MARK, NUMBER, is_flagged

PATH: Final = Path(__file__).with_name("gazetteer.txt")
MOST_WORDS: Final = 5  # of a key
FUZZY_LENGTHS: Final = range(5, 41)  # letters of what may be a slip of a name

_HEAD = re.compile(rb"#photosearch gazetteer 1 ([0-9]{1,9})\n")
_KEY = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_FUZZY = re.compile(rb"\n([^\t\n]+)\t[nw]*f")
_NO_LINE: Final = ("", "")
_LETTERS: Final = string.ascii_lowercase
_DROPPED: Final = frozenset(".'`´’‘ʼʻʹ＇．")  # marks inside a name: St. John's
_PLAIN: Final = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "ŋ": "n", "ŧ": "t", "ə": "e",
}  # fmt: skip


class GazetteerPlace(NamedTuple):
    """A circle on Earth with a name."""

    name: str
    country: str  # ISO 3166-1 alpha-2; empty where it lies in several
    latitude: float  # degrees
    longitude: float  # degrees
    radius_km: float
    population: int  # in full thousands; 0 of a sight


def fold_name(text: str) -> str:
    """A name as a key: "St. John's" -> "st johns", "Köln" -> "koln", "Aix-en-Provence" likewise.

    Case is folded and accents go, dots and apostrophes too; all else that is neither letter nor
    digit parts words. Letters of other scripts stay, so that they are part of no key.
    """
    return " ".join("".join(map(_fold_char, nfd(casefold(text)))).split())


def _fold_char(char: str) -> str:
    if "a" <= char <= "z" or "0" <= char <= "9":
        return char
    if char in _DROPPED:
        return ""
    if char.isascii():  # spares an ordinary query the reading of the tables
        return " "
    if is_flagged(char, MARK):
        return ""
    return _PLAIN.get(char) or (char if is_flagged(char, LETTER | NUMBER) else " ")


class Gazetteer:
    """Look-ups in the bytes of a gazetteer: 10 to 20 us for a key, 0.1 ms for a slip.

    The first slip takes 2 ms more.
    """

    def __init__(self, data: bytes) -> None:
        """Raises PhotoSearchError if this is no gazetteer, or only a part of one."""
        head = _HEAD.match(data)
        if head is None or len(data) != head.end() + int(head[1]):
            raise _damaged(data[:40])
        self._data: Final = data
        self._start: Final = head.end()

    def find(self, key: str) -> tuple[GazetteerPlace, ...]:
        """The places of this name, the best known first; none for what is no key.

        Raises PhotoSearchError if the line is damaged.
        """
        _, places = self._line(key)
        return _read_places(key, places)

    def find_fuzzy(self, key: str) -> tuple[GazetteerPlace, ...]:
        """The places of all well-known names that are one slip away, the most populous first.

        A slip is a letter left out, added or replaced, two neighbours swapped (Damerau 1964,
        doi:10.1145/363958.363994), or a space left out. What is itself a name or an English word
        is no slip.

        Raises PhotoSearchError if a line is damaged.
        """
        letters = len(key) - key.count(" ")
        if letters not in FUZZY_LENGTHS or not _KEY.fullmatch(key) or self._line(key) != _NO_LINE:
            return ()
        names = sorted(self._fuzzy_keys.intersection(one_slip_away(key)))
        found = sorted(filter(None, map(self.find, names)), key=_population)
        return tuple(dict.fromkeys(place for places in found for place in places))

    def is_word(self, key: str) -> bool:
        """Whether it is an ordinary word, be it a name too or only like one."""
        return not {"w", "x"}.isdisjoint(self._line(key)[0])

    def is_given_name(self, key: str) -> bool:
        """Whether it is a name of a place that people bear, too."""
        return "n" in self._line(key)[0]

    def places(self) -> Iterator[GazetteerPlace]:
        """All places in the order of their keys; one of several names comes several times.

        Raises PhotoSearchError if a line is damaged.
        """
        for line in self._data[self._start :].splitlines():
            key, _, rest = line.partition(b"\t")
            yield from _read_places(key.decode(), _read_line(rest)[1])

    @cached_property
    def _fuzzy_keys(self) -> frozenset[str]:
        """The keys with the flag f."""
        before = self._data.split(b"\tf")[:-1]
        return frozenset(text[text.rfind(b"\n") + 1 :].decode(errors="replace") for text in before)

    def _line(self, key: str) -> tuple[str, str]:
        """The flags and the places of a key, both empty if it has no line."""
        if not _KEY.fullmatch(key):
            return _NO_LINE
        data, sought = self._data, key.encode() + b"\t"
        low, high = self._start, len(data)  # low is always where a line starts
        while low < high:
            start = max(low, data.rfind(b"\n", low, (low + high) // 2) + 1)
            found = data[start : start + len(sought)]
            end = data.find(b"\n", start)
            if end < 0:
                raise _damaged(found)
            if found == sought:
                return _read_line(data[start + len(sought) : end])
            low, high = (end + 1, high) if found < sought else (low, start)
        return _NO_LINE


@cache
def gazetteer() -> Gazetteer:
    """The one that comes with the package, read once.

    Raises PhotoSearchError if the file is missing or damaged.
    """
    try:
        data = PATH.read_bytes()
    except OSError as error:
        raise PhotoSearchError(f"{PATH}: {error.strerror}; install photosearch again") from error
    return Gazetteer(data)


def one_slip_away(key: str) -> Iterator[str]:
    """What one slip makes of a key; some twice, and the key too. It may add a space, no more."""
    for place in range(len(key) + 1):
        before, here, behind = key[:place], key[place : place + 1], key[place + 1 :]
        if here and here != " ":
            yield before + behind
            if behind[:1] != " ":
                yield before + behind[:1] + here + behind[1:]
            yield from (before + letter + behind for letter in _LETTERS)
        yield from (before + letter + here + behind for letter in _LETTERS)
        yield before + " " + here + behind


def _population(places: tuple[GazetteerPlace, ...]) -> int:
    """For sorting by that of the best known of them, the largest first."""
    return -places[0].population


def _read_line(rest: bytes) -> tuple[str, str]:
    """What stands behind the key: flags and places."""
    try:
        flags, places = rest.decode().split("\t")
    except ValueError as error:
        raise _damaged(rest) from error
    return flags, places


def _read_places(key: str, places: str) -> tuple[GazetteerPlace, ...]:
    try:
        return tuple(_read_place(key, place) for place in places.split("|")) if places else ()
    except ValueError as error:
        raise _damaged(places.encode()) from error


def _read_place(key: str, text: str) -> GazetteerPlace:
    name, country, latitude, longitude, radius, population = text.split(",")
    return GazetteerPlace(
        name=name or capitalised(key),
        country=country,
        latitude=float(latitude),
        longitude=float(longitude),
        radius_km=float(radius),
        population=1000 * int(population),
    )


def capitalised(key: str) -> str:
    """The name that a place has if none is written: each word with a capital."""
    return " ".join(word[:1].upper() + word[1:] for word in key.split(" "))


def _damaged(found: bytes) -> PhotoSearchError:
    return PhotoSearchError(
        f"gazetteer: got {found[:40]!r}, expected the file that came with photosearch; install it "
        "again"
    )
