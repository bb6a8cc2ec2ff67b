"""The data folder's JSONL files, and which photos are held back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from photosearch.data.photos import is_held_out, read_captioned, read_labelled
from photosearch.errors import UsageError

HELD_OUT_OF_60 = [1, 2, 15, 24, 27, 31, 36, 48, 52]  # computed once


def write(path: Path, *rows: dict[str, Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_captioned_photo_keeps_its_split_and_all_captions(tmp_path: Path) -> None:
    row = {"image": "images/1.webp", "split": "dev", "captions": ["a dog", "a “good” dog"]}
    write(tmp_path / "captions.jsonl", row)
    [photo] = read_captioned(tmp_path)
    assert photo.path == tmp_path / "images/1.webp"
    assert (photo.split, photo.captions) == ("dev", ("a dog", "a “good” dog"))


def test_a_labelled_photo_may_lack_a_style(tmp_path: Path) -> None:
    row = {"image": "1.webp", "set": "food", "label": "pizza", "captions": []}
    write(tmp_path / "labels.jsonl", row, {**row, "style": "cartoon"})
    assert [photo.style for photo in read_labelled(tmp_path)] == [None, "cartoon"]


def test_a_labelled_photo_knows_whether_it_is_held_out(tmp_path: Path) -> None:
    names = [f"images/{n}.webp" for n in range(50)]
    write(
        tmp_path / "labels.jsonl",
        *({"image": name, "set": "food", "label": "pizza", "captions": []} for name in names),
    )
    assert [p.held_out for p in read_labelled(tmp_path)] == [is_held_out(n) for n in names]


def test_about_a_tenth_is_held_out() -> None:
    held = sum(is_held_out(f"{n:06}.webp") for n in range(10_000))
    assert held == pytest.approx(1000, abs=100)  # over three deviations of 30


def test_the_held_out_photos_are_the_same_everywhere_and_always() -> None:
    held = [n for n in range(60) if is_held_out(f"l{n}.png")]
    assert held == HELD_OUT_OF_60


def test_the_folder_does_not_decide_what_is_held_out() -> None:
    assert all(is_held_out(f"a/b/{n}.webp") == is_held_out(f"{n}.webp") for n in range(100))


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"captions\.jsonl"):
        read_captioned(tmp_path)


def test_a_damaged_line_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"image": "1.we', encoding="utf-8")
    with pytest.raises(UsageError, match=r"labels\.jsonl"):
        read_labelled(tmp_path)
