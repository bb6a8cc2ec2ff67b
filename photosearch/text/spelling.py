"""Mends slips of typing: an unknown word becomes a known one that is a single slip away.

A word piece tokenizer cuts "brigde" into pieces that say nothing of a bridge. Known are the words
of a list (a bundle's `tokenizer/words.txt`, the likelier first) and the whole words of its
vocabulary. A word of 4 to 30 letters a to z that is neither is replaced by the first of the list
from which one slip makes it: two neighbouring letters swapped, one left out, doubled, added or
another (Damerau 1964, doi:10.1145/363958.363994), but for the first letter, where slips are rare.
If there is none, the word stays.

Candidates are written down and looked up (Norvig 2007, https://norvig.com/spell-correct.html): some
500 for a word of nine letters, which takes 0.1 ms; known words cost a lookup or two, and the first
unknown one 30 ms more for a list of 100,000.
"""

from __future__ import annotations

import string
from collections.abc import Container, Iterator, Sequence
from typing import Final

SHORTEST, LONGEST = 4, 30  # letters of a word that is mended
_LETTERS: Final = string.ascii_lowercase


class Spelling:
    """A list of words, the likelier first, and a vocabulary of words that are known besides."""

    def __init__(self, words: Sequence[str], vocabulary: Container[str]) -> None:
        # Backwards, so that of a word that is there twice the first place counts.
        self._places: Final = dict(zip(words[::-1], range(len(words))[::-1], strict=True))
        self._vocabulary: Final = vocabulary

    def mend(self, word: str) -> str:
        """The word that was probably meant; `word` is in lower case."""
        plain = word.isascii() and word.isalpha() and SHORTEST <= len(word) <= LONGEST
        if not plain or word in self._places or word in self._vocabulary:
            return word
        likely = (each for each in one_slip_away(word) if each in self._places)
        return min(likely, key=self._places.__getitem__, default=word)


def one_slip_away(word: str) -> Iterator[str]:
    """What one slip behind the first letter makes of a word; some twice, and the word too."""
    for place in range(1, len(word) + 1):
        before, here, behind = word[:place], word[place : place + 1], word[place + 1 :]
        if here:
            yield before + behind
            yield before + behind[:1] + here + behind[1:]
        for letter in _LETTERS:
            yield before + letter + here + behind
            if here:
                yield before + letter + behind
