"""A photo is in the index once, by whatever names it is found."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from photosearch.errors import MassRemoval
from photosearch.index.paths import absolute
from photosearch.index.store import PhotoIndex
from photosearch.types import Filter

from .conftest import Draw


@pytest.fixture
def link(folder: Path, tmp_path: Path) -> Path:
    """Another name of the folder of photos."""
    path = tmp_path / "link"
    path.symlink_to(folder)
    return path


def paths(index: PhotoIndex) -> list[Path]:
    return sorted(photo.path for photo in index.photos())


def test_a_folder_by_the_name_of_a_link_is_known(
    full: PhotoIndex, folder: Path, link: Path, eight: list[Path]
) -> None:
    report = full.add([link])
    assert (report.unchanged, report.copied, report.moved) == (8, 0, 0)
    assert paths(full) == sorted(eight)


def test_a_link_that_was_first_keeps_its_name(
    index: PhotoIndex, folder: Path, link: Path, eight: list[Path]
) -> None:
    index.add([link])
    before = paths(index)
    assert index.add([folder]).unchanged == 8
    assert index.add([folder / "a"]).unchanged == 4
    assert paths(index) == before
    assert all(path.is_relative_to(link) for path in before)


@pytest.mark.parametrize("spelled", ["{}/", "{}/.", "{}/a/..", "{}/../photos", "{}//", "../photos"])
def test_ways_to_write_a_folder_are_one_folder(
    full: PhotoIndex, folder: Path, spelled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert full.add([spelled.format(folder)]).unchanged == 8
    assert full.status().indexed == 8


def test_two_dots_behind_a_link_lead_to_where_the_system_goes(tmp_path: Path) -> None:
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "deep")
    assert absolute(tmp_path / "link" / ".." / "x") == tmp_path / "far" / "x"
    (tmp_path / "near").symlink_to("far")
    assert absolute(tmp_path / "near" / "deep" / ".." / "x") == tmp_path / "near" / "x"


def test_a_change_seen_by_another_name_is_a_change_of_the_photo(
    full: PhotoIndex, folder: Path, link: Path, eight: list[Path], draw: Draw
) -> None:
    draw(f"a/{eight[0].name}", "yellow", width=30)
    draw("a/new.png", width=31)
    report = full.add([link])
    assert (report.updated, report.added) == (1, 1)
    assert all(path.is_relative_to(folder) for path in paths(full))


def test_what_vanished_is_noticed_by_another_name(
    full: PhotoIndex, eight: list[Path], link: Path
) -> None:
    eight[0].unlink()
    assert full.add([link]).removed == 1
    eight[1].unlink()
    eight[2].unlink()
    with pytest.raises(MassRemoval, match="2 of 7"):
        full.add([link])


def test_a_link_met_on_the_way_leads_to_known_photos(
    full: PhotoIndex, folder: Path, tmp_path: Path, eight: list[Path]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "album").symlink_to(folder / "a")
    (other / "one.png").symlink_to(eight[5])
    report = full.add([other])
    assert (report.unchanged, report.copied) == (5, 0)
    assert paths(full) == sorted(eight)


def test_a_photo_takes_its_own_name_instead_of_a_links(
    index: PhotoIndex, tmp_path: Path, draw: Draw
) -> None:
    photo = draw("one.png")
    other = tmp_path / "other"
    other.mkdir()
    (other / "album.png").symlink_to(photo)
    index.add([other])
    assert paths(index) == [other / "album.png"]
    assert index.add([photo.parent]).unchanged == 1
    assert index.add([other]).unchanged == 1
    assert paths(index) == [photo]


def test_hard_links_are_photos_of_their_own(
    index: PhotoIndex, folder: Path, link: Path, draw: Draw
) -> None:
    os.link(draw("one.png"), folder / "two.png")
    report = index.add([folder])
    assert (report.added, report.copied) == (1, 1)
    assert index.add([link]).unchanged == 2
    assert len(paths(index)) == 2


def _doubled(index: PhotoIndex, folder: Path, link: Path) -> None:
    """As earlier versions left it: every photo by both names."""
    with closing(sqlite3.connect(index.directory / "catalog.sqlite")) as db, db:
        columns = "size, mtime_ns, status, reason, content_hash, width, height"
        db.execute(
            f"INSERT INTO photos(source, {columns}, since) SELECT"
            f" replace(source, ?, ?), {columns}, 1 FROM photos",
            (f"{folder}/", f"{link}/"),
        )


@pytest.mark.parametrize("walked", ["folder", "link"])
def test_an_index_that_holds_both_names_is_mended(
    full: PhotoIndex,
    folder: Path,
    link: Path,
    eight: list[Path],
    draw: Draw,
    walked: str,
    request: pytest.FixtureRequest,
) -> None:
    (folder / "a" / "broken.png").write_bytes(b"no picture")
    full.add([folder])
    _doubled(full, folder, link)
    assert full.status().indexed == 16
    draw(f"a/{eight[0].name}", "yellow", width=30)
    report = full.add([request.getfixturevalue(walked)])
    assert (report.updated, report.removed) == (1, 0)
    assert paths(full) == sorted([*eight, folder / "a" / "broken.png"])
    assert full.verify().ok
    again = full.add([link])
    assert (again.unchanged, again.updated) == (8, 0)
    assert paths(full) == sorted([*eight, folder / "a" / "broken.png"])


def test_real_copies_are_left_alone(full: PhotoIndex, folder: Path, eight: list[Path]) -> None:
    shutil.copy(eight[0], folder / "copy.png")
    full.add([folder])
    full.add([folder])
    assert full.status().indexed == 9


@pytest.mark.parametrize("first", ["folder", "link"])
def test_filters_removal_and_likeness_take_any_name(
    index: PhotoIndex,
    folder: Path,
    link: Path,
    eight: list[Path],
    first: str,
    request: pytest.FixtureRequest,
) -> None:
    index.add([request.getfixturevalue(first)])
    for name in (folder, link):
        assert len(index.search("red", 9, Filter(under=(name / "a",)))) == 4
        assert len(index.search("red", 9, Filter(under=(name,)))) == 8
        assert len(index.similar(name / "a" / eight[0].name, 9)) == 7
    assert index.remove([folder / "a"]) == 4
    assert index.remove([link / "b" / eight[4].name]) == 1


def test_letters_of_either_case_are_one_name_where_the_disk_says_so(
    full: PhotoIndex, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upper = tmp_path / "PHOTOS"
    upper.symlink_to(folder)  # what such a disk gives, but for being a link
    monkeypatch.setattr(Path, "is_symlink", lambda _: False)
    assert full.add([upper]).unchanged == 8
    assert full.status().indexed == 8


def test_folders_are_asked_for_once(
    full: PhotoIndex, draw: Draw, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        draw(f"new/{number}.png", width=number + 9)
    asked: list[Path] = []
    stat: Callable[[Path], os.stat_result] = Path.stat

    def counted(path: Path, **_: object) -> os.stat_result:
        asked.append(path)
        return stat(path)

    monkeypatch.setattr("photosearch.index.identity.Path.stat", counted)
    full.add([folder])
    assert asked.count(folder / "new") <= 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts need root")
def test_a_second_mount_of_a_folder_is_the_folder(
    full: PhotoIndex, folder: Path, tmp_path: Path
) -> None:
    mount = shutil.which("mount")
    place = tmp_path / "mounted"
    place.mkdir()
    if mount is None or os.system(f"{mount} --bind '{folder}' '{place}' 2>/dev/null"):
        pytest.skip("cannot mount here")
    try:
        assert full.add([place]).unchanged == 8
        assert full.status().indexed == 8
    finally:
        os.system(f"umount '{place}'")
