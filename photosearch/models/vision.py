"""The built-in image tower, run as fast as this CPU allows. Imports OpenVINO: reach it lazily.

Photos a second and, behind the comma, CPU ms a photo at 256 pixels, on two threads of an AMD EPYC
with avx512_bf16 and nothing else running (tests/benchmarks/bench_engines.py; the third column is
with ONEDNN_MAX_CPU_ISA=AVX512_CORE ATEN_CPU_CAPABILITY=avx512, which onnxruntime does not obey):

| | as it is | kept from bfloat16 | kept to AVX2 | peak MB | largest 1 - cos |
|-|-|-|-|-|-|
| OpenVINO float32, one photo at a time | 330, 5.6 | 347, 5.5 | 226, 8.3 | 182 | 5.4e-7 |
| onnxruntime float32, one photo at a time | 282, 7.1 | 281, 7.0 | 268, 7.4 | 174 | 5.3e-7 |
| torch float32, 16 at a time, channels last | 89, 20.5 | 87, 21.6 | 80, 23.0 | 766 | 1.6e-7 |
| torch bfloat16, 16 at a time, channels last | 312, 6.3 | 129, 15.5 | 7, 292 | 474 | 2.8e-3 |

OpenVINO in batches of 16 took 1.5 times as long a photo as one by one, and twice the memory. In
bfloat16 it took half of the time, but 1 - cos to torch float32 reached 2.8e-3.

Shape legend: N photos, S side in pixels, D embedding width.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np

from photosearch.encoder import Bytes, Floats
from photosearch.models.engine import compile_graph, openvino, streams
from photosearch.models.graph import image_graph


class ImageRunner:
    """Prepared pixels to unit vectors. Threads and forked processes may share one."""

    def __init__(self, tensors: Mapping[str, Floats], *, side: int) -> None:
        """From the state dict of an ImageTower, for pictures of that side in pixels.

        Raises ModelError if the tensors do not fit the architecture, or OpenVINO does not run.
        """
        self._graph = image_graph(tensors, side=side)
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
        self._queue = openvino().AsyncInferQueue(network, streams())
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
