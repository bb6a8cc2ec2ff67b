"""A model to a directory of Core ML packages. Imports torch and coremltools: reach it lazily.

<out>/
  image.mlpackage  text.mlpackage    the two towers
  tokenizer/                         the source's own files
  export.json                        what the packages take and give, and how they were made
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from photosearch.coreml.compress import Weights, compress, warnings_of
from photosearch.coreml.convert import (
    OUTPUT,
    LayoutName,
    Package,
    Target,
    convert_image,
    convert_text,
)
from photosearch.coreml.directory import new_directory
from photosearch.coreml.layout.text import POOLING_INPUT
from photosearch.coreml.package import save_package
from photosearch.coreml.sources.source import Source
from photosearch.errors import ModelError

IMAGE, TEXT, TOKENIZER, RECORD = "image.mlpackage", "text.mlpackage", "tokenizer", "export.json"

# What is done now, steps done, steps in all.
Progress = Callable[[str, int, int], None]
_STEPS = ("image: converting", "image: compressing", "text: converting", "text: compressing")


@dataclass(frozen=True, slots=True)
class Exported:
    """What one export wrote."""

    directory: Path
    size_bytes: dict[str, int]  # of each package
    fp16_bytes: dict[str, int]  # of the same package before its weights were compressed
    warnings: tuple[str, ...]


def export_model(
    source: Source,
    out: Path,
    *,
    target: Target = "iOS17",
    weights: Weights = "int8",
    layout: LayoutName = "ane",
    progress: Progress = lambda _now, _done, _total: None,
) -> Exported:
    """Converts both towers into a new directory, which appears only when all is written.

    Raises UsageError if `out` exists; StorageError if it cannot be written; ModelError if the
    tensors do not fit, a tower cannot be converted, or compression made a package larger.
    """
    notes = {"space": source.space, "weights": weights, "layout": layout, "target": target}
    if warned := warnings_of(weights):
        notes["warning"] = "; ".join(warned)
    with new_directory(out) as partial:
        progress(_STEPS[0], 0, len(_STEPS))
        image = convert_image(source.image, layout=layout, target=target)
        progress(_STEPS[1], 1, len(_STEPS))
        sizes = {IMAGE: _write(image, partial / IMAGE, weights, notes)}
        progress(_STEPS[2], 2, len(_STEPS))
        text = convert_text(source.text, layout=layout, target=target)
        progress(_STEPS[3], 3, len(_STEPS))
        sizes[TEXT] = _write(text, partial / TEXT, weights, notes | _text_notes(source))
        _copy_tokenizer(source, partial / TOKENIZER)
        done = Exported(
            directory=out,
            size_bytes={name: size for name, (size, _) in sizes.items()},
            fp16_bytes={name: size for name, (_, size) in sizes.items()},
            warnings=warned,
        )
        _write_record(partial / RECORD, _record(source, done, notes))
    progress("done", len(_STEPS), len(_STEPS))
    return done


def _write(
    package: Package, path: Path, weights: Weights, notes: dict[str, str]
) -> tuple[int, int]:
    """Compresses and writes a package; its size and the size before, in bytes.

    Raises ModelError if it grew.
    """
    base = path.with_suffix(".fp16.mlpackage")
    before = save_package(package, base, notes)
    if weights == "fp16":
        base.rename(path)
        return before, before
    shutil.rmtree(base)
    after = save_package(compress(package, weights), path, notes)
    if after > before:
        raise ModelError(f"{path.name}: got {after} bytes as {weights}, expected at most {before}")
    return after, before


def _text_notes(source: Source) -> dict[str, str]:
    spec = source.text.spec
    return {"pooling": source.text.pooling, "pad_id": str(spec.pad_id)}


def _copy_tokenizer(source: Source, directory: Path) -> None:
    directory.mkdir()
    for file in source.text.tokenizer:
        shutil.copyfile(file, directory / file.name)


def _record(source: Source, done: Exported, notes: dict[str, str]) -> dict[str, Any]:
    """`export.json`: enough to feed the packages and to compare their embeddings."""
    second = POOLING_INPUT[source.text.pooling]
    context, side = source.text.spec.context, source.image.spec.size
    ids = {"name": "ids", "shape": [1, context], "dtype": "int32"}
    weights = {"name": second, "shape": [1, 1, 1, context], "dtype": "float16"}
    return {
        "name": source.name,
        "architecture": source.architecture,
        "dim": source.dim,
        "widths": list(source.widths),
        "calibration": asdict(source.calibration),
        "output": {"name": OUTPUT, "shape": [1, source.dim], "dtype": "float16"},
        "image": {
            "spec": asdict(source.image.spec),
            "inputs": [{"name": "image", "shape": [1, 3, side, side], "colors": "RGB"}],
        },
        "text": {
            "spec": asdict(source.text.spec),
            "pooling": source.text.pooling,
            "inputs": [ids, weights] if second else [ids],
        },
        "size_bytes": done.size_bytes,
        "fp16_bytes": done.fp16_bytes,
        "warnings": list(done.warnings),
        **{name: value for name, value in notes.items() if name != "warning"},
    }


def _write_record(path: Path, record: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
