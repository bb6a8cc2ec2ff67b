"""What a converted package is made of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from photosearch.coreml.convert import Package
from photosearch.coreml.layout.layouts import ChannelNorm
from photosearch.coreml.record import LayoutName, Target
from tests.coreml.converted import converted

pytestmark = pytest.mark.slow

TARGETS = get_args(Target)
SPECIFICATION = {"iOS16": 7, "iOS17": 8, "iOS18": 9}


def operations(package: Package) -> list[Any]:
    (function,) = package._mil_program.functions.values()
    return [op for op in function.operations if op.op_type != "const"]


def kinds(package: Package) -> Counter[str]:
    return Counter(op.op_type for op in operations(package))


@pytest.mark.parametrize("target", TARGETS)
def test_a_package_asks_for_its_target_and_nothing_later(clip: Path, target: Target) -> None:
    package = converted(clip, "text", target=target)
    assert package.get_spec().specificationVersion == SPECIFICATION[target]


def test_a_picture_goes_in_as_rgb_and_a_half_precision_vector_comes_out(clip: Path) -> None:
    package = converted(clip, "image")
    (image,), (output,) = (
        package.get_spec().description.input,
        package.get_spec().description.output,
    )
    assert image.type.imageType.colorSpace == image.type.imageType.RGB
    assert (image.type.imageType.width, image.type.imageType.height) == (32, 32)
    assert list(output.type.multiArrayType.shape) == [1, 24]
    assert output.type.multiArrayType.dataType == output.type.multiArrayType.FLOAT16


@pytest.mark.parametrize(
    ("family", "inputs"),
    [("clip", ["ids", "eot"]), ("siglip", ["ids"]), ("bundle", ["ids", "mask"])],
)
def test_a_text_goes_in_as_ids_and_as_its_pooling_asks(
    family: str, inputs: list[str], request: pytest.FixtureRequest
) -> None:
    package = converted(request.getfixturevalue(family), "text")
    assert [each.name for each in package.get_spec().description.input] == inputs


FAMILIES = ("clip", "siglip", "bundle", "lite0", "mobileclip_s", "mobileclip_b")
# All that the Neural Engine's layout is made of.
COMMON = {"abs", "add", "concat", "conv", "einsum", "gelu", "layer_norm", "mul", "real_div",
          "reduce_max", "reduce_sum", "reshape", "rsqrt", "sigmoid", "slice_by_index", "softmax",
          "split", "sub", "transpose"}  # fmt: skip
ONLY = {"image": {"cast", "pad", "reduce_mean", "relu", "relu6"}, "text": {"expand_dims", "gather"}}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_neural_engine_layout_has_nothing_that_leaves_it_but_the_lookup(
    family: str, request: pytest.FixtureRequest
) -> None:
    model = request.getfixturevalue(family)
    image, text = converted(model, "image"), converted(model, "text")
    assert kinds(image).keys() <= COMMON | ONLY["image"]
    assert kinds(text).keys() <= COMMON | ONLY["text"]
    assert kinds(image)["cast"] == 1  # the picture, to fp16
    assert kinds(text)["gather"] == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_norms_and_softmax_run_over_channels(family: str, request: pytest.FixtureRequest) -> None:
    for op in operations(converted(request.getfixturevalue(family), "text")):
        if op.op_type == "layer_norm":
            assert list(op.axes.val) == [1]
        if op.op_type == "softmax":
            assert op.axis.val == 1


def test_a_trained_norm_is_one_operation(mobileclip_b: Path) -> None:
    found = kinds(converted(mobileclip_b, "text"))
    assert found["layer_norm"] == 5  # two a layer, and the last
    assert found["batch_norm"] == 0


def test_a_norm_that_weighs_a_channel_with_zero_is_not_divided_by_it() -> None:
    norm = ChannelNorm(4, eps=1e-5)
    norm.weight.data[1] = 0
    norm.bias.data += 0.5
    x = torch.rand(1, 4, 1, 3)
    plain = F.layer_norm(x.transpose(1, 3), (4,), norm.weight, norm.bias).transpose(1, 3)
    torch.testing.assert_close(norm(x), plain)


@pytest.mark.parametrize("layout", ["ane", "plain"])
def test_every_constant_is_finite_and_fits_half_precision(clip: Path, layout: LayoutName) -> None:
    package = converted(clip, "text", layout)
    (function,) = package._mil_program.functions.values()
    values = [op.outputs[0].val for op in function.operations if op.op_type == "const"]
    floats = [x for x in values if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    assert floats
    assert all(np.isfinite(x).all() and np.abs(x).max(initial=0) <= 65504 for x in floats)


def test_on_ios_18_plain_attention_is_one_operation(clip: Path) -> None:
    package = converted(clip, "text", "plain", "iOS18")
    assert kinds(package)["scaled_dot_product_attention"] == 2  # one a layer
