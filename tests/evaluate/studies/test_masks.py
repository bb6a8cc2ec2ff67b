"""Which queries are short, about what, and of which photos."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.studies.masks import (
    CONCEPTS,
    NO_TAG,
    NONE_OF_THESE,
    by_concept,
    by_length,
    by_tags,
    of_queries,
)


def test_every_query_is_short_medium_or_long() -> None:
    texts = ["", "dog", "a red dog .", "a man's dog runs", "nine " * 9, "ten " * 10]
    short, medium, long = by_length(texts).values()
    assert short.tolist() == [True, True, True, False, False, False]
    assert medium.tolist() == [False, False, False, True, True, False]
    assert long.tolist() == [False, False, False, False, False, True]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("dog", "Two DOGS."),
        ("bus", "buses"),
        ("beach", "on beaches"),
        ("baby", "three babies"),
        ("boy", "boys"),
        ("box", "(boxes)"),
        ("potato", "potatoes"),
        ("ice cream", "ice  cream"),
        ("straße", "STRASSE"),
        ("c++", "a c++ book"),
        ("café", "cafe\u0301s"),
    ],
)
def test_a_word_is_found_in_any_case_and_in_its_plural(word: str, text: str) -> None:
    assert by_concept([text], {"it": [word]})["it"].tolist() == [True]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("cat", "a cathedral"), ("cat", "scatter"), ("baby", "babys"), ("dog", "doges"),
        ("car", ""), ("boy", "boies"), ("a.c", "abc"),
    ],
)  # fmt: skip
def test_a_word_is_not_found_within_another(word: str, text: str) -> None:
    assert by_concept([text], {"it": [word]})["it"].tolist() == [False]


def test_concepts_overlap_and_the_rest_is_named() -> None:
    found = by_concept(["two dogs on a beach", "a boy", "silence"])
    assert {name for name, mask in found.items() if mask[0]} == {"animals", "water", "numbers"}
    assert {name for name, mask in found.items() if mask[1]} == {"children"}
    assert {name for name, mask in found.items() if mask[2]} == {NONE_OF_THESE}
    assert list(found) == [*CONCEPTS, NONE_OF_THESE]


def test_tags_are_of_photos_and_those_of_other_photos_are_passed_over() -> None:
    tags = {"a.jpg": ["dusk", "city"], "b.jpg": {"city"}, "elsewhere.jpg": ["sea"]}
    found = by_tags(["a.jpg", "b.jpg", "c.jpg"], tags)
    assert {name: mask.tolist() for name, mask in found.items()} == {
        "city": [True, True, False],
        "dusk": [True, False, False],
        NO_TAG: [False, False, True],
    }


def test_queries_are_in_the_slices_of_their_photos() -> None:
    masks = {"dark": np.array([False, True])}
    assert of_queries(masks, np.array([0, 1, 1]))["dark"].tolist() == [False, True, True]


@pytest.mark.parametrize("photo", [[0, 2], [-1, 0]])
def test_queries_of_photos_that_a_mask_lacks_are_refused(photo: list[int]) -> None:
    with pytest.raises(ShapeError, match="expected"):
        of_queries({"dark": np.array([False, True])}, np.array(photo))


def test_what_makes_no_mask_is_an_error() -> None:
    with pytest.raises(UsageError, match="list of strings"):
        by_length([])
    with pytest.raises(UsageError, match="list of strings"):
        by_concept("dog")
    for words in ([], [" "], "dog"):
        with pytest.raises(UsageError, match="'it': got"):
            by_concept(["a dog"], {"it": words})
    with pytest.raises(UsageError, match="another name"):
        by_concept(["a dog"], {NONE_OF_THESE: ["dog"]})
    with pytest.raises(UsageError, match="expected a list"):
        by_tags(["a.jpg"], {"a.jpg": "beach"})
    with pytest.raises(UsageError, match="got names such as 'b.jpg', expected 'a.jpg'"):
        by_tags(["a.jpg"], {"b.jpg": ["beach"]})
