"""Weight files of Core ML packages, written as coremltools does."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TYPES = {"float16": 1, "float32": 2, "uint8": 3, "int8": 4, "int32": 14}


def write_blobs(path: Path, arrays: Iterable[NDArray[Any]]) -> list[int]:
    """Writes a `weight.bin` with one blob an array; the offsets of their metadata."""
    offsets, parts, end = [], [], 64
    for array in arrays:
        data = np.ascontiguousarray(array).tobytes()
        metadata = struct.pack("<IIQQ", 0xDEADBEEF, TYPES[str(array.dtype)], len(data), end + 64)
        parts.append(metadata.ljust(64, b"\0") + data + bytes(-len(data) % 64))
        offsets.append(end)
        end += len(parts[-1])
    header = struct.pack("<II", len(parts), 2).ljust(64, b"\0")
    path.write_bytes(header + b"".join(parts))
    return offsets
