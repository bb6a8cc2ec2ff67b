"""find_photos on real folders, with everything that is wrong in real folders."""

from __future__ import annotations

import inspect
import os
import socket
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from photosearch.images.find import FoundFile, find_photos

posix = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes and free file names")


def put(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(root: Path, *more: Path) -> list[str]:
    """Paths of the photos, relative to the root."""
    found = find_photos([root, *more])
    return [os.path.relpath(item.path, root) for item in found if item.reason is None is item.kind]


def reasons(*paths: Path) -> dict[str, str]:
    return {item.path.name: item.reason for item in find_photos(paths) if item.reason}


def kinds(*paths: Path) -> dict[str, str]:
    return {item.path.name: item.kind for item in find_photos(paths) if item.kind}


def test_photos_come_in_order_and_with_their_status(tmp_path: Path) -> None:
    put(tmp_path / "b.jpg", tmp_path / "a" / "z.png", tmp_path / "c" / "d" / "e.HEIC")
    found = list(find_photos([tmp_path]))
    assert [item.path for item in found] == sorted(item.path for item in found)
    assert len(found) == 3
    status = (tmp_path / "b.jpg").stat()
    times = (status.st_mtime_ns, status.st_ctime_ns)
    assert found[1] == FoundFile(tmp_path / "b.jpg", status.st_size, *times, status.st_ino)


def test_only_pictures_are_taken_from_folders(tmp_path: Path) -> None:
    put(*(tmp_path / name for name in ("a.txt", "b.mov", "c", "d.JPEG", "e.xmp", "jpg", "f.WebP")))
    assert names(tmp_path) == ["d.JPEG", "f.WebP"]


def test_a_named_file_is_always_taken(tmp_path: Path) -> None:
    put(tmp_path / "photo.bin", tmp_path / ".hidden.jpg")
    assert names(tmp_path / "photo.bin") == ["."]
    assert names(tmp_path / ".hidden.jpg") == ["."]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    put(tmp_path / "._a.jpg", tmp_path / ".cache" / "b.jpg", tmp_path / "@eaDir" / "c.jpg")
    put(tmp_path / "d.jpg")
    assert names(tmp_path) == ["d.jpg"]


def test_a_hidden_folder_that_is_named_is_walked(tmp_path: Path) -> None:
    put(tmp_path / ".hidden" / "a.jpg")
    assert names(tmp_path / ".hidden") == ["a.jpg"]


@pytest.mark.parametrize("library", ["Photos.photoslibrary", "iPhoto.photolibrary"])
@pytest.mark.parametrize("inside", [True, False])
def test_of_a_photo_library_only_the_originals_are_taken(
    library: str, inside: bool, tmp_path: Path
) -> None:
    root = tmp_path / library
    put(root / "originals" / "0" / "a.heic", root / "Masters" / "2012" / "b.jpg")
    put(root / "resources" / "derivatives" / "c.jpg", root / "d.jpg")
    found = {item.path.name for item in find_photos([tmp_path if inside else root])}
    assert found == {"a.heic", "b.jpg"}


def test_packages_of_other_programs_are_not_entered(tmp_path: Path) -> None:
    put(tmp_path / "my.photoindex" / "a.jpg", tmp_path / "Some.app" / "b.png")
    assert names(tmp_path) == []


def test_overlapping_roots_give_each_photo_once(tmp_path: Path) -> None:
    put(tmp_path / "a" / "b.jpg", tmp_path / "c.jpg")
    once = ["a/b.jpg", "c.jpg"]
    assert names(tmp_path, tmp_path / "a", tmp_path / "c.jpg", tmp_path) == once
    assert sorted(names(tmp_path, tmp_path / "a" / "b.jpg")) == once


def test_a_file_named_before_its_folder_comes_once(tmp_path: Path) -> None:
    put(tmp_path / "a.jpg", tmp_path / "b.jpg")
    found = [item.path.name for item in find_photos([tmp_path / "b.jpg", tmp_path])]
    assert found == ["b.jpg", "a.jpg"]


@posix
def test_hard_links_are_photos_of_their_own(tmp_path: Path) -> None:
    put(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").hardlink_to(tmp_path / "a.jpg")
    assert names(tmp_path) == ["a.jpg", "b.jpg"]


@posix
def test_links_to_files_and_folders_outside_are_followed(tmp_path: Path) -> None:
    put(tmp_path / "out" / "a.jpg", tmp_path / "out" / "sub" / "b.jpg", tmp_path / "in" / "c.jpg")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out" / "sub")
    (tmp_path / "in" / "a.jpg").symlink_to(tmp_path / "out" / "a.jpg")
    assert names(tmp_path / "in") == ["c.jpg", "a.jpg", "folder/b.jpg"]


@posix
def test_a_photo_is_found_under_its_own_path_and_not_a_links(tmp_path: Path) -> None:
    put(tmp_path / "z" / "photo.jpg")
    (tmp_path / "a").symlink_to(tmp_path / "z")
    (tmp_path / "b.jpg").symlink_to(tmp_path / "z" / "photo.jpg")
    assert names(tmp_path) == ["z/photo.jpg"]


@posix
def test_a_link_may_give_a_file_its_suffix(tmp_path: Path) -> None:
    put(tmp_path / "objects" / "4f2a")
    (tmp_path / "photo.jpg").symlink_to("objects/4f2a")
    assert names(tmp_path) == ["photo.jpg"]


@posix
def test_two_links_to_one_file_give_it_once(tmp_path: Path) -> None:
    put(tmp_path / "out" / "a.jpg")
    (tmp_path / "in").mkdir()
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / "in" / name).symlink_to(tmp_path / "out" / "a.jpg")
    assert names(tmp_path / "in") == ["1.jpg"]


@posix
def test_loops_of_links_end(tmp_path: Path) -> None:
    put(tmp_path / "a" / "photo.jpg")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "here").symlink_to(".")
    assert names(tmp_path) == ["a/photo.jpg"]


@posix
def test_links_to_themselves_and_to_nothing_are_reported(tmp_path: Path) -> None:
    put(tmp_path / "photo.jpg")
    (tmp_path / "self.jpg").symlink_to("self.jpg")
    (tmp_path / "disk").symlink_to("/not/mounted")
    got = reasons(tmp_path)
    assert got.keys() == {"self.jpg", "disk"}
    assert got["disk"] == "broken link"
    assert "cannot be read" in got["self.jpg"]
    assert names(tmp_path) == ["photo.jpg"]


def test_what_is_not_there_is_reported(tmp_path: Path) -> None:
    assert reasons(tmp_path / "gone") == {"gone": "no such file or folder"}


@posix
def test_an_unreadable_folder_is_reported_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a" / "x.jpg", tmp_path / "locked" / "y.jpg", tmp_path / "z.jpg")
    scandir: Callable[[str], Iterator[os.DirEntry[str]]] = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert reasons(tmp_path) == {"locked": "cannot be read: permission denied"}
    assert names(tmp_path) == ["a/x.jpg", "z.jpg"]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_folder_without_permission_is_reported(tmp_path: Path) -> None:
    put(tmp_path / "locked" / "y.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        assert reasons(tmp_path) == {"locked": "cannot be read: permission denied"}
    finally:
        (tmp_path / "locked").chmod(0o700)


@posix
def test_special_files_are_reported_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    os.mkfifo(tmp_path / "other")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket.png"))
    assert reasons(tmp_path) == dict.fromkeys(["pipe.jpg", "socket.png"], "not a regular file")
    assert reasons(tmp_path / "other") == {"other": "not a regular file"}


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS refuses such names")
def test_names_that_are_not_utf8_are_kept(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe/caf\xe9.jpg"
    put(Path(os.fsdecode(name)))
    (item,) = find_photos([tmp_path])
    assert os.fsencode(item.path) == name
    assert item.path.stat().st_size == 1


def test_a_relative_path_comes_back_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a.jpg")
    monkeypatch.chdir(tmp_path)
    assert [item.path for item in find_photos(["."])] == [tmp_path / "a.jpg"]


def test_an_impossible_path_is_reported() -> None:
    (item,) = find_photos(["nul\0byte"])
    assert item.reason is not None


def test_a_tree_deeper_than_pythons_stack_is_walked(tmp_path: Path) -> None:
    photo = tmp_path / ("d/" * 300) / "a.jpg"
    put(photo)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        found = list(find_photos([tmp_path]))
    finally:
        sys.setrecursionlimit(limit)
    assert [item.path for item in found] == [photo]


def test_photos_are_given_before_all_folders_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(30):
        put(tmp_path / f"{i:02}" / "a.jpg")
    read: list[str] = []
    scandir: Callable[[str], Iterator[os.DirEntry[str]]] = os.scandir

    def counting(path: str) -> Iterator[os.DirEntry[str]]:
        read.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counting)
    assert len(list(islice(find_photos([tmp_path]), 3))) == 3
    assert len(read) == 4


def test_files_without_a_suffix_are_known_by_their_first_bytes(tmp_path: Path) -> None:
    jpeg, film = b"\xff\xd8\xff\xe0", b"\0\0\0\x18ftypmp42"
    told = {"f0012": jpeg, "at 10.15.30": jpeg, "x.dat": jpeg, "x.jpg-large": jpeg, "README": b"#"}
    left = {"film": film, "y.jpg_original": jpeg, "z.jpg~": jpeg, "z.zip": jpeg, "empty": b""}
    for name, head in (told | left).items():
        (tmp_path / name).write_bytes(head)
    assert names(tmp_path) == ["at 10.15.30", "f0012", "x.dat", "x.jpg-large"]
    assert list(kinds(tmp_path)) == ["film"]


@posix
def test_a_photo_without_a_suffix_is_found_once(tmp_path: Path) -> None:
    (tmp_path / "f0012").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "link.jpg").symlink_to("f0012")
    put(tmp_path / "a.mov")
    (tmp_path / "link.mov").symlink_to("a.mov")
    assert names(tmp_path) == ["f0012"]
    assert list(kinds(tmp_path)) == ["a.mov"]
