"""Which captioned photos show a concept."""

from __future__ import annotations

from pathlib import Path

from export.measure.concepts import shown_by_captions
from photosearch.data import CaptionedPhoto


def test_the_captions_that_name_a_concept_are_counted() -> None:
    captions = (("Two dogs run .", "A puppy runs ."), ("a hotdog stand",))
    photos = [CaptionedPhoto(Path("x.jpg"), each, None) for each in captions]
    assert shown_by_captions("dog", photos).tolist() == [2, 0]
