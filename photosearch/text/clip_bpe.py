"""CLIP's tokenizer: byte-pair encoding (BPE) within words.

Exact against transformers' CLIPTokenizer built on the same vocabulary and merges (default
settings; neither ftfy nor html.unescape, which OpenAI's own code applies before):
A. Radford et al., "Learning transferable visual models from natural language supervision" (2021).

1. "<|startoftext|>" and "<|endoftext|>", typed exactly so, are that token.
2. Lone surrogates become U+FFFD (the reference refuses them); NFC; lower case.
3. Split into words: letters, single numbers, runs of anything else, and 's 't 're 've 'm 'll 'd.
4. Each word's UTF-8 bytes, the last one marked as the word's end, are joined pair by pair, the
   pair that was learned first before the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import BundleError
from photosearch.text.normalization import lowercase, nfc, replace_surrogates
from photosearch.text.tokenizer import check_context, pad
from photosearch.text.unicode_tables import LETTER, NUMBER, SPACE, tables

Merges: TypeAlias = dict[tuple[int, int], tuple[int, int]]  # pair of ids -> rank, merged id

START, END = "<|startoftext|>", "<|endoftext|>"
WORD_END = "</w>"
_CACHED_WORDS = 1 << 14
_SPECIAL = re.compile(f"({re.escape(START)}|{re.escape(END)})")
# One typed in capitals is only seen here, after lower-casing, and is then three words of text.
_WORD = re.compile(
    r"<\|(?:start|end)oftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+", re.ASCII
)
_LOOKS_SPECIAL = {START, END}
_GONE = -1  # in place of an id that was merged into its left neighbour


class ClipBPE:
    """Encodes text to the ids of byte pairs.

    `vocabulary` maps pieces to ids, `merges` lists the pairs in the order learned; see
    `photosearch.text.clip_files` for the files that hold them. `context` counts tokens, start and
    end included. `pad_id` fills batches: by default the end token.
    Raises BundleError if a merge makes a piece that is not in the vocabulary, or start or end are
    missing; UsageError if `context` is below 2.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        merges: Sequence[tuple[str, str]],
        *,
        context: int,
        pad_id: int | None = None,
    ) -> None:
        try:
            self._start, self._end = vocabulary[START], vocabulary[END]
            self._merges: Merges = {
                (vocabulary[a], vocabulary[b]): (rank, vocabulary[a + b])
                for rank, (a, b) in enumerate(merges)
            }
        except KeyError as error:
            raise BundleError(f"vocabulary: {error.args[0]!r} not found") from error
        self.context: Final = check_context(context)
        self.pad_id: Final = self._end if pad_id is None else pad_id
        inside = [vocabulary.get(char, self._end) for char in BYTES]
        last = [vocabulary.get(char + WORD_END, self._end) for char in BYTES]
        self._inside, self._last = inside, last  # byte -> id; the end token is also "unknown"
        self._known: dict[str, list[int]] = {}  # word -> ids, for words met before

    def encode(self, text: str) -> list[int]:
        """Ids with start and end, cut to the context, not padded. Never fails."""
        ids = [self._start]
        room = self.context - 1
        for part in _SPECIAL.split(text) if "<|" in text else (text,):
            if part in _LOOKS_SPECIAL:
                ids.append(self._start if part == START else self._end)
                continue
            for word in split_words(part):
                ids += self._pieces(word)
                if len(ids) >= room:
                    break
        return [*ids[:room], self._end]

    def encode_batch(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Ids of N texts, int32 [N, T], padded with `pad_id` to the longest."""
        return pad([self.encode(text) for text in texts], pad_id=self.pad_id)

    def _pieces(self, word: str) -> list[int]:
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _CACHED_WORDS:
                self._known.clear()
            data = word.encode("utf-8")
            ids = [self._inside[byte] for byte in data]
            ids[-1] = self._last[data[-1]]
            found = self._known[word] = merge(ids, self._merges)
        return found


def merge(symbols: Sequence[int], merges: Merges) -> list[int]:
    """Merges neighbouring ids until no pair is left to merge: lowest rank first, then leftmost.

    The merging step of byte-pair encoding: R. Sennrich, B. Haddow and A. Birch, "Neural machine
    translation of rare words with subword units" (2016). A heap instead of a scan, so that a word
    of n symbols takes n log n steps.

    A pair that was queued before one of its sides changed is passed over, unless what stands there
    now merges to the same piece: as the reference does.
    """
    ids, end = list(symbols), len(symbols)
    after, before = list(range(1, end + 1)), list(range(-1, end - 1))
    queue: list[tuple[int, int, int]] = []  # rank, place of the left side, merged id

    def offer(left: int, right: int) -> None:
        found = merges.get((ids[left], ids[right])) if left >= 0 and right < end else None
        if found:
            heappush(queue, (found[0], left, found[1]))

    for place in range(end - 1):
        offer(place, place + 1)
    while queue:
        _, left, joined = heappop(queue)
        right = after[left]
        if ids[left] == _GONE or right >= end:
            continue
        if merges.get((ids[left], ids[right]), (0, _GONE))[1] != joined:
            continue
        ids[left], ids[right], after[left] = joined, _GONE, after[right]
        if after[left] < end:
            before[after[left]] = left
        offer(before[left], left)
        offer(left, after[left])
    return [symbol for symbol in ids if symbol != _GONE]


def split_words(text: str) -> Iterator[str]:
    """Splits a text into words: composed (NFC), lower case, without white space."""
    text = lowercase(nfc(replace_surrogates(text)))
    for match in _WORD.finditer(text if text.isascii() else _shadow(text)):
        word = text[match.start() : match.end()]
        if word in _LOOKS_SPECIAL:
            yield from (word[:2], word[2:-2], word[-2:])
        else:
            yield word


def _shadow(text: str) -> str:
    """Replaces each character beyond ASCII by an ASCII one of the same kind, one for one.

    So one pattern splits every script; z, 0 and ! are part of no alternative by name.
    """
    flags = tables().flags
    kinds = {LETTER: "z", NUMBER: "0", SPACE: " "}
    return "".join(
        [
            c if c.isascii() else kinds.get(flags[ord(c)] & (LETTER | NUMBER | SPACE), "!")
            for c in text
        ]
    )


def _byte_characters() -> str:
    """The printable character that stands for each byte in the vocabulary, by byte.

    As in https://github.com/openai/gpt-2/blob/master/src/encoder.py, `bytes_to_unicode`.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return "".join(chr(byte if byte in printable else next(others)) for byte in range(0x100))


BYTES: Final = _byte_characters()
