"""The shapes of the image backbones that the built-in architecture knows; nothing is computed here.

All are stacks of inverted residuals (Sandler et al. 2018, arXiv:1801.04381) with ReLU6 and no
squeeze-and-excitation: MobileNetV2, and EfficientNet-Lite 0 to 2 (EfficientNet, Tan and Le 2019,
arXiv:1905.11946, made for fixed-point hardware: see efficientnet_lite_builder.py in
tensorflow/tpu, models/official/efficientnet/lite).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """Blocks of one width, the first of which may halve the side."""

    expansion: int  # of a block's inputs, in its middle
    channels: int
    repeats: int
    stride: int  # of the first block
    kernel: int  # of the depthwise convolutions, pixels


@dataclass(frozen=True, slots=True)
class BlockShape:
    """One inverted residual: 1x1 to `hidden` channels, depthwise, 1x1 to `outputs`."""

    inputs: int
    hidden: int  # as many as inputs: no first convolution
    outputs: int
    stride: int
    kernel: int

    @property
    def expands(self) -> bool:
        return self.hidden != self.inputs

    @property
    def residual(self) -> bool:
        """Whether the input is added to the output."""
        return self.stride == 1 and self.inputs == self.outputs


@dataclass(frozen=True, slots=True)
class Backbone:
    """A network from pixels to a feature map with a cell for 32 by 32 pixels."""

    name: str  # as in the config of a bundle's weights
    stem: int  # channels of the first convolution: 3x3, stride 2
    stages: tuple[Stage, ...]
    features: int  # channels of the map
    mean: float  # taken off each pixel, 0..255
    scale: float  # by which it is then divided

    def blocks(self) -> Iterator[BlockShape]:
        """In the order in which they run, which numbers them in the names of tensors."""
        inputs = self.stem
        for stage in self.stages:
            for repeat in range(stage.repeats):
                yield BlockShape(
                    inputs,
                    inputs * stage.expansion,
                    stage.channels,
                    1 if repeat else stage.stride,
                    stage.kernel,
                )
                inputs = stage.channels

    def filters(self) -> dict[str, tuple[int, ...]]:
        """The shape of each convolution's weight by its name, in the order in which they run.

        [outputs, inputs of a group, kernel, kernel]; in a state dict, ".conv.weight" follows.
        """
        shapes: dict[str, tuple[int, ...]] = {"stem": (self.stem, 3, 3, 3)}
        for number, block in enumerate(self.blocks()):
            name, hidden = f"blocks.{number}", block.hidden
            if block.expands:
                shapes[f"{name}.expand"] = (hidden, block.inputs, 1, 1)
            shapes[f"{name}.dw"] = (hidden, 1, block.kernel, block.kernel)
            shapes[f"{name}.project"] = (block.outputs, hidden, 1, 1)
        return {**shapes, "head": (self.features, self.top, 1, 1)}

    def misfit(self, shapes: Mapping[str, Sequence[int]], prefix: str) -> str | None:
        """What is wrong with the weights of these shapes, in words; None if nothing is."""
        for name, expected in self.filters().items():
            full = f"{prefix}{name}.conv.weight"
            got = shapes.get(full)
            if got is None or tuple(got) != expected:
                found = "is missing" if got is None else f"got {list(got)}"
                return f"{full}: {found}, expected {list(expected)} of {self.name}"
        return None

    @property
    def top(self) -> int:
        """Channels behind the last block."""
        return self.stages[-1].channels


def same_padding(kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after: TensorFlow's SAME on sides that the stride, 1 or 2, divides.

    Where the number is odd, there is one more after.
    """
    total = kernel - stride
    return total // 2, total - total // 2


_MOBILENET_V2 = (  # table 2 of the paper
    Stage(1, 16, 1, 1, 3),
    Stage(6, 24, 2, 2, 3),
    Stage(6, 32, 3, 2, 3),
    Stage(6, 64, 4, 2, 3),
    Stage(6, 96, 3, 1, 3),
    Stage(6, 160, 3, 2, 3),
    Stage(6, 320, 1, 1, 3),
)
_EFFICIENTNET_B0 = (  # table 1 of the paper
    Stage(1, 16, 1, 1, 3),
    Stage(6, 24, 2, 2, 3),
    Stage(6, 40, 2, 2, 5),
    Stage(6, 80, 3, 2, 3),
    Stage(6, 112, 3, 1, 5),
    Stage(6, 192, 4, 2, 5),
    Stage(6, 320, 1, 1, 3),
)


def _lite(number: int, *, width: float, depth: float) -> Backbone:
    """EfficientNet-Lite: stem, top, and the repeats of the first and last stage are not scaled."""
    last = len(_EFFICIENTNET_B0) - 1
    stages = tuple(
        Stage(
            stage.expansion,
            _to_eights(stage.channels * width),
            stage.repeats if i in (0, last) else math.ceil(stage.repeats * depth),
            stage.stride,
            stage.kernel,
        )
        for i, stage in enumerate(_EFFICIENTNET_B0)
    )
    return Backbone(f"efficientnet-lite{number}", 32, stages, 1280, mean=127.0, scale=128.0)


def _to_eights(channels: float) -> int:
    """The nearest multiple of 8, but never less than nine tenths (`round_filters` of the code)."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


MOBILENET_V2 = Backbone("mobilenet-v2", 32, _MOBILENET_V2, 1280, mean=128.0, scale=128.0)
LITE0 = _lite(0, width=1.0, depth=1.0)
LITE1 = _lite(1, width=1.0, depth=1.1)
LITE2 = _lite(2, width=1.1, depth=1.2)

BACKBONES = {each.name: each for each in (MOBILENET_V2, LITE0, LITE1, LITE2)}
