"""English that is like the name of a place."""

from __future__ import annotations

from export.gazetteer.words import is_short_phrase, words_alike


def test_slips_that_are_english_are_told() -> None:
    alike = words_alike(["dalmatia", "new york", "white house"])
    assert {"dalmatian", "white horse"} <= alike
    assert not {"newyork", "dalmatio", "whiteh ouse"} & alike


def test_short_words_are_too_much_alike() -> None:
    assert is_short_phrase("red sea")
    assert not is_short_phrase("grand canyon")
    assert not is_short_phrase("lisbon")
