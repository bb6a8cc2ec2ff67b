"""The built-in image tower, run as fast as this CPU allows. Imports OpenVINO: reach it lazily.

CPU time a photo at 256 pixels, two threads of an AMD EPYC with avx512_bf16, the machine shared with
other work, all in one run of tests/benchmarks/bench_engines.py (trust ratios only roughly):

| | CPU ms a photo | acting without bfloat16 | peak MB | largest 1 - cos to torch float32 |
|-|-|-|-|-|
| OpenVINO float32, one photo at a time | 6.0 | 5.9 | 181 | 5e-7 |
| onnxruntime float32, one photo at a time | 8.2 | 7.2 | 173 | 5e-7 |
| torch float32, 16 at a time, channels last | 44 | 80 | 714 | 0 |
| torch bfloat16, 16 at a time, channels last | 21 | 66 | 480 | 2.8e-3 |

Torch's threads wait for each other, so it loses the most to other work; with little of it, float32
took 20 ms and bfloat16 9.3 ms. OpenVINO in batches of 16 took 1.5 times as long a photo as one by
one, and twice the memory. In bfloat16 it took 3.2 ms, but 1 - cos reached 2.8e-3.

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
