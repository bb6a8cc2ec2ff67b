"""English words that a tokenizer should know, although the model's training never read them.

A word that is unknown is taken for a slip of typing: without these "ramen" would become "raven".
They are those of a dictionary (symspellpy's, from SCOWL) that occur at least once in ten million
words, and whatever occurs once in a million, names of makers and shops among them (R. Speer,
wordfreq 3.1, doi:10.5281/zenodo.7199437): of rarer ones that no dictionary has, too many are slips
themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

RARE, COMMON = 1e-7, 1e-6  # occurrences a word
_DICTIONARY = "frequency_dictionary_en_82_765.txt"  # a word and its count a line


def with_english(words: Iterable[str]) -> list[str]:
    """The words, and behind them those of English that are not among them, the likelier first."""
    return list(dict.fromkeys([*words, *english_words()]))


def english_words() -> list[str]:
    """Those of letters a to z, the most frequent first."""
    from wordfreq import get_frequency_dict

    spelled = dictionary()
    often = get_frequency_dict("en", wordlist="large")
    known = [
        word
        for word, frequency in often.items()
        if word.isascii()
        and word.isalpha()
        and (frequency >= COMMON or (frequency >= RARE and word in spelled))
    ]
    return sorted(known, key=lambda word: (-often[word], word))


def dictionary() -> set[str]:
    """Words that somebody has looked up, in lower case."""
    text = (files("symspellpy") / _DICTIONARY).read_text(encoding="utf-8-sig")
    return {line.split(" ")[0] for line in text.splitlines()}
