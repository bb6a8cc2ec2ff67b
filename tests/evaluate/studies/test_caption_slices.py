"""Slices of a folder: of captions, of their photos, and of tags of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photosearch.errors import UsageError
from photosearch.evaluate import embed_captioned, score_captions
from photosearch.evaluate.studies import slice_captions
from photosearch.testing import FakeEncoder, draw_photos


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {"image": path.name, "captions": [text, "a picture of a dog and two of its best friends"]}
        for text, path in draw_photos(tmp_path).items()
    ]
    rows[0] |= {"tags": ["holiday", "at night"]}
    (tmp_path / "captions.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return tmp_path


def test_queries_are_told_apart_by_words_photos_and_tags(folder: Path) -> None:
    data = embed_captioned(FakeEncoder(dim=8), folder)
    found = {
        each.name: each.queries for each in slice_captions(score_captions(data)[0], data, folder)
    }
    photos = len(data.photos)
    assert found["long (10 words or more)"] == found["animals"] == photos
    assert found["holiday"] == found["at night"] == 2
    assert found["no tag"] == 2 * (photos - 1)
    assert any(name.startswith("dark") for name in found)


def test_tags_that_are_no_list_are_told_with_their_line(folder: Path) -> None:
    data = embed_captioned(FakeEncoder(dim=8), folder)
    found = score_captions(data)[0]
    text = (folder / "captions.jsonl").read_text()
    (folder / "captions.jsonl").write_text(text.replace('["holiday", "at night"]', '"holiday"'))
    with pytest.raises(UsageError, match=r"line 1: photo\.tags: got .holiday., expected a list"):
        slice_captions(found, data, folder)
