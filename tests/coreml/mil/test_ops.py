"""Each operation, inside a package that coremltools wrote, against numpy or torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from photosearch.coreml import ReferenceModel
from photosearch.coreml.mil.ops import OPS
from tests.coreml.mil.cases import ALL, INPUTS, Array
from tests.coreml.mil.packages import save_program


def computed(ios: int, folder: Path) -> dict[str, Array]:
    """What one package with all cases of one opset computes, by case."""
    cases = {name: case for name, (since, case) in ALL.items() if since == ios}
    path = folder / "ops.mlpackage"

    def build(mb: Any, *given: Any) -> Any:
        variables = dict(zip(INPUTS, given, strict=True))
        return tuple(make(mb, *(variables[n] for n in names.split()))
                     for names, make, _ in cases.values())  # fmt: skip

    save_program(path, build, INPUTS, ios)
    model = ReferenceModel(path)
    outputs = model.package.functions["main"].outputs
    results = model.predict(INPUTS, precision="fp32")
    return {name: results[output] for name, output in zip(cases, outputs, strict=True)}


@pytest.mark.parametrize("ios", sorted({ios for ios, _ in ALL.values()}))
def test_an_operation_computes_what_mil_defines(ios: int, tmp_path: Path) -> None:
    results = computed(ios, tmp_path)
    wrong = []
    for name, (_, (names, _, reference)) in ALL.items():
        if name in results:
            wanted = reference(*(INPUTS[each] for each in names.split()))
            if not (
                results[name].shape == np.shape(wanted)
                and np.allclose(results[name], wanted, rtol=2e-5, atol=2e-5)
            ):
                wrong.append(name)
    assert wrong == []


def test_every_operation_that_is_offered_is_tested() -> None:
    tested = {name.partition(",")[0] for name in ALL} | {"dequantize", "range_1d"}
    assert set(OPS) - tested == set()


def test_a_range_takes_its_bounds_at_run_time() -> None:
    start, end, step = (torch.tensor(value) for value in (1.0, 6.0, 2.0))
    found = OPS["range_1d"].call(end, start, step)
    assert isinstance(found, torch.Tensor)
    assert found.tolist() == [1.0, 3.0, 5.0]


@pytest.mark.parametrize(
    ("mode", "grid"),
    [
        ("UNALIGN_CORNERS", [0, 0.1, 0.5, 0.9, 1]),
        ("STRICT_ALIGN_CORNERS", [0, 0.25, 0.5, 0.75, 1]),
        ("ALIGN_CORNERS", [0, 0.25, 0.5, 0.75, 1]),
        ("DEFAULT", [0, 0.4, 0.8, 1, 1]),
        ("OFFSET_CORNERS", [0.1, 0.3, 0.5, 0.7, 0.9]),
    ],
)
def test_resizing_samples_where_mil_documents_it(mode: str, grid: list[float]) -> None:
    ramp = torch.tensor([[[0.0, 1.0]]])
    y = OPS["resize_bilinear"].call(ramp, 1, 5, mode)
    assert isinstance(y, torch.Tensor)
    torch.testing.assert_close(y.flatten(), torch.tensor(grid))
