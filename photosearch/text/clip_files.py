"""Reads CLIP's vocabulary and merges from the three file formats in which they are published.

tokenizer.json                       transformers 5; vocabulary and merges in one
vocab.json and merges.txt            transformers before that
bpe_simple_vocab_16e6.txt[.gz]       OpenAI: merges only, the ids follow from their order
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any, TypeAlias

from photosearch.errors import BundleError
from photosearch.records import decode_json
from photosearch.text.clip_bpe import BYTES, END, START, WORD_END, ClipBPE

Parts: TypeAlias = tuple[dict[str, int], list[tuple[str, str]]]

_OPENAI = ("bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt")
_OPENAI_SIZE = 49_408  # ids that CLIP's towers have; the file lists more merges than it uses


def load_clip_bpe(directory: Path, *, context: int, pad_id: int | None = None) -> ClipBPE:
    """Loads CLIP's tokenizer from whichever form the directory holds; errors as below."""
    vocabulary, merges = read_clip_files(directory)
    return ClipBPE(vocabulary, merges, context=context, pad_id=pad_id)


def read_clip_files(directory: Path) -> Parts:
    """Reads piece -> id, and the merges in the order learned.

    Raises BundleError if no form is there, or it cannot be read.
    """
    try:
        return _read(directory)
    except (OSError, EOFError, zlib.error) as error:
        raise BundleError(f"cannot read the CLIP vocabulary in {directory}: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError(f"damaged CLIP vocabulary in {directory}: {error!r}") from error


def _read(directory: Path) -> Parts:
    if (directory / "tokenizer.json").is_file():
        return _from_tokenizer(_read_json(directory / "tokenizer.json"))
    if (directory / "vocab.json").is_file():
        merges = (directory / "merges.txt").read_text(encoding="utf-8")
        return _read_json(directory / "vocab.json"), _pairs(merges.split("\n"))
    for name in _OPENAI:
        if (directory / name).is_file():
            data = (directory / name).read_bytes()
            return _from_openai(gzip.decompress(data) if name.endswith(".gz") else data)
    raise BundleError(
        f"no CLIP vocabulary in {directory}: expected tokenizer.json, "
        f"vocab.json and merges.txt, or {_OPENAI[0]}"
    )


def _read_json(path: Path) -> Any:
    return decode_json(path.read_bytes(), str(path))


def _from_tokenizer(raw: dict[str, Any]) -> Parts:
    model = raw["model"]
    if model["type"] != "BPE":
        raise BundleError(f"tokenizer.json: got a {model['type']} model, expected BPE")
    pairs = (pair.split(" ") if isinstance(pair, str) else pair for pair in model["merges"])
    return model["vocab"], [(first, second) for first, second in pairs]


def _from_openai(data: bytes) -> Parts:
    """Ids: 256 bytes, printable ones first; 256 that end a word; the merges; start; end."""
    symbols = sorted(BYTES)
    lines = data.decode("utf-8").split("\n")[1:]
    merges = _pairs(lines[: _OPENAI_SIZE - 2 * len(symbols) - 2])
    pieces = [*symbols, *(symbol + WORD_END for symbol in symbols)]
    pieces += [first + second for first, second in merges] + [START, END]
    return {piece: index for index, piece in enumerate(pieces)}, merges


def _pairs(lines: list[str]) -> list[tuple[str, str]]:
    """One pair a line, apart by a space; blank lines and the "#version" line are no pairs."""
    rows = (line.rstrip("\r") for line in lines if line and not line.startswith("#version"))
    return [(first, second) for first, second in (row.split(" ") for row in rows)]
