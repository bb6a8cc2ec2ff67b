"""Loads OpenVINO, which runs the built-in image tower on every CPU, without its telemetry.

`import openvino` also imports its model converter, `openvino.tools.ovc`, and that sends an event
to a counter of visits and writes an id of the user into the home folder (both through the package
openvino-telemetry, unless the user has opted out). The converter is not needed to run a network,
so it is kept from being imported here; OpenVINO itself expects that it may be absent. Nothing
else in OpenVINO uses that package. Whoever asks for `openvino.convert_model` gets it nonetheless.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from typing import Any

from photosearch.errors import ModelError

_CONVERTER = "openvino.tools.ovc"
MAX_STREAMS = 8  # photos at once, each in a thread of its own: as many as decode at once


@cache
def openvino() -> Any:
    """The module. Raises ModelError where it cannot be loaded."""
    kept_out = _CONVERTER not in sys.modules
    if kept_out:
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # "is not there", to Python
    try:
        import openvino
        import openvino.opset13
    except ImportError as error:
        raise ModelError(
            f"looking at photos needs OpenVINO, which does not load here: {error}. It is made for "
            "Linux (glibc 2.28 on x86-64, 2.31 on arm64), macOS, and Windows on x86-64"
        ) from error
    finally:
        if kept_out:
            sys.modules.pop(_CONVERTER, None)
    if "convert_model" not in vars(openvino):
        openvino.__getattr__ = _converter
    return openvino


def _converter(name: str) -> Any:
    """What `import openvino` would have found in the converter, once it is asked for (PEP 562)."""
    if name != "convert_model":
        raise AttributeError(f"module 'openvino' has no attribute {name!r}")
    return import_module(_CONVERTER).convert_model


def stream_count() -> int:
    """Photos to run at once: one for each CPU that this process may use, at most `MAX_STREAMS`."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    cpus = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(MAX_STREAMS, cpus)


def compile_graph(model: Any) -> Any:
    """A network ready to run, `stream_count()` inputs at once with one thread each.

    In float32 on every CPU, so that a photo has the same embedding wherever it is indexed; left
    to itself, OpenVINO rounds to bfloat16 or float16 where the CPU has it.
    """
    count = stream_count()
    config = {
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": count,
        "INFERENCE_NUM_THREADS": count,
        "ENABLE_CPU_PINNING": False,  # other processes, and our decoding threads, want CPUs too
    }
    try:
        return openvino().Core().compile_model(model, "CPU", config)
    except RuntimeError as error:
        raise ModelError(f"OpenVINO cannot run the image tower on this CPU: {error}") from error
