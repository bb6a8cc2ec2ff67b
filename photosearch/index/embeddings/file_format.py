"""The format of an embeddings file: what an index knows of its photos, as one safetensors file.

The metadata is `format` (photosearch-embeddings), `version` (1), `space`, `model`, `dim`,
`calibration_scale` and `calibration_bias`. The arrays hold N photos in the order of their ids:

| array | what |
|-|-|
| vectors | F16 [N, D]: unit vectors |
| content_hash | U8 [N, 32]: SHA-256 of the file |
| source, source_end | U8 [bytes] and I64 [N]: the names, and where each ends |
| size, mtime_ns | I64 [N]: bytes, nanoseconds since 1970 |
| width, height | I64 [N]: pixels |
| taken_at, utc_offset_min | I64 [N]: microseconds since 1970 of the camera's clock, minutes |
| latitude, longitude | F64 [N]: degrees |
| camera, camera_end | U8 [bytes] and I64 [N]: as for names, in UTF-8 |
| favourite | U8 [N]: 0 or 1 |
| media | U16 [N]: bits as in media_bits.MEDIA_BITS; U8 in files of former versions |

Missing is the least int64, NaN, or an empty camera. Names need not be UTF-8. The same index gives
the same bytes: the keys of the metadata are sorted, the arrays come by type and then by name, and
the header is JSON without blanks, filled up with some to a multiple of 8 bytes.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from photosearch.errors import UsageError
from photosearch.index.rows import Space
from photosearch.manifest import Calibration

Dtype = Literal["I64", "F64", "F16", "U16", "U8"]

FORMAT, VERSION = "photosearch-embeddings", "1"
MISSING: Final = int(np.iinfo(np.int64).min)
HASH_BYTES = 32
_MOST_DIM = 1 << 16  # a model's is a few hundred or thousand
NUMPY: Final[dict[Dtype, str]] = {
    "I64": "<i8", "F64": "<f8", "F16": "<f2", "U16": "<u2", "U8": "u1",
}  # fmt: skip
FIELDS: Final[dict[str, Dtype]] = {  # in the order of the file
    "camera_end": "I64", "height": "I64", "mtime_ns": "I64", "size": "I64", "source_end": "I64",
    "taken_at": "I64", "utc_offset_min": "I64", "width": "I64",
    "latitude": "F64", "longitude": "F64",
    "vectors": "F16", "media": "U16",
    "camera": "U8", "content_hash": "U8", "favourite": "U8", "source": "U8",
}  # fmt: skip


FORMER: Final[dict[str, Dtype]] = {"media": "U8"}  # types that files of former versions have


@dataclass(frozen=True, slots=True)
class Size:
    """How much a file holds."""

    count: int  # photos
    dim: int
    source: int  # bytes of all names
    camera: int  # bytes of all cameras

    def shape(self, name: str) -> list[int]:
        """The shape of one of the FIELDS."""
        shapes = {
            "vectors": [self.count, self.dim],
            "content_hash": [self.count, HASH_BYTES],
            "source": [self.source],
            "camera": [self.camera],
        }
        return shapes.get(name, [self.count])


def header(space: Space, size: Size) -> bytes:
    """All before the arrays: the length of the JSON (u64, little-endian), and the JSON."""
    entries: dict[str, object] = {"__metadata__": dict(sorted(_metadata(space).items()))}
    start = 0
    for name, dtype in FIELDS.items():
        shape = size.shape(name)
        end = start + math.prod(shape) * np.dtype(NUMPY[dtype]).itemsize
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}
        start = end
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _metadata(space: Space) -> dict[str, str]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "space": space.space,
        "model": space.model,
        "dim": str(space.dim),
        "calibration_scale": repr(space.calibration.scale),
        "calibration_bias": repr(space.calibration.bias),
    }


def read_metadata(metadata: dict[str, str]) -> Space:
    """The space of the vectors. Raises UsageError for a file of another kind or a later version."""
    if metadata.get("format") != FORMAT:
        raise UsageError(f"format: got {metadata.get('format')!r}, expected {FORMAT!r}")
    if metadata.get("version") != VERSION:
        raise UsageError(f"version: got {metadata.get('version')!r}, expected {VERSION!r}")
    try:
        scale, bias = (float(metadata[f"calibration_{name}"]) for name in ("scale", "bias"))
        space, model, dim = metadata["space"], metadata["model"], int(metadata["dim"])
    except (KeyError, ValueError) as error:
        expected = "space, model, dim, calibration_scale and calibration_bias"
        raise UsageError(f"metadata: got no readable {error}, expected {expected}") from error
    if not 1 <= dim <= _MOST_DIM:
        raise UsageError(f"metadata: got dim {dim}, expected 1 to {_MOST_DIM}")
    if not (math.isfinite(scale) and math.isfinite(bias)):
        raise UsageError(f"calibration: got {scale} and {bias}, expected finite numbers")
    return Space(0, space, model, dim, Calibration(scale, bias))
