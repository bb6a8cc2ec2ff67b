"""Packages that several tests of the executor read, each made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.coreml.mil.packages import save_program

INPUTS = {"x": np.ones((2, 40), np.float32), "ids": np.array([[1, 2]], np.int32)}
WEIGHT = np.arange(40 * 40, dtype=np.float32).reshape(40, 40) / 1000


def tiny(mb: Any, x: Any, ids: Any) -> Any:
    """Two outputs; the weight is large enough to lie in weight.bin."""
    y = mb.linear(x=x, weight=WEIGHT, name="y")
    return y, mb.gather(x=WEIGHT, indices=ids, axis=0, name="rows")


@pytest.fixture(scope="session")
def tiny_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiny") / "tiny.mlpackage"
    save_program(path, tiny, INPUTS, 16)
    return path


@pytest.fixture
def copied(tiny_package: Path, tmp_path: Path) -> Path:
    """A copy of the tiny package that a test may damage."""
    return Path(shutil.copytree(tiny_package, tmp_path / "copy.mlpackage"))


Change = Callable[[Any], None]


@pytest.fixture
def changed(copied: Path) -> Callable[[Change], Path]:
    """Rewrites the copy's model file after a change to its message."""
    from photosearch.coreml.mil.package import model_class

    def change(edit: Change) -> Path:
        file = model_file(copied)
        message = model_class()()
        message.ParseFromString(file.read_bytes())
        edit(message)
        file.write_bytes(message.SerializeToString())
        return copied

    return change


def model_file(package: Path) -> Path:
    return package / "Data/com.apple.CoreML/model.mlmodel"


def weight_file(package: Path) -> Path:
    return package / "Data/com.apple.CoreML/weights/weight.bin"


def main_block(message: Any) -> Any:
    function = message.program.functions["main"]
    return function.blocks[function.opset]
