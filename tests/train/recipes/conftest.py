"""A data folder, a whole run over it, and one that is prepared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from photosearch.train.recipes.builtin import (
    Run,
    prepare_run,
    train,
)
from tests.train.data_folder import write_data
from tests.train.tiny import (
    CONFIG,
    MACHINE,
    tiny_world,
)


@pytest.fixture(autouse=True)
def _world() -> Iterator[None]:
    with tiny_world():
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def work(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole run. Not to be written to."""
    folder = tmp_path_factory.mktemp("work")
    with tiny_world():
        train(data, folder, CONFIG, MACHINE)
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Run:
    """All prepared, nothing trained."""
    return prepare_run(data, tmp_path, CONFIG, MACHINE)
