"""WordPiece, the tokenizer of BERT and of the built-in model: lower case, longest match first.

Exact against transformers' BertTokenizer built on the same vocabulary, with its default settings:
M. Schuster and K. Nakajima, "Japanese and Korean voice search" (2012), as in
https://github.com/google-research/bert/blob/master/tokenization.py.

1. "[CLS]", "[SEP]" and the like, typed exactly so, are that token. (A tower only has rows for its
   vocabulary: one that is missing there, which the reference would number past its end, is text.)
2. Clean: drop controls, formats and private use; white space becomes a space; ideographs stand
   alone. Lone surrogates are dropped (the reference refuses them).
3. Decompose (NFD), drop accents, lower-case; punctuation stands alone; split at spaces.
4. Each word is cut from the left into the longest pieces known; if that fails anywhere, or the
   word has more than 100 characters, the whole word is [UNK].

With a list of words, which the reference does not have, slips of typing are mended before step 4:
see `spelling`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import BundleError
from photosearch.text.normalization import lowercase, nfd, replace_surrogates
from photosearch.text.tokenizer import check_context, pad
from photosearch.text.unicode_tables import IDEOGRAPH, MARK, PUNCTUATION, REMOVED, SPACE, tables

if TYPE_CHECKING:
    from photosearch.text.spelling import Spelling

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY, WORDS = "vocab.txt", "words.txt"
PREFIX = "##"  # of a piece that continues a word
MAX_WORD = 100  # characters, after normalisation
_ASCII: Final = str.maketrans(
    {
        **{chr(code): None for code in (*range(32), 127)},
        **dict.fromkeys("\t\n\r", " "),
        **{upper: upper.lower() for upper in string.ascii_uppercase},
        **{mark: f" {mark} " for mark in string.punctuation},
    }
)
_LINE_END = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


class WordPiece:
    """Encodes text to the ids of word pieces.

    `vocabulary` gives each piece the id of its place; [PAD] is id 0, and [UNK], [CLS] and [SEP]
    are found by name. `context` counts tokens, [CLS] and [SEP] included. `words` are known besides
    the vocabulary, one a line, the likelier first: with some, slips of typing are mended.
    Raises BundleError if one of these is missing, UsageError if `context` is below 2.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        *,
        context: int,
        words: str = "",
    ) -> None:
        if not vocabulary or vocabulary[0] != "[PAD]":
            raise BundleError(f"vocabulary: got {vocabulary[:1]} first, expected [PAD]")
        ids = {piece: index for index, piece in enumerate(vocabulary)}
        missing = [name for name in SPECIALS[:4] if name not in ids]
        if missing:
            raise BundleError(f"vocabulary: {', '.join(missing)} not found")
        self.context: Final = check_context(context)
        self._ids = ids
        self._tails = {
            piece[len(PREFIX) :]: index for piece, index in ids.items() if piece.startswith(PREFIX)
        }
        self._unknown, self._start, self._end = (ids[name] for name in SPECIALS[1:4])
        known = (re.escape(name) for name in SPECIALS if name in ids)
        self._special = re.compile(f"({'|'.join(known)})")
        self._words: Final = words

    @classmethod
    def from_folder(cls, folder: Path, *, context: int, mends: bool = False) -> WordPiece:
        """Reads `vocab.txt` and, if it `mends`, `words.txt`.

        UTF-8, one piece or word a line, white space at its end dropped. Raises BundleError if one
        cannot be read.
        """
        words = _text(folder / WORDS) if mends else ""
        return cls(_lines(_text(folder / VOCABULARY)), context=context, words=words)

    def __len__(self) -> int:
        """The number of different pieces."""
        return len(self._ids)

    def encode(self, text: str) -> list[int]:
        """Ids with [CLS] and [SEP], cut to the context, not padded. Never fails."""
        ids = [self._start]
        room = self.context - 1
        for part in self._special.split(text) if "[" in text else (text,):
            if part in SPECIALS and part in self._ids:
                ids.append(self._ids[part])
                continue
            for word in split_words(part):
                whole = self._ids.get(word)
                if whole is not None and len(word) <= MAX_WORD:
                    ids.append(whole)
                else:
                    ids += self._pieces(self.spelling.mend(word) if self.spelling else word)
                if len(ids) >= room:
                    break
        return [*ids[:room], self._end]

    def encode_batch(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Ids of N texts, int32 [N, T], padded with 0 to the longest."""
        return pad([self.encode(text) for text in texts], pad_id=0)

    @cached_property
    def spelling(self) -> Spelling | None:
        """What mends slips of typing; None without a list of words."""
        from photosearch.text.spelling import Spelling  # most queries have known words only

        return Spelling(_lines(self._words), self._ids) if self._words else None

    def _pieces(self, word: str) -> list[int]:
        if len(word) > MAX_WORD:
            return [self._unknown]
        ids: list[int] = []
        start, known = 0, self._ids
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = known.get(word[start:end])
                if piece is not None:
                    ids.append(piece)
                    start, known = end, self._tails
                    break
            else:
                return [self._unknown]
        return ids


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BundleError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BundleError(f"{path} is not UTF-8: {error}") from error


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.rstrip(_LINE_END) for line in lines]


def split_words(text: str) -> list[str]:
    """Splits a text into lower-case words without accents, single marks and ideographs."""
    if text.isascii():
        return text.translate(_ASCII).split()
    flags, clean = tables().flags, "".join(_clean(replace_surrogates(text)))
    bare = "".join([char for char in nfd(clean) if not flags[ord(char)] & MARK])
    lower = lowercase(bare)
    return "".join([f" {c} " if flags[ord(c)] & PUNCTUATION else c for c in lower]).split()


def _clean(text: str) -> Iterator[str]:
    flags = tables().flags
    for char in text:
        flag = flags[ord(char)]
        if not flag & REMOVED:
            yield " " if flag & SPACE else f" {char} " if flag & IDEOGRAPH else char
