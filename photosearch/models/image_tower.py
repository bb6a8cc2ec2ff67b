"""Runs the built-in image tower in OpenVINO. Imports it only when the first photo comes.

The same tower as `towers.ImageTower` in torch, over any of `backbones.py`; a test holds the two
together. It runs one photo at a time: that is the fastest, and an embedding then depends on no
other photo.

Of MobileNetV2 at 256 pixels, photos a second and, behind the comma, CPU ms a photo, on two threads
of an AMD EPYC with avx512_bf16 and nothing else running (tests/benchmarks/bench_engines.py; the
third column is with ONEDNN_MAX_CPU_ISA=AVX512_CORE ATEN_CPU_CAPABILITY=avx512, which onnxruntime
does not obey):

| | as it is | kept from bfloat16 | kept to AVX2 | peak MB | largest 1 - cos |
|-|-|-|-|-|-|
| OpenVINO float32, one photo at a time | 330, 5.6 | 347, 5.5 | 226, 8.3 | 182 | 5.4e-7 |
| onnxruntime float32, one photo at a time | 282, 7.1 | 281, 7.0 | 268, 7.4 | 174 | 5.3e-7 |
| torch float32, 16 at a time, channels last | 89, 20.5 | 87, 21.6 | 80, 23.0 | 766 | 1.6e-7 |
| torch bfloat16, 16 at a time, channels last | 312, 6.3 | 129, 15.5 | 7, 292 | 474 | 2.8e-3 |

The built-in model's tower from 2.0 on, EfficientNet-Lite0 at 248 pixels, as it is: OpenVINO 322,
5.9; onnxruntime 281, 6.9; torch float32 108, 17.5; torch bfloat16 339, 5.9.

OpenVINO in batches of 16 took 1.5 times as long a photo as one by one, and twice the memory. In
bfloat16 it took half of the time, but 1 - cos to torch float32 reached 2.8e-3.

Shape legend: N photos, S side in pixels, C channels, W features, D embedding width.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np

from photosearch.encoder import Bytes, Floats
from photosearch.errors import ModelError
from photosearch.models.backbones import Backbone, BlockShape, same_padding
from photosearch.models.engine import compile_graph, openvino, stream_count

NORM_EPSILON = 1e-5  # of the head's layer norm, in torch too


class ImageRunner:
    """Prepared pixels to unit vectors. Threads and forked processes may share one."""

    def __init__(self, tensors: Mapping[str, Floats], backbone: Backbone, *, side: int) -> None:
        """From the state dict of an ImageTower, for pictures of that side in pixels.

        Raises ModelError if the tensors do not fit the architecture, or OpenVINO does not run.
        """
        self._graph = image_graph(tensors, backbone, side=side)
        self._running = _Running(self._graph)
        self._forked: list[_Running] = []

    def __call__(self, pixels: Bytes) -> Floats:
        """uint8 [N, S, S, 3] -> float32 [N, D], unit norm."""
        if self._running.process != os.getpid():
            # Its threads stayed behind in the parent: to call it waits for ever, to free it too.
            self._forked.append(self._running)
            self._running = _Running(self._graph)
        return self._running(pixels)


class _Running:
    """The tower with the threads that one process runs it in; callers take turns."""

    def __init__(self, graph: Any) -> None:
        network = compile_graph(graph)
        self.process = os.getpid()
        self._dim = int(network.output(0).shape[1])
        self._turn = Lock()
        self._queue = openvino().AsyncInferQueue(network, stream_count())
        self._queue.set_callback(_keep)

    def __call__(self, pixels: Bytes) -> Floats:
        vectors = np.empty((len(pixels), self._dim), np.float32)
        with self._turn:
            try:
                for photo, vector in zip(pixels, vectors, strict=True):
                    self._queue.start_async({0: photo[None]}, vector)
            finally:  # Ctrl-C included
                self._queue.wait_all()
        return vectors


def _keep(request: Any, vector: Floats) -> None:
    """Called in a thread of OpenVINO for each photo that is done."""
    vector[:] = request.get_output_tensor(0).data[0]


_NORM_FLOOR = 1e-24  # squared, the least norm that an embedding is divided by
_CLIP = (0.0, 6.0)  # ReLU6


def image_graph(tensors: Mapping[str, Floats], backbone: Backbone, *, side: int) -> Any:
    """uint8 [1, S, S, 3] -> float32 [1, D], unit norm, from the state dict of an ImageTower.

    Raises ModelError if the tensors do not fit the architecture.
    """
    graph = _Graph(tensors, backbone)
    ops, types = graph.ops, openvino().Type
    pixels = ops.parameter([1, side, side, 3], types.u8, name="pixels")
    planes = ops.transpose(ops.convert(pixels, types.f32), np.array([0, 3, 1, 2]))
    x = ops.subtract(planes, np.float32(backbone.mean))
    maps = graph.feature_map(ops.divide(x, np.float32(backbone.scale)))
    features = ops.reduce_mean(maps, np.array([2, 3]), keep_dims=False)  # [1, W]
    vectors = graph.head(features)
    graph.require_all_used()
    return openvino().Model([vectors], [pixels], "image")


class _Graph:
    """Layers by the names of their tensors, each tensor checked as it is taken."""

    def __init__(self, tensors: Mapping[str, Floats], backbone: Backbone) -> None:
        self.ops = openvino().opset13
        self._tensors, self._unused, self._backbone = tensors, set(tensors), backbone

    def feature_map(self, x: Any) -> Any:
        """[1, 3, S, S] -> [1, W, S/32, S/32]."""
        shape = self._backbone
        x = self._conv(x, "backbone.stem", 3, shape.stem, kernel=3, stride=2)
        for number, block in enumerate(shape.blocks()):
            x = self._block(x, f"backbone.blocks.{number}", block)
        return self._conv(x, "backbone.head", shape.top, shape.features)

    def head(self, x: Any) -> Any:
        """[1, W] -> [1, D], unit norm."""
        ops, width = self.ops, self._backbone.features
        x = ops.mvn(x, np.array([1]), True, NORM_EPSILON, "inside_sqrt")
        x = ops.multiply(x, self._take("head.norm.weight", width))
        x = ops.add(x, self._take("head.norm.bias", width))
        dim, hidden = self._rows("head.linear.weight"), self._rows("head.up.weight")
        up = ops.gelu(self._linear(x, "head.up", width, hidden), "erf")
        down = ops.matmul(up, self._take("head.down.weight", dim, hidden), False, True)
        y = ops.add(self._linear(x, "head.linear", width, dim), down)
        return ops.normalize_l2(y, np.array([1]), _NORM_FLOOR, "max")

    def require_all_used(self) -> None:
        if self._unused:
            raise _unfit(f"got {min(self._unused)}, which it does not have")

    def _block(self, x: Any, name: str, shape: BlockShape) -> Any:
        """An inverted residual: expand, depthwise, project."""
        y = self._conv(x, f"{name}.expand", shape.inputs, shape.hidden) if shape.expands else x
        y = self._depthwise(y, f"{name}.dw", shape)
        y = self._conv(y, f"{name}.project", shape.hidden, shape.outputs, clip=False)
        return self.ops.add(x, y) if shape.residual else y

    def _conv(
        self,
        x: Any,
        name: str,
        inputs: int,
        outputs: int,
        *,
        kernel: int = 1,
        stride: int = 1,
        clip: bool = True,
    ) -> Any:
        weight = self._take(f"{name}.conv.weight", outputs, inputs, kernel, kernel)
        y = self.ops.convolution(x, weight, *_window(kernel, stride))
        return self._biased(y, name, outputs, clip=clip)

    def _depthwise(self, x: Any, name: str, shape: BlockShape) -> Any:
        channels, kernel = shape.hidden, shape.kernel
        weight = self._take(f"{name}.conv.weight", channels, 1, kernel, kernel)
        y = self.ops.group_convolution(x, weight[:, None], *_window(kernel, shape.stride))
        return self._biased(y, name, channels, clip=True)

    def _biased(self, x: Any, name: str, channels: int, *, clip: bool) -> Any:
        bias = self._take(f"{name}.conv.bias", channels).reshape(1, channels, 1, 1)
        y = self.ops.add(x, bias)
        return self.ops.clamp(y, *_CLIP) if clip else y

    def _linear(self, x: Any, name: str, inputs: int, outputs: int) -> Any:
        y = self.ops.matmul(x, self._take(f"{name}.weight", outputs, inputs), False, True)
        return self.ops.add(y, self._take(f"{name}.bias", outputs))

    def _rows(self, name: str) -> int:
        if name not in self._tensors:
            raise _unfit(f"{name} is missing")
        return int(self._tensors[name].shape[0])

    def _take(self, name: str, *shape: int) -> Floats:
        if name not in self._tensors:
            raise _unfit(f"{name} is missing")
        values = self._tensors[name]
        if values.shape != shape:
            raise _unfit(f"{name}: got shape {list(values.shape)}, expected {list(shape)}")
        self._unused.discard(name)
        return np.ascontiguousarray(values, np.float32)


def _window(kernel: int, stride: int) -> tuple[list[int], ...]:
    """Strides, padding before and after, dilations."""
    before, after = same_padding(kernel, stride)
    return [stride] * 2, [before] * 2, [after] * 2, [1, 1]


def _unfit(reason: str) -> ModelError:
    return ModelError(f"the weights do not fit the built-in image tower: {reason}")
