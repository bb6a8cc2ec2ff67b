"""Photos and texts, embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from export.measure.embedded import embed_captioned, embed_named, embed_texts, union
from export.measure.held_out import MORE_TENTH, TENTH, read_held_out
from photosearch.encoder import Floats
from photosearch.errors import ModelError
from photosearch.progress import Progress, silent
from photosearch.testing import FakeEncoder


def test_each_caption_knows_its_photo(data: Path) -> None:
    captions = embed_captioned(FakeEncoder(), read_held_out(data).captioned, silent)
    assert captions.sentences[:3] == ("red", "so red", "blue")
    assert captions.owner.tolist() == [0, 0, 1, 1, 2, 2]
    assert captions.queries.shape == (6, 8)


def test_progress_is_told_of_photos_and_texts(data: Path) -> None:
    heard: list[Progress] = []
    embed_captioned(FakeEncoder(), read_held_out(data).captioned, heard.append)
    assert heard == [
        Progress(3, 3, "photos: captioned"),
        Progress(6, 6, "texts: captions"),
    ]


def test_a_union_asks_for_every_name_once(data: Path) -> None:
    named, encoder = read_held_out(data).named, FakeEncoder()
    both = union([embed_named(encoder, named[each], each, silent) for each in (TENTH, MORE_TENTH)])
    assert both.asked == ("blue", "green", "red")
    assert both.photos.shape == (6, 8)
    assert both.relevant().sum(axis=1).tolist() == [2, 2, 2]


def test_a_model_that_gives_nan_is_an_error() -> None:
    class Broken(FakeEncoder):
        def encode_texts(self, texts: Sequence[str]) -> Floats:
            return super().encode_texts(texts) * np.float32(np.nan)

    with pytest.raises(ModelError, match="names: got 2 vectors with NaN"):
        embed_texts(Broken(), ["red", "blue"], "names", silent)
