"""An index of drawn photos, made once by the command line itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from photosearch.cli.app import app
from photosearch.testing import draw_photos, random_bundle

ODD_NAME = b"caf\xe9.jpg"  # Latin-1


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: bytes
    err: str


def run(*arguments: str | Path) -> Ran:
    """Runs the command line inside this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(code=result.exit_code, out=result.stdout_bytes, err=result.stderr)


@dataclass(frozen=True)
class World:
    """A folder of photos, a model, and the index of both."""

    photos: Path
    bundle: Path
    index: Path


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Six drawn photos, one of them again under a name that is not UTF-8, and a broken file."""
    home = tmp_path_factory.mktemp("world")
    made = World(home / "photos", home / "random.photomodel", home / "x.photoindex")
    first, *_ = draw_photos(made.photos).values()
    shutil.copy(first, made.photos / os.fsdecode(ODD_NAME))
    (made.photos / "broken.jpg").write_bytes(b"no picture")
    random_bundle(made.bundle)
    ran = run("index", made.photos, "--index", made.index, "--model", made.bundle)
    assert ran.code == 0, ran.err
    return made


@pytest.fixture
def own_world(world: World, tmp_path: Path) -> World:
    """A copy of the index and the photos that a test may change."""
    copy = World(tmp_path / "photos", world.bundle, tmp_path / "x.photoindex")
    shutil.copytree(world.photos, copy.photos)
    ran = run("index", copy.photos, "--index", copy.index, "--model", copy.bundle)
    assert ran.code == 0, ran.err
    return copy


Search = Callable[..., Ran]


@pytest.fixture
def search(world: World) -> Search:
    """`photosearch search` over the shared index."""
    return lambda *arguments: run("search", "--index", world.index, *arguments)
