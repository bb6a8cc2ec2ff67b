"""Converts a tower to an ML Program in fp16, and writes it to the disk as an .mlpackage.

The same program and weights give the same bytes. Imports coremltools: reach it lazily.

Shape legend: S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

import errno
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from photosearch.contract import IDS_INPUT, IMAGE_INPUT, NOTE, OUTPUT, POOLING_INPUT
from photosearch.coreml.coremltools_patch import patch_coremltools, quiet, temporary_files
from photosearch.coreml.families.convertible import ImageSide, TextSide
from photosearch.coreml.layout.layouts import LAYOUTS
from photosearch.coreml.mil.package import read_package
from photosearch.coreml.record import LayoutName, Target
from photosearch.errors import MissingExtra, ModelError, PackageError, StorageError

Package: TypeAlias = Any  # coremltools' MLModel; it has no types
_DATE = "com.github.apple.coremltools.conversion_date"
_NAMESPACE = uuid.UUID("5f0cf6f0-6f3e-5c1b-9d53-7d6f6f1d1c3a")  # drawn once, for the ids below


def convert_image(side: ImageSide, *, layout: LayoutName, target: Target) -> Package:
    """`image`, an RGB picture of S by S pixels, to `embedding`, float16 [1, D].

    Pixels come in as 0..255, times one; mean and deviation are taken off inside the graph. Raises
    ModelError if the tensors do not fit, or coremltools cannot convert the tower.
    """
    ct = patch_coremltools()
    shape = (1, 3, side.spec.size, side.spec.size)
    picture = ct.ImageType(
        name=IMAGE_INPUT,
        shape=shape,
        scale=1.0,
        bias=[0.0] * 3,
        color_layout=ct.colorlayout.RGB,
    )
    example = torch.rand(shape) * 255
    return _convert(side.build(LAYOUTS[layout]), (example,), [picture], target)


def convert_text(side: TextSide, *, layout: LayoutName, target: Target) -> Package:
    """`ids`, int32 [1, T], and `eot` or `mask`, float16 [1, 1, 1, T], to `embedding`."""
    ct = patch_coremltools()
    context = side.spec.context
    inputs = [ct.TensorType(name=IDS_INPUT, shape=(1, context), dtype=np.int32)]
    example: list[Tensor] = [torch.zeros((1, context), dtype=torch.int32)]
    if name := POOLING_INPUT[side.pooling]:
        inputs.append(ct.TensorType(name=name, shape=(1, 1, 1, context), dtype=np.float16))
        example.append(torch.ones(1, 1, 1, context))
    return _convert(side.build(LAYOUTS[layout]), tuple(example), inputs, target)


def _convert(
    tower: nn.Module, example: tuple[Tensor, ...], inputs: list[Any], target: Target
) -> Package:
    """Traced with these shapes, which stay fixed: flexible ones leave the Neural Engine.

    Raises ModelError, or StorageError where the temporary folder is full.
    """
    ct = patch_coremltools()
    try:
        with quiet(), temporary_files(), torch.inference_mode():
            traced = torch.jit.trace(tower, example, check_trace=False)  # type: ignore[no-untyped-call]
            return ct.convert(
                traced,
                inputs=inputs,
                outputs=[ct.TensorType(name=OUTPUT, dtype=np.float16)],
                convert_to="mlprogram",
                minimum_deployment_target=getattr(ct.target, target),
                compute_precision=ct.precision.FLOAT16,
                pass_pipeline=pipeline(ct),
                skip_model_load=True,
            )
    except StorageError:
        raise
    except (NotImplementedError, RuntimeError, TypeError, ValueError) as error:
        raise ModelError(f"coremltools cannot convert this tower: {error}") from error


def pipeline(ct: Any) -> Any:
    """All of coremltools' passes but two that would only add operations on integers.

    One looks words up by 16-bit ids, the other allows for negative ones. The Neural Engine can
    run none of these, nor the lookup itself.
    """
    pipeline = ct.PassPipeline()
    pipeline.remove_passes({"common::add_int16_cast", "common::guard_negative_gather_indices"})
    return pipeline


def save_package(package: Package, path: Path, notes: Mapping[str, str]) -> int:
    """Writes a package to a new directory and returns its size in bytes.

    `notes` go into its metadata, under names that start with `NOTE`. Raises StorageError
    if it cannot be written in full, or what was written cannot be read.
    """
    metadata = package.user_defined_metadata
    metadata.pop(_DATE, None)  # two runs on two days give the same bytes
    for name, value in notes.items():
        metadata[NOTE + name] = value
    expected = size_bytes(Path(package.package_path) / "Data" / "com.apple.CoreML" / "weights")
    try:
        with quiet():
            package.save(str(path))
        written = size_bytes(path / "Data" / "com.apple.CoreML" / "weights")
        if written != expected:
            raise OSError(errno.EIO, f"{written} of {expected} bytes written", str(path))
        _sort_maps(path / "Data" / "com.apple.CoreML" / "model.mlmodel")
        _fix_ids(path / "Manifest.json")
        read_package(path)
    except (StorageError, MissingExtra):
        raise
    except (OSError, PackageError) as error:
        raise StorageError(f"cannot write {path.name}: {error}") from error
    return size_bytes(path)


def size_bytes(directory: Path) -> int:
    """Of all files in a directory; 0 if there is none."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def _sort_maps(model: Path) -> None:
    """Writes maps sorted by key, where protobuf takes another order in each process."""
    from coremltools.proto.Model_pb2 import Model

    message = Model()
    message.ParseFromString(model.read_bytes())
    content = message.SerializeToString(deterministic=True)
    if model.write_bytes(content) != len(content):
        raise OSError(errno.EIO, "not written in full", str(model))


def _fix_ids(manifest: Path) -> None:
    """Gives each item an id that follows from its path, where coremltools draws one."""
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    items = raw["itemInfoEntries"]
    new = {old: str(uuid.uuid5(_NAMESPACE, item["path"])) for old, item in items.items()}
    raw["itemInfoEntries"] = {new[old]: item for old, item in items.items()}
    raw["rootModelIdentifier"] = new[raw["rootModelIdentifier"]]
    manifest.write_text(json.dumps(raw, indent=4, sort_keys=True), encoding="utf-8")
