"""Which photos are measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from export.measure.held_out import MORE_TENTH, TENTH, WHOLE_SETS, read_held_out
from photosearch.errors import UsageError
from photosearch.testing import draw_photo
from tests.export.measure.conftest import add_whole_set


def test_a_tenth_and_the_whole_sets_are_apart(data: Path) -> None:
    add_whole_set(data, ("red", "scarlet"))
    held = read_held_out(data)
    assert {group: len(photos) for group, photos in held.named.items()} == {
        TENTH: 3,
        MORE_TENTH: 3,
        WHOLE_SETS: 2,
    }
    assert held.trained_names == {"red", "blue", "green"}


@pytest.mark.parametrize("name", ["flickr8k", "labelled", "labelled_more"])
def test_a_missing_set_is_named_and_the_others_are_read(data: Path, name: str) -> None:
    shutil.rmtree(data / name)
    held = read_held_out(data)
    assert [line for line in held.missing if line.startswith(f"no {name}/")]
    assert bool(held.captioned) == (name != "flickr8k")
    assert len(held.named) == 2 - (name != "flickr8k")


def test_a_set_that_is_not_in_order_is_an_error(data: Path) -> None:
    (data / "labelled" / "labels.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"labels\.jsonl, line 1"):
        read_held_out(data)


def test_a_folder_without_the_whole_sets_says_so(data: Path) -> None:
    assert f"no photos for {WHOLE_SETS}: nothing is measured on it" in read_held_out(data).missing


def test_photos_of_ones_own_are_found_in_a_folder_of_any_name(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    draw_photo("red disc on white", width=40, height=40).save(tmp_path / "mine" / "1.png")
    line = '{"image": "1.png", "split": "dev", "captions": ["a red disc"]}\n'
    (tmp_path / "mine" / "captions.jsonl").write_text(line, encoding="utf-8")
    assert [photo.captions for photo in read_held_out(tmp_path).captioned] == [("a red disc",)]
