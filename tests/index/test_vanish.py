"""Photos are forgotten when they are gone for certain, and never many at once unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from photosearch.errors import MassRemoval
from photosearch.index.store import PhotoIndex

from .conftest import Draw


def test_over_a_fifth_gone_removes_nothing(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    for path in eight[:2]:
        path.unlink()
    with pytest.raises(MassRemoval, match="2 of 8"):
        full.add([folder])
    assert full.status().indexed == 8


def test_the_rest_of_a_guarded_run_is_done(
    full: PhotoIndex, folder: Path, eight: list[Path], draw: Draw
) -> None:
    draw("new.png", width=20)
    for path in eight[:2]:
        path.unlink()
    with pytest.raises(MassRemoval):
        full.add([folder])
    assert full.status().indexed == 9
    assert full.verify().ok


def test_they_are_removed_when_allowed(full: PhotoIndex, folder: Path, eight: list[Path]) -> None:
    for path in eight[:2]:
        path.unlink()
    assert full.add([folder], allow_removal=True).removed == 2


def test_exactly_a_fifth_may_go(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    paths = [draw(f"{i}.png", width=i + 1) for i in range(5)]
    index.add([folder])
    paths[0].unlink()
    assert index.add([folder]).removed == 1


def test_a_disk_that_is_not_mounted_removes_nothing(full: PhotoIndex, folder: Path) -> None:
    shutil.rmtree(folder)
    report = full.add([folder])
    assert (report.removed, len(report.skipped)) == (0, 1)
    folder.mkdir()  # the empty mount point
    with pytest.raises(MassRemoval):
        full.add([folder])
    assert full.status().indexed == 8


def test_moved_photos_do_not_count_as_vanished(full: PhotoIndex, folder: Path) -> None:
    (folder / "a").rename(folder / "c")
    assert full.add([folder]).moved == 4


def test_photos_outside_the_given_folders_are_left_alone(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    eight[0].unlink()  # in a
    assert full.add([folder / "b"]).removed == 0
    assert full.status().indexed == 8


def test_a_folder_whose_name_begins_alike_is_left_alone(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    paths = [draw(f"ab/{i}.png", width=i + 1) for i in range(6)]
    draw("a/one.png", width=9)
    index.add([folder])
    paths[0].unlink()
    assert index.add([folder / "a"]).removed == 0


def test_photos_behind_a_broken_link_are_kept(
    index: PhotoIndex, folder: Path, tmp_path: Path, draw: Draw
) -> None:
    for i in range(9):
        draw(f"{i}.png", width=i + 1)
    away = tmp_path / "away"
    away.mkdir()
    draw("linked.png", "blue").rename(away / "linked.png")
    (folder / "link").symlink_to(away)
    assert index.add([folder]).added == 10
    away.rename(tmp_path / "unmounted")
    assert index.add([folder]).removed == 0
