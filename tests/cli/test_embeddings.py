"""`photosearch embeddings`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import World, run


def test_an_index_goes_to_a_file_and_back(world: World, tmp_path: Path) -> None:
    file, place = tmp_path / "x.safetensors", tmp_path / "new.photoindex"
    ran = run("embeddings", "export", file, "--index", world.index)
    assert (ran.code, ran.out) == (0, b"")
    assert f"7 photos written to {file}" in ran.err
    ran = run("embeddings", "import", file, "--index", place, "--json")
    assert json.loads(ran.out) == {"added": 7}
    words = ("search", "red", "--paths", "--index")
    assert run(*words, place).out == run(*words, world.index).out
    assert "0 photos added" in run("embeddings", "import", file, "--index", place).err


def test_export_says_in_json_how_many(world: World, tmp_path: Path) -> None:
    words = ("embeddings", "export", tmp_path / "x.safetensors", "--json")
    assert json.loads(run(*words, "--index", world.index).out) == {"exported": 7}


def test_a_file_of_another_kind_is_exit_code_2(world: World, tmp_path: Path) -> None:
    weights = world.bundle / "weights.safetensors"
    ran = run("embeddings", "import", weights, "--index", tmp_path / "new.photoindex")
    assert ran.code == 2
    assert "expected 'photosearch-embeddings'" in ran.err


def test_no_index_is_exit_code_7(tmp_path: Path) -> None:
    words = ("embeddings", "export", tmp_path / "x.safetensors", "--index", tmp_path / "none")
    assert run(*words).code == 7
