"""The data folder's JSONL files, and which photos are held back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photosearch.data.photos import (
    is_held_out,
    of_dev_split,
    read_captioned,
    read_labelled,
)
from photosearch.errors import UsageError

HELD_OUT_OF_60 = [1, 2, 15, 24, 27, 31, 36, 48, 52]  # computed once


CAPTIONED = {"image": "1.webp", "captions": ["a dog"]}
LABELLED = {"image": "1.webp", "set": "food", "label": "pizza", "captions": []}


def write(path: Path, *rows: dict[str, Any] | str) -> Path:
    """The file with these lines, beside the photos that the rows name; returns the folder."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for row in rows:
        if isinstance(row, dict):
            photo = path.parent / row["image"]
            photo.parent.mkdir(exist_ok=True)
            photo.touch()
    return path.parent


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


def test_a_photo_may_lack_a_split(tmp_path: Path) -> None:
    [photo] = read_captioned(write(tmp_path / "captions.jsonl", CAPTIONED))
    assert photo.split is None


def test_the_dev_split_is_judged_on_where_there_are_splits(tmp_path: Path) -> None:
    splits: tuple[str | None, ...] = ("dev", "train", None)
    rows = [CAPTIONED | ({"split": split} if split else {}) for split in splits]
    write(tmp_path / "captions.jsonl", *rows)
    assert [photo.split for photo in of_dev_split(read_captioned(tmp_path))] == ["dev"]


def test_every_photo_is_judged_on_where_there_are_no_splits(tmp_path: Path) -> None:
    photos = read_captioned(write(tmp_path / "captions.jsonl", CAPTIONED, CAPTIONED))
    assert of_dev_split(photos) == photos


def test_empty_lines_and_other_names_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "captions.jsonl", CAPTIONED | {"width": 640}, "", "  \t", "\r")
    assert len(read_captioned(tmp_path)) == 1


def test_what_looks_like_the_end_of_a_line_inside_a_caption_is_not_one(tmp_path: Path) -> None:
    row = {"image": "1.webp", "captions": ["a\u2028b\x85c"]}
    write(tmp_path / "captions.jsonl", row)
    (tmp_path / "captions.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert read_captioned(tmp_path)[0].captions == ("a\u2028b\x85c",)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "is not JSON"),
        ('{"image": "1.webp", "captions": [NaN]}', r"photo\.captions\[0\]: got nan"),
        ("[" * 100_000, "is not JSON"),
        ("[]", r"photo: got \[\], expected an object"),
        ({"captions": ["a"]}, r"photo\.image: missing"),
        ({"image": "1.webp"}, r"photo\.captions: missing"),
        ({"image": 7, "captions": ["a"]}, r"photo\.image: got 7, expected text"),
        ({"image": "gone.jpg", "captions": ["a"]}, r"photo\.image: 'gone\.jpg' is missing"),
        ({"image": "", "captions": ["a"]}, r"photo\.image: '' is missing"),
        ({"image": "\0", "captions": ["a"]}, r"photo\.image: .*expected a path"),
        ({"image": "\ud800", "captions": ["a"]}, r"photo\.image: "),
        ({"image": "x" * 5000, "captions": ["a"]}, r"photo\.image: .*expected a path"),
        ({"image": "../outside.jpg", "captions": ["a"]}, "'../outside.jpg' leaves the directory"),
        ({"image": "/etc/passwd", "captions": ["a"]}, "'/etc/passwd' leaves the directory"),
        ({"image": "linked.jpg", "captions": ["a"]}, "'linked.jpg' leaves the directory"),
        ({"image": "loop.jpg", "captions": ["a"]}, r"photo\.image: "),
        (CAPTIONED | {"captions": []}, r"captions: got \[\], expected at least one caption"),
        (CAPTIONED | {"captions": "a dog"}, r"captions: got 'a dog', expected a list"),
        (CAPTIONED | {"captions": ["a", ""]}, r"captions\[1\]: got '', expected at least one char"),
        (CAPTIONED | {"captions": ["a", None]}, r"captions\[1\]: got None, expected text"),
        (CAPTIONED | {"split": 3}, r"photo\.split: got 3, expected text"),
    ],
)
def test_a_line_that_does_not_fit_is_named(tmp_path: Path, line: Any, complaint: str) -> None:
    (tmp_path / "outside.jpg").touch()
    data = tmp_path / "data"
    data.mkdir()
    (data / "linked.jpg").symlink_to(tmp_path / "outside.jpg")
    (data / "loop.jpg").symlink_to(data / "loop.jpg")
    write(data / "captions.jsonl", CAPTIONED, CAPTIONED)
    with (data / "captions.jsonl").open("a") as stream:
        stream.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
    with pytest.raises(UsageError, match=rf"captions\.jsonl, line 3.*{complaint}"):
        read_captioned(data)


@pytest.mark.parametrize("name", ["set", "label", "captions"])
def test_a_labelled_photo_lacks_nothing_but_its_style(tmp_path: Path, name: str) -> None:
    write(tmp_path / "labels.jsonl", {key: LABELLED[key] for key in LABELLED if key != name})
    with pytest.raises(UsageError, match=rf"labels\.jsonl, line 1: photo\.{name}: missing"):
        read_labelled(tmp_path)


@pytest.mark.parametrize(
    ("read", "name"), [(read_captioned, "captions.jsonl"), (read_labelled, "labels.jsonl")]
)
def test_a_folder_without_data_is_named(
    tmp_path: Path, read: Callable[[Path], object], name: str
) -> None:
    with pytest.raises(UsageError, match=rf"no {name} in {tmp_path}: No such file"):
        read(tmp_path)


def test_bytes_that_are_no_text_are_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_bytes(b'{"image": "\xff"}\n')
    with pytest.raises(UsageError, match=r"labels\.jsonl, line 1: photo is not JSON"):
        read_labelled(tmp_path)


def test_a_damaged_line_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"image": "1.we', encoding="utf-8")
    with pytest.raises(UsageError, match=r"labels\.jsonl"):
        read_labelled(tmp_path)
