"""The three forms of CLIP's vocabulary give one tokenizer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import BundleError
from photosearch.text.clip_bpe import ClipBPE
from photosearch.text.clip_files import load_clip_bpe, read_clip_files

Parts = tuple[dict[str, int], list[tuple[str, str]]]


def _write(folder: Path, parts: Parts) -> None:
    """vocab.json and merges.txt, as transformers wrote them before version 5."""
    (folder / "vocab.json").write_text(json.dumps(parts[0]), encoding="utf-8")
    lines = ["#version: 0.2", *(f"{first} {second}" for first, second in parts[1])]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_vocabulary_and_merges(tmp_path: Path, clip_parts: Parts, texts: list[str]) -> None:
    _write(tmp_path, clip_parts)
    loaded, expected = load_clip_bpe(tmp_path, context=77), ClipBPE(*clip_parts, context=77)
    assert [loaded.encode(text) for text in texts[:300]] == [
        expected.encode(text) for text in texts[:300]
    ]


def test_what_transformers_saves(
    tmp_path: Path, clip_parts: Parts, clip: Callable[[Parts], Any]
) -> None:
    clip(clip_parts).save_pretrained(tmp_path)
    assert read_clip_files(tmp_path) == clip_parts


def test_transformers_reads_the_older_form_alike(tmp_path: Path, clip_parts: Parts) -> None:
    transformers = pytest.importorskip("transformers")
    _write(tmp_path, clip_parts)
    reference = transformers.CLIPTokenizer.from_pretrained(tmp_path)
    text = "the other shore's lost"
    assert load_clip_bpe(tmp_path, context=77).encode(text) == reference(text).input_ids


def test_openais_form_has_clips_ids(shared_data: Path) -> None:
    tokenizer = load_clip_bpe(shared_data / "clip_vocab", context=77)
    assert tokenizer.encode("a photo of a cat") == [49406, 320, 1125, 539, 320, 2368, 49407]


def test_openais_form_unpacked(tmp_path: Path, shared_data: Path) -> None:
    name = "bpe_simple_vocab_16e6.txt"
    data = (shared_data / "clip_vocab" / f"{name}.gz").read_bytes()
    (tmp_path / name).write_bytes(gzip.decompress(data))
    assert read_clip_files(tmp_path) == read_clip_files(shared_data / "clip_vocab")


def test_an_empty_directory_names_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"expected tokenizer\.json"):
        load_clip_bpe(tmp_path, context=77)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes(b"{")
    with pytest.raises(BundleError, match=r"tokenizer\.json is not JSON: "):
        load_clip_bpe(tmp_path, context=77)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tokenizer.json", b"{"),
        ("tokenizer.json", b"[]"),
        ("tokenizer.json", b'{"model": {"type": "WordPiece"}}'),
        ("tokenizer.json", b'{"model": {"type": "BPE", "merges": ["a b c"], "vocab": {}}}'),
        ("vocab.json", b"{}"),  # and no merges.txt
        ("bpe_simple_vocab_16e6.txt.gz", b"not gzip"),
        ("bpe_simple_vocab_16e6.txt.gz", gzip.compress(b"a b\n" * 9, mtime=0)[:-9]),
        ("bpe_simple_vocab_16e6.txt", b"#version\none two three\n"),
    ],
)
def test_a_damaged_file_is_a_bundle_error(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BundleError):
        load_clip_bpe(tmp_path, context=77)
