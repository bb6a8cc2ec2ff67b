"""An export without a conversion: packages that declare what real ones do, and compute nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.bundle.packages import SPECIFICATION
from photosearch.coreml.mil.dtypes import BY_NAME
from photosearch.coreml.mil.package import model_class
from photosearch.coreml.record import Target
from photosearch.manifest import Manifest, Port, read_manifest
from photosearch.weight_file import read_stored
from tests.blobs import write_blobs
from tests.coreml.records import record_export

_ARRAYS = {"float16": (65552, "fp16"), "float32": (65568, "fp32"), "int32": (131104, "int32")}
_RGB = 20
MODEL_FILE = "Data/com.apple.CoreML/model.mlmodel"
WEIGHT_FILE = "Data/com.apple.CoreML/weights/weight.bin"
OWN = "image.head.up.weight.scale"  # a tensor that the package of `fake_export` does not hold


def fake_export(directory: Path, bundle: Path, *, target: Target = "iOS17") -> Path:
    """What `model export` would leave of a bundle, with packages that only look alike.

    The image package holds the weights of the bundle's image tower, but for one that is not there
    as it is here.
    """
    manifest = read_manifest(bundle)
    notes = {"space": manifest.space, "target": target, "weights": "int8", "layout": "ane"}
    version, context = SPECIFICATION[target], manifest.text.context
    side = manifest.image.size
    picture = Port("image", (side, side, 3), "uint8", "RGB")
    ids = Port("ids", (1, context), "int32")
    mask = Port("mask", (1, 1, 1, context), "float16")
    image, text = (directory / name for name in ("image.mlpackage", "text.mlpackage"))
    save(image, [picture], manifest.dim, notes, version)
    save(text, [ids, mask], manifest.dim, notes, version, rows=256)
    weights = read_stored(bundle / "weights.safetensors", "image.")
    write_blobs(image / WEIGHT_FILE, (weights[name] for name in sorted(weights) if name != OWN))
    write_blobs(text / WEIGHT_FILE, [np.arange(512, dtype=np.float32)])
    shutil.copytree(bundle / "tokenizer", directory / "tokenizer")
    record_export(
        directory,
        image=manifest.image,
        text=manifest.text,
        space=manifest.space,
        dim=manifest.dim,
        target=target,
    )
    return directory


def verification_of(exported: Path, manifest: Manifest) -> str:
    """One that passed, with what a bundle is checked against and what is shown of it."""
    from photosearch.verify.verification import package_digest

    packages = ("image.mlpackage", "text.mlpackage")
    sha256 = {name: package_digest(exported / name) for name in packages}
    figure = {"mean": 0.5, "low": 0.4, "high": 0.6}
    recall = dict.fromkeys(("shipped", "torch", "difference"), figure)
    record = {
        "passed": True,
        "statement": "verified against nothing",
        "subject": {"space": manifest.space, "sha256": sha256},
        "summary": {
            "error": {"image": 0.1, "text": 0.2},
            "overlap": 0.9,
            "recall_at_10": recall,
        },
    }
    return json.dumps(record)


def save(
    path: Path,
    inputs: Sequence[Port],
    dim: int,
    notes: dict[str, str],
    version: int,
    *,
    rows: int = 4,
) -> None:
    message = model_class()()
    message.version = version
    for name, text in notes.items():
        message.description.metadata.user[f"photosearch.{name}"] = text
    function = message.program.functions["main"]
    function.opset = "CoreML7"
    block = function.blocks["CoreML7"]
    for port in inputs:
        _describe(message.description.input.add(), port)
        shape = (1, 3, *port.shape[:2]) if port.colors else port.shape
        _name(function.inputs.add(), port.name, "fp16" if port.colors else port.dtype, shape)
    _operation(block, "const", {}, "table", (rows, dim))
    _operation(block, "gather", {"x": "table", "indices": inputs[0].name}, "embedding", (1, dim))
    block.outputs.append("embedding")
    _describe(message.description.output.add(), Port("embedding", (1, dim), "float16"))
    _write(path, message)


def _operation(
    block: Any, kind: str, inputs: dict[str, str], output: str, shape: tuple[int, ...]
) -> None:
    operation = block.operations.add(type=kind)
    for name, source in inputs.items():
        operation.inputs[name].bindings.add(name=source)
    _name(operation.outputs.add(), output, "float16", shape)


def _name(named: Any, name: str, dtype: str, shape: tuple[int, ...]) -> None:
    named.name = name
    tensor = named.type.tensor
    tensor.dtype = BY_NAME[_ARRAYS[dtype][1] if dtype in _ARRAYS else dtype].code
    tensor.rank = len(shape)
    for size in shape:
        tensor.dimensions.add().constant.size = size


def _describe(feature: Any, port: Port) -> None:
    feature.name = port.name
    if port.colors:
        height, width, _ = port.shape
        image = feature.type.image
        image.height, image.width, image.color = height, width, _RGB
    else:
        feature.type.array.shape.extend(port.shape)
        feature.type.array.dtype = _ARRAYS[port.dtype][0]


def _write(path: Path, message: Any) -> None:
    (path / WEIGHT_FILE).parent.mkdir(parents=True)
    (path / MODEL_FILE).write_bytes(message.SerializeToString(deterministic=True))
    item = {"root": {"path": "com.apple.CoreML/model.mlmodel"}}
    listed = {"itemInfoEntries": item, "rootModelIdentifier": "root", "of": path.name}
    (path / "Manifest.json").write_text(json.dumps(listed))


def rewrite(package: Path, edit: Any) -> None:
    """Changes the message of a package's model file."""
    message = model_class()()
    message.ParseFromString((package / MODEL_FILE).read_bytes())
    edit(message)
    (package / MODEL_FILE).write_bytes(message.SerializeToString(deterministic=True))
