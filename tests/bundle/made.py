"""A model with random weights and a bundle of it, made once. Not to be written to."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photosearch.bundle.build import build_bundle
from photosearch.bundle.inventory import take_inventory
from photosearch.bundle.model_metadata import Model, describe_model
from photosearch.manifest import read_manifest, write_manifest
from photosearch.testing import random_bundle
from tests.bundle.packages import fake_export, verification_of


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built-in model with random weights, 64 wide, at 64 pixels; without packages."""
    return random_bundle(tmp_path_factory.mktemp("release") / "random.photomodel")


@pytest.fixture(scope="session")
def model(source: Path) -> Model:
    from photosearch.coreml.families.convertible import open_model

    return describe_model(str(source), open_model(source))


@pytest.fixture(scope="session")
def exported(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of it, verified, whose packages compute nothing."""
    directory = fake_export(tmp_path_factory.mktemp("release") / "export", source)
    found = verification_of(directory, read_manifest(source))
    (directory / "verification.json").write_text(found)
    return directory


@pytest.fixture(scope="session")
def built(exported: Path, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of both."""
    out = tmp_path_factory.mktemp("release") / "random-0.photomodel"
    build_bundle(exported, out, model)
    return out


@pytest.fixture(scope="session")
def built_whole(
    exported: Path, model: Model, source: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The bundle of both as versions before 2.0.1 are: with a text package, all weights in one."""
    out = tmp_path_factory.mktemp("release") / "random-0.photomodel"
    build_bundle(exported, out, replace(model, weights=None))
    shutil.copyfile(source / "weights.safetensors", out / "weights.safetensors")
    list_again(out)
    return out


@pytest.fixture
def whole_bundle(built_whole: Path, tmp_path: Path) -> Path:
    """A copy of that, which a test may damage."""
    return Path(shutil.copytree(built_whole, tmp_path / "whole" / built_whole.name))


@pytest.fixture
def bundle(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(built, tmp_path / "here" / built.name))


def list_again(bundle: Path, *, verified: bool = True, **changes: Any) -> None:
    """Makes the manifest list the files as they are now, with other fields.

    `verified` makes the verification one of these packages first.
    """
    manifest = read_manifest(bundle)
    if verified:
        (bundle / "verification.json").write_text(verification_of(bundle, manifest))
    found = take_inventory(bundle).entries
    files = {name: entry for name, entry in found.items() if name != "manifest.json"}
    write_manifest(bundle, replace(manifest, files=files, **changes))
