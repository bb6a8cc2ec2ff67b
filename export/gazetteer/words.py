"""English words that are one slip of typing from the name of a place, and no slips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from export.gazetteer.sources import lines
from photosearch.query.gazetteer import FUZZY_LENGTHS, one_slip_away

_FREQUENT: Final = 60_000  # words of English, the most frequent first
_COMMON: Final = 2.4  # Zipf frequency from which any text is a word, be it a name or a brand
_IN_PHRASES: Final = 15_000  # words that phrases are made of
_PHRASE_LETTERS: Final = 7
_DICTIONARY: Final = "frequency_dictionary_en_82_765.txt"


@cache
def dictionary() -> frozenset[str]:
    """Words that are no slips of typing, nearly all in lower case."""
    text = files("symspellpy").joinpath(_DICTIONARY).read_text(encoding="utf-8-sig")
    return lines("words.txt").union(line.partition(" ")[0] for line in text.splitlines())


@cache
def single_words() -> frozenset[str]:
    """Words of the dictionary, and what is too frequent for a slip: names of people, brands."""
    from wordfreq import top_n_list, zipf_frequency

    frequent = (
        word for word in top_n_list("en", _FREQUENT) if zipf_frequency(word, "en") > _COMMON
    )
    return dictionary().union(frequent)


@cache
def _phrase_words() -> frozenset[str]:
    from wordfreq import top_n_list

    return dictionary().intersection(top_n_list("en", _IN_PHRASES))


def is_short_phrase(key: str) -> bool:
    """Whether a name is words so short that too much is like it: "red sea", "big ben"."""
    return _letters(key) < _PHRASE_LETTERS and " " in key and _is_phrase(key.split(" "))


def words_alike(names: Iterable[str]) -> frozenset[str]:
    """What `find_fuzzy` would take for one of these names, though it is English."""
    slips = {slip for name in names for slip in _slips(name)}
    return frozenset(slip for slip in slips if _letters(slip) in FUZZY_LENGTHS)


def _slips(name: str) -> Iterator[str]:
    """English of which a name is one slip away: a space may be added to it, and none taken away."""
    spaces = name.count(" ")
    same = (slip for slip in one_slip_away(name) if slip.count(" ") == spaces)
    yield from filter(_is_text, same)
    joined = (name[:at] + name[at + 1 :] for at, char in enumerate(name) if char == " ")
    yield from filter(dictionary().__contains__, joined)  # "newyork" is frequent, and no word


def _letters(text: str) -> int:
    return len(text) - text.count(" ")


def _is_text(text: str) -> bool:
    return text in single_words() or _is_phrase(text.split(" "))


def _is_phrase(parts: Sequence[str]) -> bool:
    """Whether these are two words. Three like those of a name are a slip of the name."""
    return len(parts) == 2 and _phrase_words().issuperset(parts)
