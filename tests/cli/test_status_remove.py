"""`photosearch status` and `photosearch remove` from end to end."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import World, run


def test_status_counts_and_lists_reasons(world: World) -> None:
    found = json.loads(run("status", "--index", world.index, "--json").out)
    assert (found["indexed"], found["pending"], found["failed"]) == (7, 0, 1)
    assert sum(found["reasons"].values()) == 1
    assert found["index"] == str(world.index)


def test_status_for_a_person_names_the_counts(world: World) -> None:
    lines = run("status", "--index", world.index).out.decode().splitlines()
    assert ["indexed", "7"] in [line.split() for line in lines]


def test_removed_photos_are_found_no_more_and_stay_on_disk(own_world: World) -> None:
    photo = own_world.photos / "red-disc-on-white.jpg"
    ran = run("remove", photo, "--index", own_world.index, "--json")
    assert json.loads(ran.out) == {"removed": 1}
    assert photo.exists()
    hits = json.loads(run("search", "red", "--index", own_world.index, "--json").out)
    assert str(photo) not in [hit["path"] for hit in hits]


def test_a_folder_stands_for_its_photos(own_world: World) -> None:
    assert (
        "8 photos taken out of the index; the files are"
        in run("remove", own_world.photos, "--index", own_world.index).err
    )


def test_what_is_not_in_the_index_cannot_be_removed(own_world: World, tmp_path: Path) -> None:
    ran = run("remove", tmp_path / "x.jpg", own_world.photos, "--index", own_world.index)
    assert ran.code == 2
    assert json.loads(run("status", "--index", own_world.index, "--json").out)["indexed"] == 7


def test_a_removal_says_what_keeps_photos_out(own_world: World) -> None:
    photo = own_world.photos / "blue-square-on-yellow.jpg"
    told = run("remove", photo, "--index", own_world.index).err
    assert f"--exclude {photo}" in told
    command = ("index", own_world.photos, "--index", own_world.index)
    assert b"added" in run(*command).out
    ran = run(*command, "--exclude", photo, "--json")
    assert json.loads(ran.out)["excluded"] == 1
    assert str(photo) in run("status", "--index", own_world.index).out.decode()
    ran = run(*command, "--include", photo)
    assert b"added" in ran.out


def test_one_photo_is_told_in_the_singular(own_world: World) -> None:
    photo = own_world.photos / "red-disc-on-white.jpg"
    told = run("remove", photo, "--index", own_world.index).err
    assert "1 photo taken out of the index; the file is untouched" in told
