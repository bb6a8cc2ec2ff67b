"""What goes into a model and comes out: arrays, pictures, precision, functions, errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from photosearch.coreml import ReferenceModel
from photosearch.coreml.coremltools_patch import patch_coremltools, quiet
from photosearch.errors import PackageError, ShapeError, UsageError
from tests.coreml.mil.conftest import INPUTS, WEIGHT
from tests.coreml.mil.packages import Array, save_program, save_traced

pytestmark = pytest.mark.slow

SIDE = 8


class Channels(nn.Module):
    """Each channel's mean: [1, C, H, W] -> [1, C]."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=(2, 3))


def picture_package(path: Path, *, channels: int = 3, half: bool = False, **options: Any) -> Path:
    ct = patch_coremltools()
    shape = (1, channels, SIDE, SIDE)
    image = ct.ImageType("image", shape=shape, **options)
    save_traced(path, Channels(), torch.zeros(shape), half=half, inputs=[image])
    return path


@pytest.fixture
def picture() -> Array:
    return np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def test_a_model_describes_its_inputs_and_outputs(tiny_package: Path) -> None:
    model = ReferenceModel(tiny_package)
    shapes = {name: (each.dtype, each.shape) for name, each in model.inputs.items()}
    assert shapes == {"x": ("fp32", (2, 40)), "ids": ("int32", (1, 2))}
    assert (model.functions, sorted(model.outputs)) == (("main",), ["rows", "y"])


def test_arrays_go_in_and_come_out(tiny_package: Path) -> None:
    found = ReferenceModel(tiny_package).predict(INPUTS)
    np.testing.assert_allclose(found["y"], INPUTS["x"] @ WEIGHT.T, rtol=1e-5)
    np.testing.assert_array_equal(found["rows"], WEIGHT[[[1, 2]]])


def test_a_path_may_be_a_string(tiny_package: Path) -> None:
    assert ReferenceModel(str(tiny_package)).functions == ("main",)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, lambda means: means),
        ({"scale": 1 / 255}, lambda means: means / 255),
        ({"scale": 2.0, "bias": [-1.0, 0.0, 5.0]}, lambda means: means * 2 + [-1, 0, 5]),
        ({"color_layout": "BGR"}, lambda means: means[::-1]),
    ],
)
def test_a_picture_gets_the_scale_the_bias_and_the_layout_of_its_package(
    options: Any, expected: Any, picture: Array, tmp_path: Path
) -> None:
    if "color_layout" in options:
        options = {"color_layout": patch_coremltools().colorlayout.BGR}
    model = ReferenceModel(picture_package(tmp_path / "p.mlpackage", **options))
    for given in (picture, Image.fromarray(picture)):
        (means,) = model.predict({"image": given})["y"]
        np.testing.assert_allclose(means, expected(picture.mean((0, 1))), rtol=1e-5)


def test_a_gray_picture_has_no_channels(picture: Array, tmp_path: Path) -> None:
    gray = patch_coremltools().colorlayout.GRAYSCALE
    path = picture_package(tmp_path / "p.mlpackage", channels=1, color_layout=gray)
    found = ReferenceModel(path).predict({"image": picture[..., 0]})["y"]
    np.testing.assert_allclose(found, [[picture[..., 0].mean()]], rtol=1e-6)


class Brighter(nn.Module):
    """[1, 3, H, W] -> [1, 3, H, W]."""

    def forward(self, x: Tensor) -> Tensor:
        return x * 1.5


@pytest.mark.parametrize("layout", ["RGB", "BGR"])
def test_a_picture_comes_out_as_rgb_in_whole_steps(
    layout: str, picture: Array, tmp_path: Path
) -> None:
    ct = patch_coremltools()
    color, shape = ct.colorlayout[layout], (1, 3, SIDE, SIDE)
    save_traced(
        tmp_path / "p.mlpackage",
        Brighter(),
        torch.zeros(shape),
        inputs=[ct.ImageType("image", shape=shape, color_layout=color)],
        outputs=[ct.ImageType("y", color_layout=color)],
    )
    found = ReferenceModel(tmp_path / "p.mlpackage").predict({"image": picture})["y"]
    np.testing.assert_array_equal(found, np.clip(np.round(picture * 1.5), 0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((SIDE, SIDE), np.uint8),
        np.zeros((SIDE, SIDE + 1, 3), np.uint8),
        np.zeros((1, 3, SIDE, SIDE), np.uint8),
        np.zeros((SIDE, SIDE, 3), np.float32),
    ],
)
def test_a_picture_of_another_shape_or_type_is_refused(wrong: Array, tmp_path: Path) -> None:
    model = ReferenceModel(picture_package(tmp_path / "p.mlpackage"))
    with pytest.raises(ShapeError, match=r"'image'.*expected uint8 \[8, 8, 3\]"):
        model.predict({"image": wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("x", np.zeros((2, 41), np.float32)),
        ("x", np.zeros(80, np.float32)),
        ("x", np.zeros((2, 40), np.complex64)),
        ("ids", np.zeros((1, 2), np.float32)),
        ("ids", np.array([["a", "b"]])),
        ("ids", np.array([[1 << 40, 0]])),
    ],
)
def test_an_array_that_does_not_fit_is_refused(tiny_package: Path, name: str, wrong: Array) -> None:
    with pytest.raises(ShapeError, match=f"input '{name}'"):
        ReferenceModel(tiny_package).predict({**INPUTS, name: wrong})


@pytest.mark.parametrize("names", [{"x"}, {"x", "ids", "z"}, set()])
def test_missing_and_surplus_inputs_are_refused(tiny_package: Path, names: set[str]) -> None:
    with pytest.raises(UsageError, match=r"expected \['ids', 'x'\]"):
        ReferenceModel(tiny_package).predict({name: INPUTS.get(name, WEIGHT) for name in names})


def test_unknown_functions_and_precisions_are_refused(tiny_package: Path) -> None:
    model = ReferenceModel(tiny_package)
    with pytest.raises(UsageError, match="function: got 'other'"):
        model.predict(INPUTS, function="other")
    with pytest.raises(UsageError, match="precision: got 'int8'"):
        model.predict(INPUTS, precision="int8")  # type: ignore[arg-type]


def test_an_index_out_of_range_names_the_operation(tiny_package: Path) -> None:
    with pytest.raises(PackageError, match=r"gather 'rows'.*expected below 40"):
        ReferenceModel(tiny_package).predict({**INPUTS, "ids": np.array([[0, 40]])})


def test_fp16_rounds_each_step_as_torch_in_half_does(tmp_path: Path) -> None:
    torch.manual_seed(1)
    layers = nn.Sequential(nn.Linear(16, 16), nn.GELU(), nn.Linear(16, 4))
    save_traced(tmp_path / "m.mlpackage", layers, torch.zeros(1, 16), half=True)
    x = np.random.default_rng(0).standard_normal((1, 16)).astype(np.float32)
    found = ReferenceModel(tmp_path / "m.mlpackage").predict({"x": x})["y"]
    with torch.no_grad():
        wanted = layers.half()(torch.from_numpy(x).half()).numpy()
    assert found.dtype == np.float16
    np.testing.assert_allclose(found.astype(np.float32), wanted.astype(np.float32), atol=2e-3)


def overflow(mb: Any, x: Any) -> Any:
    wide = mb.mul(x=mb.cast(x=x, dtype="fp16"), y=np.float16(1000))
    return mb.cast(x=mb.mul(x=wide, y=np.float16(0.001)), dtype="fp32", name="z")


def test_fp16_overflows_where_a_device_would_and_fp32_does_not(tmp_path: Path) -> None:
    x = {"x": np.array([1.0, 100.0], np.float32)}
    save_program(tmp_path / "m.mlpackage", overflow, x, 17)
    model = ReferenceModel(tmp_path / "m.mlpackage")
    assert model.predict(x)["z"][1] == np.inf
    np.testing.assert_allclose(model.predict(x, precision="fp32")["z"], [1, 100], rtol=1e-3)


def test_an_observer_sees_every_operation_and_its_outputs(tmp_path: Path) -> None:
    x = {"x": np.array([1.0, 100.0], np.float32)}
    save_program(tmp_path / "m.mlpackage", overflow, x, 17)
    seen: list[tuple[str, float]] = []
    ReferenceModel(tmp_path / "m.mlpackage").predict(
        x,
        observe=lambda op, outputs: seen.append((op.type, float(outputs[op.outputs[0].name][1]))),
    )
    assert [kind for kind, _ in seen] == ["cast", "mul", "mul", "cast"]
    assert seen[0][1] == 100
    assert seen[1][1] == np.inf


def test_every_function_of_a_package_runs(tmp_path: Path) -> None:
    ct = patch_coremltools()
    for batch in (1, 4):
        save_traced(tmp_path / f"{batch}.mlpackage", nn.Linear(8, 2), torch.zeros(batch, 8), ios=18)
    described = ct.utils.MultiFunctionDescriptor()
    for batch in (1, 4):
        described.add_function(str(tmp_path / f"{batch}.mlpackage"), "main", f"batch{batch}")
    described.default_function_name = "batch1"
    with quiet():
        ct.utils.save_multifunction(described, str(tmp_path / "both.mlpackage"))
    model = ReferenceModel(tmp_path / "both.mlpackage")
    assert model.functions == ("batch1", "batch4")
    assert model.predict({"x": np.ones((1, 8))})["y"].shape == (1, 2)
    assert model.predict({"x": np.ones((4, 8))}, function="batch4")["y"].shape == (4, 2)


def test_open_sizes_take_what_lies_in_their_range(tmp_path: Path) -> None:
    ct = patch_coremltools()
    inputs = [ct.TensorType("x", shape=(ct.RangeDim(1, 4), 8))]
    save_traced(tmp_path / "m.mlpackage", nn.Linear(8, 2), torch.zeros(1, 8), inputs=inputs)
    model = ReferenceModel(tmp_path / "m.mlpackage")
    assert model.predict({"x": np.ones((3, 8))})["y"].shape == (3, 2)
    with pytest.raises(ShapeError):
        model.predict({"x": np.ones((5, 8))})


def test_listed_shapes_are_the_only_ones(tmp_path: Path) -> None:
    ct = patch_coremltools()
    inputs = [ct.TensorType("x", shape=ct.EnumeratedShapes([(1, 8), (4, 8)]))]
    save_traced(tmp_path / "m.mlpackage", nn.Linear(8, 2), torch.zeros(1, 8), inputs=inputs)
    model = ReferenceModel(tmp_path / "m.mlpackage")
    assert model.predict({"x": np.ones((4, 8))})["y"].shape == (4, 2)
    with pytest.raises(ShapeError, match=r"expected fp32 \(\(1, 8\), \(4, 8\)\)"):
        model.predict({"x": np.ones((3, 8))})


def test_running_a_package_imports_no_coremltools(tiny_package: Path) -> None:
    code = (
        "import sys, photosearch.coreml as c\n"
        "assert 'torch' not in sys.modules\n"
        "c.ReferenceModel(sys.argv[1])\n"
        "assert 'coremltools' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tiny_package)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
