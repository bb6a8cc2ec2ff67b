"""A manifest's text part chooses the tokenizer; ids are padded to a batch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import BundleError
from photosearch.manifest import TextSpec
from photosearch.text.clip_bpe import ClipBPE
from photosearch.text.tokenizer import load_tokenizer, pad
from photosearch.text.wordpiece import WordPiece


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A directory that holds both kinds."""
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\ndog\n", encoding="utf-8")
    model = {"type": "BPE", "vocab": {"a</w>": 0, "<|startoftext|>": 1, "<|endoftext|>": 2}}
    document = {"model": {**model, "merges": []}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def test_wordpiece(bundle: Path) -> None:
    tokenizer = load_tokenizer(bundle, TextSpec(context=64, tokenizer="wordpiece"))
    assert isinstance(tokenizer, WordPiece)
    assert tokenizer.encode("dog") == [2, 4, 3]
    assert tokenizer.context == 64


def test_clip_bpe_pads_as_the_manifest_says(bundle: Path) -> None:
    tokenizer = load_tokenizer(bundle, TextSpec(context=77, tokenizer="clip-bpe", pad_id=9))
    assert isinstance(tokenizer, ClipBPE)
    assert tokenizer.encode_batch(["a", ""]).tolist() == [[1, 0, 2], [1, 2, 9]]


def test_another_kind_is_not_ours(bundle: Path) -> None:
    with pytest.raises(BundleError, match="got 'huggingface', expected wordpiece or clip-bpe"):
        load_tokenizer(bundle, TextSpec(context=77, tokenizer="huggingface"))


def test_wordpiece_pads_with_zero_only(bundle: Path) -> None:
    with pytest.raises(BundleError, match="got 1, expected 0"):
        load_tokenizer(bundle, TextSpec(context=64, tokenizer="wordpiece", pad_id=1))


def test_loading_wordpiece_reads_no_table_and_no_clip_code(bundle: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from photosearch.manifest import TextSpec\n"
        "from photosearch.text.tokenizer import load_tokenizer\n"
        "from photosearch.text.unicode_tables import tables\n"
        "spec = TextSpec(context=64, tokenizer='wordpiece')\n"
        "load_tokenizer(Path(sys.argv[1]), spec).encode('dog')\n"
        "assert tables.cache_info().currsize == 0\n"
        "assert not {'photosearch.text.clip_bpe', 'torch', 'transformers'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(bundle)], check=True)


def test_rows_are_padded_on_the_right_to_the_longest() -> None:
    assert pad([[1], [2, 3]], pad_id=7).tolist() == [[1, 7], [2, 3]]


def test_no_rows_are_an_empty_batch() -> None:
    batch = pad([], pad_id=0)
    assert batch.shape == (0, 0)
    assert batch.dtype == np.int32
