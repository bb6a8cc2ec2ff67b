"""Whole models of the kinds that we ship, converted, saved and run, against torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from photosearch.coreml import ReferenceModel
from photosearch.coreml.mil.describe import Precision
from tests.coreml.mil.models import MODELS, examples, make
from tests.coreml.mil.packages import Array, cosine, save_traced
from tests.coreml.mil.test_constexpr import Compress, int4_blocks, int8, palette

FAST = ("builtin text", "conv net")  # run every time; the others where slow tests are
NAMES = [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in MODELS]


def by_torch(name: str) -> Array:
    """[4, D]."""
    model = make(name)
    with torch.no_grad():
        return np.concatenate([model(x).numpy() for x in examples(name)])


def by_executor(path: Path, name: str, precision: Precision) -> Array:
    model = ReferenceModel(path)
    given = [{"x": x.numpy()} for x in examples(name)]
    return np.concatenate([model.predict(x, precision=precision)["y"] for x in given])


def apart(embeddings: Array) -> Array:
    """What tells the inputs apart: without the mean over them, which a random net is mostly."""
    wide = np.asarray(embeddings, np.float64)
    return np.asarray(wide - wide.mean(0))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_model_in_fp32_agrees_with_torch(name: str, tmp_path: Path) -> None:
    save_traced(tmp_path / "m.mlpackage", make(name), examples(name)[0])
    found, wanted = by_executor(tmp_path / "m.mlpackage", name, "fp32"), by_torch(name)
    assert np.linalg.norm(apart(wanted), axis=1).min() > 0.02 * np.linalg.norm(wanted)
    assert cosine(found, wanted) > 0.999999
    assert cosine(apart(found), apart(wanted)) > 0.999999


@pytest.mark.slow
@pytest.mark.parametrize("ios", [16, 17, 18])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_in_fp16_is_near_torch_on_every_system(name: str, ios: int, tmp_path: Path) -> None:
    save_traced(tmp_path / "m.mlpackage", make(name), examples(name)[0], ios=ios, half=True)
    found = by_executor(tmp_path / "m.mlpackage", name, "fp16")
    assert found.dtype == np.float16
    assert cosine(found, by_torch(name)) > 0.9999


COMPRESSIONS: dict[str, tuple[int, Compress, float]] = {
    "int8": (17, int8, 0.99),
    "palette of 6 bits": (17, palette(6), 0.9),
    "palette of 4 bits": (16, palette(4), 0.2),
    "int4 in blocks": (18, int4_blocks, 0.8),
}


@pytest.mark.slow
@pytest.mark.parametrize("form", COMPRESSIONS)
@pytest.mark.parametrize("name", ["builtin text", "clip image", "conv net"])
def test_a_compressed_model_computes_with_its_own_weights(
    name: str, form: str, tmp_path: Path
) -> None:
    ios, compress, near = COMPRESSIONS[form]

    def both(ct: Any, package: Any) -> Any:
        small = compress(ct, package)
        ct.optimize.coreml.decompress_weights(small).save(str(tmp_path / "dense.mlpackage"))
        return small

    path = tmp_path / "m.mlpackage"
    save_traced(path, make(name), examples(name)[0], ios=ios, compress=both)
    found = by_executor(path, name, "fp32")
    dense = by_executor(tmp_path / "dense.mlpackage", name, "fp32")
    assert cosine(found, dense) > 0.999999
    assert cosine(found, by_torch(name)) > near
