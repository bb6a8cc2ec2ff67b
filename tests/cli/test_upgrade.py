"""`photosearch upgrade-index`: what it prints and returns."""

from __future__ import annotations

import json
from pathlib import Path

from photosearch.testing import random_bundle

from .conftest import World, run


def test_an_index_changes_its_model(own_world: World, tmp_path: Path) -> None:
    other = random_bundle(tmp_path / "other.photomodel", seed=1)
    told = run("upgrade-index", "--index", own_world.index, "--model", other, "--json")
    report = json.loads(told.out)
    assert (told.code, report["indexed"], report["model"]) == (0, 7, str(other))
    assert len(json.loads(run("search", "red", "--index", own_world.index, "--json").out)) == 7
    again = run("upgrade-index", "--index", own_world.index)
    assert (again.code, b"indexed" in again.out) == (0, True)


def test_a_new_version_under_the_same_name_is_named_with_the_command(own_world: World) -> None:
    changed = own_world.index.with_name("model.photomodel")
    random_bundle(changed, seed=1)
    run("upgrade-index", "--index", own_world.index, "--model", changed)
    for file in changed.rglob("*"):
        if file.is_file():
            file.unlink()
    random_bundle(changed, seed=2)
    ran = run("search", "red", "--index", own_world.index)
    assert ran.code == 7
    assert "another version of it" in ran.err
    assert f"upgrade-index --index {own_world.index}" in ran.err
    assert run("upgrade-index", "--index", own_world.index).code == 0
    assert run("search", "red", "--index", own_world.index).code == 0


def test_missing_photos_stop_it_and_the_flag_is_named(own_world: World, tmp_path: Path) -> None:
    other = random_bundle(tmp_path / "other.photomodel", seed=1)
    own_world.photos.rename(tmp_path / "away")
    command = ("upgrade-index", "--index", own_world.index, "--model", other)
    ran = run(*command)
    assert ran.code == 9
    assert "--allow-removal" in ran.err
    assert "7 of" in ran.err or "6 of" in ran.err
    assert len(json.loads(run(*command, "--allow-removal", "--json").out)["pending"]) == 7
