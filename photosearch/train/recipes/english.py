"""English words that a tokenizer should know, although the model's training never read them.

A word that is unknown is taken for a slip of typing: without these "ramen" would become "raven".
They are those of a dictionary (symspellpy's, from SCOWL) and what people write besides, names of
makers, dishes and towns among it (R. Speer, wordfreq 3.1, doi:10.5281/zenodo.7199437). People write
slips, too: a rare word that no dictionary has, and that is a likely slip of one which is far more
frequent, is left out. So are insults, so that no slip is ever taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from string import ascii_lowercase

RARE, COMMON = 1e-7, 1e-6  # occurrences a word, from which one in no dictionary counts
MORE_FREQUENT = 30  # times, from which a word may have been meant by another
_VOWELS = "aeiouy"
_DICTIONARY = ("symspellpy", "frequency_dictionary_en_82_765.txt")  # a word and its count a line
_INSULTS = ("better_profanity", "profanity_wordlist.txt")  # words and phrases


def with_english(words: Iterable[str]) -> list[str]:
    """The words, and behind them those of English that are not among them, the likelier first."""
    return list(dict.fromkeys([*words, *english_words()]))


def english_words() -> list[str]:
    """Those of letters a to z, the most frequent first."""
    from wordfreq import get_frequency_dict

    often = get_frequency_dict("en", wordlist="large")
    spelled = {line.split(" ")[0] for line in _lines(*_DICTIONARY)}
    known = [
        word
        for word in {*often, *spelled}.difference(_lines(*_INSULTS))
        if word.isascii() and word.isalpha() and (word in spelled or _is_word(word, often))
    ]
    return sorted(known, key=lambda word: (-often.get(word, 0.0), word))


def likely_meant(word: str) -> Iterator[str]:
    """The words of which this one is a likely slip.

    Two neighbouring letters swapped, one doubled or left out, or another vowel: most misspellings
    (Yannakoudakis and Fawthrop 1983, doi:10.1016/0306-4573(83)90045-6), but for the first letter.
    """
    for place in range(1, len(word) + 1):
        before, here, behind = word[:place], word[place : place + 1], word[place + 1 :]
        yield from (before + letter + here + behind for letter in ascii_lowercase)
        if behind:
            yield before + behind[0] + here + behind[1:]
        if here and here == before[-1]:
            yield before + behind
        if here and here in _VOWELS:
            yield from (before + vowel + behind for vowel in _VOWELS if vowel != here)


def _is_word(word: str, often: Mapping[str, float]) -> bool:
    """Whether people write it often enough, and do not mean another by it."""
    frequency = often[word]
    if not RARE <= frequency < COMMON:
        return frequency >= COMMON
    most = max((often.get(meant, 0.0) for meant in likely_meant(word)), default=0.0)
    return most <= MORE_FREQUENT * frequency


def _lines(package: str, name: str) -> list[str]:
    return (files(package) / name).read_text(encoding="utf-8-sig").splitlines()
