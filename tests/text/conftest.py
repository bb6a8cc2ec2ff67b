"""Texts that are hard to split, and the reference tokenizers to split them with."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from photosearch.text.clip_bpe import BYTES, END, START, WORD_END
from photosearch.text.unicode_tables import tables

Clip: TypeAlias = tuple[dict[str, int], list[tuple[str, str]]]

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", START, END]
TRAPS = [
    *SPECIALS,
    *("[sep]", "[CLS", "[UNK]]", "[[SEP]", "##ing", "[ SEP ]"),
    *("<|ENDOFTEXT|>", "!<|StartOfText|>", "<|startoftext|", "<|endoftext|>!!", "<||>"),
    *("'s", "'S", "'Re", "'LL", "don't", "''d", "\u2019s", "'\u017f"),  # long s
    *("ΟΔΟΣ", "σς", "İstanbul", "ı", "ß", "ẞ", "K", "Å"),  # Kelvin and Angstrom too
    *("\ufb01\ufb03", "ａＢ１２", "，。", "½²①Ⅷ", "ǅ", "Ⓐ"),
    *("caf\u0065\u0301", "café", "q\u0323\u0307", "q\u0307\u0323", "\u0344", "\u0f73\u0f71"),
    *("\u1100\u1161\u11a8", "각", "\uac00\u11a7", "\u1100\u1161\u11a7", "ﾊﾟ", "が"),
    *("中文字", "한국어", "日本語ひらがな", "กำ", "नमस्ते", "العربية", "עִבְרִית"),
    *("\u200d", "\u200b", "\ufeff", "\xad", "\u2060", "\ufffd", "\x00", "\x7f", "\ue000"),
    *("\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\xa0", "\u2028", "\u3000", "\t", "\r\n", " "),
    *("👩\u200d👩\u200d👧", "👍🏽", "🇩🇪", "❤\ufe0f", "1\ufe0f\u20e3", "🏴\U000e0067\U000e007f"),
    *("&amp;", "&lt;b&gt;", "&#39;", "“quoted”", "‘it’s’", "…", "—", "€5", "a_b", "x²"),
    *("x" * 100, "x" * 101, "é" * 100, "é" * 101, "\u0378", "\U0001fae9", "\U000e0fff"),
]


@pytest.fixture(scope="session")
def draw_texts() -> Callable[..., list[str]]:
    return _draw_texts


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Every trap, alone and between letters, and 2,000 mixtures."""
    return [*TRAPS, *(f"a{trap}s" for trap in TRAPS), *_draw_texts(2000, seed=1)]


@pytest.fixture(scope="session")
def bert() -> Callable[[Path], Any]:
    """From a vocabulary file to transformers' BertTokenizer."""
    transformers = pytest.importorskip("transformers")
    return lambda path: transformers.BertTokenizer(vocab=str(path))


@pytest.fixture(scope="session")
def clip() -> Callable[[Clip], Any]:
    """From vocabulary and merges to transformers' CLIPTokenizer."""
    transformers = pytest.importorskip("transformers")
    return lambda parts: transformers.CLIPTokenizer(vocab=parts[0], merges=parts[1])


@pytest.fixture(scope="session")
def wordpiece_file(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vocabulary in which most of `texts` is known, unlike BERT's own, where it is [UNK]."""
    path = tmp_path_factory.mktemp("wordpiece") / "vocab.txt"
    lower = unicodedata.normalize("NFD", "".join(texts)).lower()
    chars = sorted({char for char in lower if char.strip()})
    pairs = sorted(
        {lower[i : i + 2] for i in range(0, len(lower), 3) if lower[i : i + 2].isalpha()}
    )
    pieces = [*chars, *(f"##{char}" for char in chars), *pairs, *(f"##{pair}" for pair in pairs)]
    path.write_text("\n".join([*SPECIALS[:5], *pieces]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def clip_parts() -> Clip:
    """Most bytes, and merges in an order that no training would give."""
    draw = random.Random(0)
    known = [char for char in BYTES if char not in "qQ~"]  # these are unknown
    common = [*"abcdehlorst'!", *(char + WORD_END for char in "abcdehlorst!"), *BYTES[0xC3:0xC5]]
    merges: dict[tuple[str, str], None] = {}
    while len(merges) < 600:
        first, second = draw.choice(common), draw.choice(common)
        if not first.endswith(WORD_END) and len(first + second) < 12:
            merges[first, second] = None
            common.append(first + second)
    order = list(merges)
    draw.shuffle(order)
    pieces = [*known, *(char + WORD_END for char in known), *map("".join, order), START, END]
    return {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}, order


def _draw_texts(count: int, *, seed: int) -> list[str]:
    """Random mixtures of ordinary letters, traps, and characters of every class and plane."""
    draw = random.Random(seed)
    every = [*range(0xD800), *range(0xE000, 0x110000)]
    pools: list[list[str]] = [
        TRAPS,
        list("the quick brown fox sdtmlrev 0123456789 '\"!?.,-#[]<|>"),
        list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        list(tables().order),
        list(tables().decompose),
        list(tables().lower),
        [chr(code) for code in draw.sample(every, 4000)],
        [chr(code) for code in range(0xA0, 0x3100)],
        [chr(code) for code in range(0x1F000, 0x1FB00)],
    ]
    return ["".join(_word(draw, pools) for _ in range(draw.randrange(1, 12))) for _ in range(count)]


def _word(draw: random.Random, pools: list[list[str]]) -> str:
    pool = draw.choice(pools)
    return "".join(draw.choices(pool, k=draw.randrange(1, 5))) + draw.choice(("", "", " "))
