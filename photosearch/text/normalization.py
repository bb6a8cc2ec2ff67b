"""Unicode normalisation by frozen tables: NFD, NFC, lower case, case folding.

The algorithms are those of UAX #15 (https://unicode.org/reports/tr15/) and, for Hangul, of
The Unicode Standard, section 3.12. Lower case is by character, without context: a final sigma is
treated like any other, as the reference does.
"""

from __future__ import annotations

import re

from photosearch.text.unicode_tables import tables

_L, _V, _T, _S = 0x1100, 0x1161, 0x11A7, 0xAC00  # first lead, vowel, (before) tail, syllable
_V_COUNT, _T_COUNT = 21, 28
_N_COUNT = _V_COUNT * _T_COUNT
_L_COUNT = 19
_S_COUNT = _L_COUNT * _N_COUNT
_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Replaces each lone surrogate by U+FFFD, as in any Swift string.

    Python strings hold them when a file name or an argument is not UTF-8; the reference refuses
    them with a TypeError, which a person who searches could do nothing about.
    """
    return _SURROGATE.sub("\ufffd", text)


def lowercase(text: str) -> str:
    """Lower-cases each character by itself; İ becomes two characters."""
    if text.isascii():
        return text.lower()
    lower = tables().lower
    return "".join([lower.get(char, char) for char in text])


def casefold(text: str) -> str:
    """Folds case for comparison, as `str.casefold`, but the same in every version of Python."""
    if text.isascii():
        return text.lower()
    lower, fold = tables().lower, tables().fold
    return "".join([fold.get(char) or lower.get(char, char) for char in text])


def nfd(text: str) -> str:
    """Decomposes canonically (NFD), accents in canonical order."""
    if text.isascii():
        return text
    decompose = tables().decompose
    return _reorder("".join([decompose.get(char) or _decompose_hangul(char) for char in text]))


def nfc(text: str) -> str:
    """Composes canonically (NFC): the composition of the canonical decomposition."""
    if text.isascii():
        return text
    return "".join(_compose(nfd(text)))


def _decompose_hangul(char: str) -> str:
    index = ord(char) - _S
    if not 0 <= index < _S_COUNT:
        return char
    lead, vowel, tail = index // _N_COUNT, index % _N_COUNT // _T_COUNT, index % _T_COUNT
    return chr(_L + lead) + chr(_V + vowel) + (chr(_T + tail) if tail else "")


def _reorder(text: str) -> str:
    """Sorts every run of characters whose combining class is not 0, stably, by that class."""
    order = tables().order
    if not any(char in order for char in text):
        return text
    result: list[str] = []
    run: list[str] = []
    for char in text:
        if char in order:
            run.append(char)
            continue
        if run:
            result += sorted(run, key=order.__getitem__)
            run = []
        result.append(char)
    return "".join(result + sorted(run, key=order.__getitem__))


def _compose(text: str) -> list[str]:
    """Joins each character to the last starter, unless another of its class or above blocks it."""
    order = tables().order
    result: list[str] = []
    starter = -1  # where the last starter is in result
    last_order = 0  # class of the last character kept after it
    for char in text:
        own = order.get(char, 0)
        adjacent = starter == len(result) - 1
        if starter >= 0 and (adjacent or last_order < own):
            joined = _join(result[starter], char)
            if joined:
                result[starter] = joined
                continue
        if own == 0:
            starter = len(result)
        last_order = own
        result.append(char)
    return result


def _join(first: str, second: str) -> str | None:
    """The one character that stands for these two, if there is one."""
    lead, vowel = ord(first) - _L, ord(second) - _V
    if 0 <= lead < _L_COUNT and 0 <= vowel < _V_COUNT:
        return chr(_S + (lead * _V_COUNT + vowel) * _T_COUNT)
    syllable, tail = ord(first) - _S, ord(second) - _T
    if 0 <= syllable < _S_COUNT and syllable % _T_COUNT == 0 and 0 < tail < _T_COUNT:
        return chr(ord(first) + tail)
    return tables().compose.get(first + second)
