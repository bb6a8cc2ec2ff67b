"""Writes `unicode_tables.json` by asking the reference about every character.

    pip install 'photosearch[models]'
    python -m photosearch.text._generate_tables

The reference is Hugging Face's `tokenizers` library. It mixes Unicode versions (0.23.3: BERT's
punctuation, accents and controls are of Unicode 8, decomposition of 9 or 10, letters and numbers of
16, lower case of 17), so that no one published table, and no Python, agrees with it. Case folding,
which no model reads, is `str.casefold`; it never changes for a character that has a meaning.
Run again only to follow a new version on purpose: a change of the tables changes what models read.
The layout is described in `tables.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from photosearch.text.tables import (
    CODE_POINTS,
    IDEOGRAPH,
    LETTER,
    MARK,
    NUMBER,
    PATH,
    PUNCTUATION,
    REMOVED,
    SCHEMA,
    SPACE,
)

_HANGUL = range(0xAC00, 0xD7A4)
_PER_LINE = 24

Change = Callable[[str], str]


def generate() -> dict[str, object]:
    """The document, measured from the installed `tokenizers`; ten seconds."""
    import tokenizers
    from tokenizers import normalizers

    nfd: Change = normalizers.NFD().normalize_str
    nfc: Change = normalizers.NFC().normalize_str
    lower: Change = normalizers.Lowercase().normalize_str
    whole = [char for char in code_points() if ord(char) not in _HANGUL]
    decompose = {char: nfd(char) for char in whole if nfd(char) != char}
    lowered = {char: lower(char) for char in code_points() if lower(char) != char}
    return {
        "schema": SCHEMA,
        "source": f"tokenizers {tokenizers.__version__}",
        "classes": _runs(_flags()),
        "order": _runs(_orders(nfd)),
        "lower": _flat(lowered),
        "decompose": _flat(decompose),
        "compose": _compositions(decompose, nfc),
        "fold": _flat(_folds(lowered)),
    }


def code_points() -> Iterator[str]:
    """Every character that a string may hold: all code points but the surrogates."""
    yield from map(chr, range(0xD800))
    yield from map(chr, range(0xE000, 0x110000))


def _folds(lower: dict[str, str]) -> dict[str, str]:
    """Full case folding, of characters that this Python knows and whose lower case is another."""
    import unicodedata

    return {
        char: char.casefold()
        for char in code_points()
        if char.casefold() != lower.get(char, char) and unicodedata.category(char) != "Cn"
    }


def _flags() -> dict[int, int]:
    """Code point -> flags, where there are any."""
    from tokenizers import Regex, normalizers, pre_tokenizers

    clean: Change = _bert(clean_text=True)
    ideographs: Change = _bert(handle_chinese_chars=True)
    accents: Change = _bert(strip_accents=True)
    nfd = normalizers.NFD().normalize_str
    words = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    space, letter, number = (
        normalizers.Replace(Regex(pattern), "").normalize_str
        for pattern in (r"\s", r"\p{L}", r"\p{N}")
    )
    tests: dict[int, Callable[[str], bool]] = {
        REMOVED: lambda c: clean(c) == "",
        SPACE: lambda c: space(c) == "",
        IDEOGRAPH: lambda c: ideographs(c) == f" {c} ",
        MARK: lambda c: accents(c) == "" and nfd(c) == c,
        PUNCTUATION: lambda c: len(words(f"a{c}a")) == 3,
        LETTER: lambda c: letter(c) == "",
        NUMBER: lambda c: number(c) == "",
    }
    flags = {ord(c): sum(flag for flag in tests if tests[flag](c)) for c in code_points()}
    return {code: value for code, value in flags.items() if value}


def _bert(**switches: bool) -> Change:
    from tokenizers.normalizers import BertNormalizer

    off = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False}
    change: Change = BertNormalizer(lowercase=False, **{**off, **switches}).normalize_str
    return change


def _orders(nfd: Change) -> dict[int, int]:
    """Code point -> canonical combining class, where it is not 0.

    The reference shows only which of two accents goes first. One accent of each class is therefore
    a ruler: a character moves before all rulers of a higher class.
    """
    import unicodedata

    last = "\u0345"  # the one accent of the highest class, 240
    accents = [c for c in code_points() if c == last or nfd(last + c) == c + last]
    rulers: dict[int, str] = {}
    for char in accents:
        rulers.setdefault(unicodedata.combining(char), char)
    classes = sorted(set(rulers) - {0})
    orders: dict[int, int] = {}
    for char in accents:
        above = (c for c in classes if rulers[c] != char and nfd(rulers[c] + char)[0] == char)
        index = classes.index(next(above)) if char != last else len(classes)
        orders[ord(char)] = classes[index - 1]
    return orders


def _compositions(decompose: dict[str, str], nfc: Change) -> list[int]:
    """first, second, composed: of each character that its own decomposition composes to."""
    triples = (
        (nfc(parts[:-1]), parts[-1], char)
        for char, parts in decompose.items()
        if nfc(parts) == char and len(parts) > 1
    )
    return [ord(char) for triple in triples for char in triple]


def _runs(values: dict[int, int]) -> list[int]:
    """start, value, start, value, ...: each start is where the value changes."""
    runs: list[int] = []
    for code in range(CODE_POINTS):
        value = values.get(code, 0)
        if not runs or value != runs[-1]:
            runs += [code, value]
    return runs


def _flat(mapping: dict[str, str]) -> list[int]:
    return [
        number for char, to in mapping.items() for number in (ord(char), len(to), *map(ord, to))
    ]


def render(document: dict[str, object]) -> str:
    """JSON with short lines, so that a change can be read."""
    fields = []
    for key, value in document.items():
        text = json.dumps(value)
        if isinstance(value, list):
            rows = (value[i : i + _PER_LINE] for i in range(0, len(value), _PER_LINE))
            text = "[\n" + ",\n".join(json.dumps(row)[1:-1] for row in rows) + "\n]"
        fields.append(f"{json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(fields) + "\n}\n"


if __name__ == "__main__":
    PATH.write_text(render(generate()), encoding="ascii", newline="\n")
