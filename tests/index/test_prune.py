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


def failed(index: PhotoIndex) -> set[Path]:
    return {photo.path for photo in index.photos() if photo.status == "failed"}


def broken(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"no picture")
    return path


def test_failed_rows_of_a_renamed_folder_go_with_it(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    for number in range(9):
        broken(folder / "a" / f"broken {number}.png")
    full.add([folder])
    (folder / "a").rename(folder / "c")
    report = full.add([folder])
    assert (report.moved, report.removed) == (4, 0)
    assert {path.parent for path in failed(full)} == {folder / "c"}


def test_failed_rows_go_with_a_folder_that_was_renamed_outside_of_what_is_indexed(
    full: PhotoIndex, folder: Path, tmp_path: Path
) -> None:
    broken(folder / "a" / "deep" / "broken.png")
    full.add([folder])
    folder.rename(tmp_path / "renamed")
    assert full.add([tmp_path / "renamed"]).moved == 8
    assert failed(full) == {tmp_path / "renamed" / "a" / "deep" / "broken.png"}


def test_failed_rows_do_not_count_towards_the_fifth(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    kept = [draw(f"{i}.png", width=i + 1) for i in range(4)]
    away = [broken(folder / f"broken {i}.png") for i in range(20)]
    index.add([folder])
    for path in away:
        path.unlink()
    assert index.add([folder]).removed == 0
    assert failed(index) == set()
    kept[0].unlink()
    broken(folder / "broken.png")
    with pytest.raises(MassRemoval, match="1 of 4"):
        index.add([folder])


def test_failed_rows_stay_where_too_much_is_gone(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    path = broken(folder / "broken.png")
    full.add([folder])
    for gone in (path, *eight[:2]):
        gone.unlink()
    with pytest.raises(MassRemoval):
        full.add([folder])
    assert failed(full) == {path}


def test_pending_rows_of_a_folder_that_was_deleted_go(
    full: PhotoIndex, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw("c/new.png", width=20)
    monkeypatch.setattr(
        "photosearch.index.pipeline.IndexingRun._read", lambda *_: None
    )  # as if killed
    full.add([folder])
    assert full.status().pending == 1
    monkeypatch.undo()
    shutil.rmtree(folder / "c")
    full.add([folder])
    assert full.status().pending == 0
