"""ClipBPE against transformers' CLIPTokenizer, and on its own."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import BundleError, UsageError
from photosearch.text.clip_bpe import BYTES, END, START, ClipBPE, Merges, merge, split_words
from photosearch.text.clip_files import read_clip_files
from tests.text.characters import every_character

NO_LIMIT = 1 << 30
Parts = tuple[dict[str, int], list[tuple[str, str]]]
Clip = Callable[[Parts], Any]
VOCABULARY = {"a": 0, "a</w>": 1, "b</w>": 2, "ab</w>": 3, START: 4, END: 5}


@pytest.fixture(scope="module")
def real_parts(shared_data: Path) -> Parts:
    return read_clip_files(shared_data / "clip_vocab")


def _check(parts: Parts, clip: Clip, texts: list[str]) -> None:
    ours, expected = ClipBPE(*parts, context=NO_LIMIT), clip(parts)(texts).input_ids
    pairs = zip(texts, expected, strict=True)
    assert [text for text, ids in pairs if ours.encode(text) != ids] == []


def test_texts_are_like_the_reference(clip_parts: Parts, clip: Clip, texts: list[str]) -> None:
    _check(clip_parts, clip, texts)


def test_merges_in_any_order_are_like_the_reference(clip_parts: Parts, clip: Clip) -> None:
    letters = "abcdehlorst'!"
    words = [letters[i:] * 3 + letters[:i] + letters[i % 5 :] for i in range(len(letters))]
    _check(clip_parts, clip, [word + other for word in words for other in words])


def test_clips_own_vocabulary(real_parts: Parts, clip: Clip, texts: list[str]) -> None:
    _check(real_parts, clip, texts)


@pytest.mark.slow
def test_a_hundred_thousand_texts(
    real_parts: Parts, clip: Clip, draw_texts: Callable[..., list[str]]
) -> None:
    _check(real_parts, clip, draw_texts(100_000, seed=4))


@pytest.mark.slow
def test_real_captions(real_parts: Parts, clip: Clip, shared_data: Path) -> None:
    captions = (shared_data / "captions" / "coco_val2017.txt").read_text(encoding="utf-8")
    _check(real_parts, clip, captions.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["{}", "'{}s"])
def test_every_character_is_split_like_the_reference(
    clip_parts: Parts, clip: Clip, pattern: str
) -> None:
    backend = clip(clip_parts).backend_tokenizer
    for text in every_character(pattern):
        normal = backend.normalizer.normalize_str(text)
        expected = [word for word, _ in backend.pre_tokenizer.pre_tokenize_str(normal)]
        ours = ["".join(BYTES[byte] for byte in word.encode()) for word in split_words(text)]
        assert ours == expected, ascii(text)


def test_a_text_is_cut_like_the_reference(clip_parts: Parts, clip: Clip, texts: list[str]) -> None:
    text = " ".join(texts[:300])
    for context in (2, 3, 77):
        expected = clip(clip_parts)(text, truncation=True, max_length=context).input_ids
        assert ClipBPE(*clip_parts, context=context).encode(text) == expected


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("AB a", [3, 1]),
        ("b q", [2, 5]),  # q is unknown
        ("ab<|endoftext|>ab", [3, 5, 3]),
        ("ab<|startoftext|>", [3, 4]),
        ("\udc80", [5, 5, 5]),  # three bytes of U+FFFD, all unknown
    ],
)
def test_encode(text: str, ids: list[int]) -> None:
    tokenizer = ClipBPE(VOCABULARY, [("a", "b</w>")], context=77)
    assert tokenizer.encode(text) == [4, *ids, 5]


def test_a_lone_surrogate_is_the_replacement_character(clip_parts: Parts) -> None:
    tokenizer = ClipBPE(*clip_parts, context=77)
    assert tokenizer.encode("a\ud800b") == tokenizer.encode("a\ufffdb")


def test_ten_thousand_words_fill_the_context() -> None:
    ids = ClipBPE(VOCABULARY, [], context=77).encode("a " * 10_000)
    assert ids == [4, *[1] * 75, 5]


def test_words_met_before_and_forgotten_are_split_the_same(
    clip_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photosearch.text.clip_bpe._CACHED_WORDS", 2)
    tokenizer = ClipBPE(*clip_parts, context=77)
    assert tokenizer.encode("the horse the shore the") == tokenizer.encode(
        "the horse the shore the"
    )


def test_a_batch_is_padded_with_the_end_token() -> None:
    tokenizer = ClipBPE(VOCABULARY, [], context=77)
    assert tokenizer.encode_batch(["a", ""]).tolist() == [[4, 1, 5], [4, 5, 5]]


def test_a_batch_is_padded_with_the_id_asked_for() -> None:
    tokenizer = ClipBPE(VOCABULARY, [], context=77, pad_id=0)
    assert tokenizer.encode_batch(["a", ""]).tolist() == [[4, 1, 5], [4, 5, 0]]


def test_it_can_be_sent_to_a_worker() -> None:
    tokenizer = pickle.loads(pickle.dumps(ClipBPE(VOCABULARY, [], context=8)))
    assert tokenizer.encode("a") == [4, 1, 5]


def test_a_merge_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(BundleError, match="'aa' not found"):
        ClipBPE(VOCABULARY, [("a", "a")], context=77)


def test_a_vocabulary_without_start_is_refused() -> None:
    with pytest.raises(BundleError, match="startoftext"):
        ClipBPE({"a": 0}, [], context=77)


def test_a_context_too_short_for_start_and_end_is_refused() -> None:
    with pytest.raises(UsageError, match="expected at least 2"):
        ClipBPE(VOCABULARY, [], context=1)


def _plain_merge(symbols: list[int], merges: Merges) -> list[int]:
    """Looks at every pair each time; only for merges that each make a piece of their own."""
    ids = list(symbols)
    while True:
        found = [
            (merges[pair][0], place, merges[pair][1])
            for place, pair in enumerate(pairwise(ids))
            if pair in merges
        ]
        if not found:
            return ids
        _, place, joined = min(found)
        ids[place : place + 2] = [joined]


def test_random_merges_are_like_plain_ones() -> None:
    draw = random.Random(0)
    merges: Merges = {}
    for new in range(4, 60):
        merges[draw.randrange(new), draw.randrange(new)] = (draw.randrange(1000), new)
    for _ in range(500):
        word = draw.choices(range(4), k=draw.randrange(1, 40))
        assert merge(word, merges) == _plain_merge(word, merges)


def test_the_leftmost_of_equal_pairs_goes_first() -> None:
    assert merge([0, 0, 0], {(0, 0): (0, 1)}) == [1, 0]


def test_the_pair_learned_first_goes_first() -> None:
    assert merge([0, 1, 2], {(0, 1): (1, 3), (1, 2): (0, 4)}) == [0, 4]


def test_a_hundred_thousand_symbols_take_no_more_than_moments() -> None:
    merges: Merges = {(0, 0): (0, 1), (1, 1): (1, 2), (2, 2): (2, 3)}
    assert merge([0] * 100_000, merges) == [3] * 12_500


def test_nothing_to_merge() -> None:
    assert merge([], {}) == []
    assert merge([7], {}) == [7]
