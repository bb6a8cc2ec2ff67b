"""Which files a run reads again, and which it leaves out and counts.

A file whose look changed is read; one whose bytes did not is not embedded again. Files that look
like a photo or film and are not taken are counted, in the report and later.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import ImageRefused, UnsupportedImage
from photosearch.images import open_image
from photosearch.index.scan import _signed
from photosearch.index.store import PhotoIndex
from tests.cli.conftest import run

from .conftest import Draw


@pytest.fixture
def catalog(full: PhotoIndex) -> Any:
    """The index's catalog, for changes behind its back."""
    with closing(sqlite3.connect(full.directory / "catalog.sqlite", isolation_level=None)) as db:
        yield db


@pytest.fixture
def undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be decoded, and so nothing embedded."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("photosearch.index.prefetch.load_photo", refuse)


@pytest.fixture
def unread(undecoded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file may be read at all."""

    def refuse(path: Path) -> None:
        raise AssertionError(f"read: {path}")

    monkeypatch.setattr("photosearch.index.prefetch.whole_file", refuse)


def edit(path: Path, other: Path) -> None:
    """Puts another photo there that has the same size and time of modification."""
    status = path.stat()
    size = max(status.st_size, other.stat().st_size)
    path.write_bytes(other.read_bytes().ljust(size, b"\0"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def looks(catalog: sqlite3.Connection) -> list[tuple[int, int]]:
    return catalog.execute("SELECT ctime_ns, inode FROM photos ORDER BY source").fetchall()


@pytest.mark.parametrize("is_replaced", [False, True])
def test_an_edit_that_keeps_size_and_time_is_seen(
    index: PhotoIndex, folder: Path, draw: Draw, tmp_path: Path, is_replaced: bool
) -> None:
    path, other = draw("one.png", "red"), draw("two.png", "blue")
    path.write_bytes(path.read_bytes().ljust(200, b"\0"))
    other.write_bytes(other.read_bytes().ljust(200, b"\0"))
    index.add([path])
    before = path.stat()
    if is_replaced:
        shutil.copy2(path, tmp_path / "new.png")
        edit(tmp_path / "new.png", other)
        (tmp_path / "new.png").replace(path)
    else:
        edit(path, other)
    after = path.stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    assert index.add([path]).updated == 1
    assert index.add([path]).unchanged == 1


def test_a_chmod_costs_a_look_at_the_bytes_and_no_more(
    full: PhotoIndex, folder: Path, eight: list[Path], undecoded: None, catalog: Any
) -> None:
    before = looks(catalog)
    eight[0].chmod(0o600)
    assert full.add([folder]).unchanged == 8
    assert len(set(before) ^ set(looks(catalog))) == 2
    generation = full.status().generation
    full.add([folder])
    assert full.status().generation == generation


def test_what_an_earlier_version_did_not_note_is_noted_without_reading(
    full: PhotoIndex, folder: Path, eight: list[Path], catalog: sqlite3.Connection, unread: None
) -> None:
    before = looks(catalog)
    catalog.execute("UPDATE photos SET ctime_ns = NULL, inode = NULL")
    assert full.add([folder]).unchanged == 8
    assert looks(catalog) == before
    assert before[0] == (eight[0].stat().st_ctime_ns, _signed(eight[0].stat().st_ino))


def test_files_that_a_mount_numbered_anew_are_not_read(
    full: PhotoIndex, folder: Path, catalog: sqlite3.Connection, unread: None
) -> None:
    before = looks(catalog)
    catalog.execute("UPDATE photos SET inode = inode + 1")
    assert full.add([folder]).unchanged == 8
    assert looks(catalog) == before


def test_a_change_that_cannot_be_read_now_is_read_later(
    full: PhotoIndex, folder: Path, eight: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_of = eight[1].read_bytes()
    status = eight[0].stat()
    size = max(status.st_size, len(draw_of))
    eight[0].write_bytes(draw_of.ljust(size, b"\0"))

    def refused(path: Path) -> None:
        raise ImageRefused("cannot be read: permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("photosearch.index.prefetch.whole_file", refused)
        assert len(full.add([folder]).skipped) == 1
    assert full.add([folder]).updated == 1


@pytest.mark.parametrize(
    ("inode", "kept"), [(5, 5), (2**63, -(2**63)), (2**64 - 1, -1), (2**100 + 7, 7)]
)
def test_inodes_fit_into_64_bits(inode: int, kept: int) -> None:
    assert _signed(inode) == kept


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
