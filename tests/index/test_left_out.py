"""Files that look like a photo or film and are not taken are counted, in the report and later."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photosearch.errors import UnsupportedImage
from photosearch.images.decode import open_image
from photosearch.index.store import PhotoIndex
from tests.cli.conftest import run

from .conftest import Draw


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_the_report_and_the_status_count_them_alike(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw("img_1.jpg")
    put(folder, "a.PSD", "b.psd", "c.MOV", "IMG_1.mov")
    expected = {".PSD": 2, ".MOV": 1, "Live Photo .MOV": 1}
    assert index.add([folder]).left_out == expected
    assert index.status().left_out == expected
    assert index.add([folder]).left_out == expected


def test_what_a_later_walk_finds_takes_their_place(
    index: PhotoIndex, folder: Path, tmp_path: Path
) -> None:
    put(folder, "a.psd", "in/b.mov")
    put(tmp_path / "other", "c.avi")
    index.add([folder, tmp_path / "other"])
    (folder / "a.psd").unlink()
    assert index.add([folder]).left_out == {".MOV": 1}
    assert index.status().left_out == {".AVI": 1, ".MOV": 1}
    assert index.add([folder / "in"]).left_out == {".MOV": 1}


def test_a_file_that_was_taken_is_not_counted_as_left_out(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    photo = draw("red.png")
    named = photo.rename(folder / "red.mov")  # named itself, it is taken whatever its suffix
    assert index.add([named]).added == 1
    report = index.add([folder])
    assert (report.left_out, report.removed, index.status().indexed) == ({}, 0, 1)


def test_removing_a_folder_forgets_what_it_left_out(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw("red.png")
    put(folder, "a.mov")
    index.add([folder])
    index.remove([folder])
    assert index.status().left_out == {}


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"%PDF-1.4", "PDF"),
        (b"\0\0\0\x18ftypmp42", "a film .MP4 or QuickTime"),
        (b"  <!DOCTYPE HTML>", "a web page"),
        (b"RIFF\0\0\0\0AVI LIST", "a film .AVI"),
        (b"\xff\x0a\xfa", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\5\x16\7\0\2", "AppleDouble"),
        (bytes(600), "zeros"),
        (b"\1\2\3\4", "begins with 01020304"),
    ],
)
def test_a_file_that_is_no_picture_is_named_with_what_it_is(head: bytes, name: str) -> None:
    with pytest.raises(UnsupportedImage, match=f"got .*{name}"):
        open_image(head)


needs_no_root = pytest.mark.skipif(os.geteuid() == 0, reason="root reads all")


def test_what_could_not_be_looked_at_is_in_the_status_until_it_is_gone(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw("red.png")
    (folder / "link.jpg").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.jpg")
    skipped = {"broken link": 1, "not a regular file": 1}
    report = index.add([folder])
    assert {each.reason: 1 for each in report.skipped} == skipped
    assert (index.status().unreadable, index.status().left_out, report.left_out) == (
        skipped,
        {},
        {},
    )
    index.add([folder / "red.png"])
    assert index.status().unreadable == skipped
    (folder / "link.jpg").unlink()
    (folder / "pipe.jpg").unlink()
    index.add([folder])
    assert index.status().unreadable == {}


def test_a_named_path_that_can_be_read_again_is_forgotten(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    folder.mkdir(exist_ok=True)
    link = folder / "link.png"
    link.symlink_to("red.png")
    index.add([link, folder / "none"])
    assert index.status().unreadable == {"broken link": 1}
    draw("red.png")
    index.add([link])
    assert index.status().unreadable == {}


def test_an_indexed_photo_that_turned_into_a_broken_link_is_in_the_status(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    photo = draw("red.png")
    index.add([folder])
    photo.unlink()
    photo.symlink_to("nowhere")
    index.add([folder])
    assert (index.status().indexed, index.status().unreadable) == (1, {"broken link": 1})


def test_excluding_what_was_skipped_forgets_it(index: PhotoIndex, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "link.jpg").symlink_to("nowhere")
    index.add([folder])
    index.exclude(["link.jpg"])
    assert index.status().unreadable == {}


@needs_no_root
def test_what_may_not_be_read_is_in_the_status(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    photo = draw("red.png")
    draw("in/blue.png", width=9)
    index.add([folder])
    (folder / "in").chmod(0)
    photo.chmod(0)
    try:
        report = index.add([folder])
        assert {each.path for each in report.skipped} == {photo, folder / "in"}
        assert index.status().unreadable == {"cannot be read: permission denied": 2}
    finally:
        photo.chmod(0o600)
        (folder / "in").chmod(0o700)
    index.add([folder])
    assert index.status().unreadable == {}


def test_the_status_for_a_person_names_why_something_was_skipped(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw("red.png")
    (folder / "link.jpg").symlink_to("nowhere")
    index.add([folder])
    lines = run("status", "--index", index.directory).out.decode().splitlines()
    at = lines.index("unreadable  1")
    assert lines[at + 1].split() == ["1", "broken", "link"]
