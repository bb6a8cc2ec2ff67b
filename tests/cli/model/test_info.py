"""`photosearch model info`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from photosearch.errors import ModelError, PackageError
from photosearch.models import builtin_bundle
from photosearch.testing import random_bundle
from tests.cli.conftest import run


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_bundle(tmp_path_factory.mktemp("bundle") / "random.photomodel")


def test_a_person_gets_a_table(bundle: Path) -> None:
    ran = run("model", "info", bundle)
    lines = ran.out.decode().splitlines()
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert (ran.code, ran.err) == (0, "")
    assert lines[0].split() == ["name", "random"]
    assert ["space", manifest["space"]] in [line.split() for line in lines]
    assert ["photos", "squashed", "to", "64", "x", "64", "pixels,", "bicubic"] in [
        line.split() for line in lines
    ]
    weights = manifest["files"]["weights.safetensors"]
    row = [weights["sha256"], f"{weights['size_bytes']:,}", "weights.safetensors"]
    assert row in [line.split() for line in lines]


def test_a_program_gets_json(bundle: Path) -> None:
    ran = run("model", "info", bundle, "--json")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert found.keys() == {
        "name", "kind", "path", "version", "architecture", "space", "dim", "widths", "image",
        "text", "licence", "towers", "files", "verification", "size_bytes",
    }  # fmt: skip
    assert found["files"]["weights.safetensors"].keys() == {"sha256", "size_bytes"}
    assert found["path"] == str(bundle)


def test_a_package_shows_what_goes_in_and_comes_out(tiny_export: Path) -> None:
    ran = run("model", "info", tiny_export / "text.mlpackage")
    assert ran.code == 0, ran.err
    assert "in  ids int32 [1, " in ran.out.decode()
    assert "out embedding fp16 [1, " in ran.out.decode()


def test_a_bundle_spells_dtypes_as_its_packages_do() -> None:
    for model in ("builtin", builtin_bundle() / "image.mlpackage"):
        assert "out embedding fp16 [1, 512]" in run("model", "info", model).out.decode()


def test_json_spells_dtypes_as_numpy_does() -> None:
    (image,) = json.loads(run("model", "info", "builtin", "--json").out)["towers"]
    assert [port["dtype"] for port in image["inputs"] + image["outputs"]] == ["uint8", "float16"]


@pytest.mark.parametrize(
    ("name", "error"), [("no such model!", ModelError), ("none.mlpackage", PackageError)]
)
def test_what_is_no_model_is_one_line(
    name: str, error: type[ModelError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("model", "info", name)
    assert (ran.code, ran.out) == (error.exit_code, b"")
    assert ran.err.count("\n") == 1


def test_a_name_cannot_drive_the_terminal(bundle: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy.photomodel"))
    (copy / "stray\x1b[31m").touch()
    assert b"\x1b" not in run("model", "info", copy).out
