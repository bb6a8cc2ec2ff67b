"""Exports a model to a folder of Core ML packages. Imports torch and coremltools: reach it lazily.

<out>/
  image.mlpackage  text.mlpackage    the two towers
  tokenizer/                         the model's own files, unpacked
  export.json                        what the packages take and give, and how they were made
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import new_folder
from photosearch.contract import IDS_INPUT, IMAGE, IMAGE_INPUT, POOLING_INPUT, TEXT, TOKENIZER
from photosearch.coreml.compress.apply import (
    BitsByWeight,
    Weights,
    compress,
    compressible,
    warnings_of,
)
from photosearch.coreml.compress.calibration_set import CalibrationSet
from photosearch.coreml.compress.mixed_precision import MixedPrecision, MixedPrecisionSearch
from photosearch.coreml.compress.quantizers import BITS, Bits
from photosearch.coreml.convert import Package, convert_image, convert_text, save_package
from photosearch.coreml.families.convertible import Convertible
from photosearch.coreml.record import (
    ArrayPort,
    ExportRecord,
    ImageRecord,
    LayoutName,
    MixedRecord,
    PictureInput,
    Target,
    TextRecord,
    embedding_port,
    write_export_record,
)
from photosearch.errors import ModelError, UsageError
from photosearch.progress import Listener, Progress, silent

_STEPS = ("image: converting", "text: converting", "image: compressing", "text: compressing")


@dataclass(frozen=True, slots=True)
class Exported:
    """What one export wrote."""

    directory: Path
    size_bytes: dict[str, int]  # of each package
    fp16_bytes: dict[str, int]  # of the same package before its weights were compressed
    warnings: tuple[str, ...]


def export_model(
    model: Convertible,
    out: Path,
    *,
    target: Target = "iOS17",
    weights: Weights = "int8",
    layout: LayoutName = "ane",
    budget_bytes: int | None = None,
    calibration: CalibrationSet | None = None,
    progress: Listener = silent,
) -> Exported:
    """Converts both towers into a new directory, which appears only when all is written.

    `mixed` weights need `budget_bytes`, for both packages together; they are tried on
    `calibration`, or on photos and sentences that are on every machine. Raises UsageError if `out`
    exists, or the budget cannot be met; StorageError if it cannot be written; ModelError if the
    tensors do not fit, a tower cannot be converted, or compression made a package larger.
    """
    if (weights == "mixed") != (budget_bytes is not None):
        got = "none" if budget_bytes is None else f"{budget_bytes} bytes"
        raise UsageError(f"a budget is for mixed weights: got {got} with {weights}")
    notes = {"space": model.space, "weights": weights, "layout": layout, "target": target}
    own = {IMAGE: notes, TEXT: notes | _text_notes(model)}
    with new_folder(out) as partial:
        packages = _convert(model, target, layout, progress)
        before = _base_bytes(packages, partial, own, weights)
        mixed, bits = None, _uniform(weights)
        if budget_bytes is not None:
            search = MixedPrecisionSearch(model, calibration)
            mixed = _find(search, packages, sum(before.values()), budget_bytes, progress)
            bits = mixed.by_fingerprint
        after = _compress(packages, bits, partial, own, progress)
        _check_sizes(after, before, budget_bytes)
        copy_tokenizer(model, partial / TOKENIZER)
        done = Exported(out, after, before, warnings_of(_used(bits)))
        record = _record(model, done, mixed, target=target, weights=weights, layout=layout)
        write_export_record(partial, record)
    progress(Progress(len(_STEPS), len(_STEPS), "done"))
    return done


def _record(
    model: Convertible,
    done: Exported,
    mixed: MixedPrecision | None,
    *,
    target: Target,
    weights: Weights,
    layout: LayoutName,
) -> ExportRecord:
    side = model.image.spec.size
    return ExportRecord(
        name=model.name,
        architecture=model.architecture,
        space=model.space,
        dim=model.dim,
        widths=model.widths,
        calibration=model.calibration,
        image=ImageRecord(model.image.spec, (PictureInput(IMAGE_INPUT, (1, 3, side, side)),)),
        text=TextRecord(model.text.spec, model.text.pooling, _text_ports(model)),
        target=target,
        weights=weights,
        layout=layout,
        size_bytes=done.size_bytes,
        fp16_bytes=done.fp16_bytes,
        warnings=done.warnings,
        output=embedding_port(model.dim),
        mixed=None if mixed is None else _mixed(mixed),
    )


def _mixed(mixed: MixedPrecision) -> MixedRecord:
    widths = {
        tower: {name: str(kept) for name, kept in each.items()}
        for tower, each in mixed.allocation.items()
    }
    return MixedRecord(mixed.budget_bytes, mixed.loss, widths)


def _text_ports(model: Convertible) -> tuple[ArrayPort, ...]:
    context, second = model.text.spec.context, POOLING_INPUT[model.text.pooling]
    ids = ArrayPort(IDS_INPUT, (1, context), "int32")
    return (ids, ArrayPort(second, (1, 1, 1, context), "float16")) if second else (ids,)


def _convert(
    model: Convertible, target: Target, layout: LayoutName, progress: Listener
) -> dict[str, Package]:
    progress(Progress(0, len(_STEPS), _STEPS[0]))
    image = convert_image(model.image, layout=layout, target=target)
    progress(Progress(1, len(_STEPS), _STEPS[1]))
    return {IMAGE: image, TEXT: convert_text(model.text, layout=layout, target=target)}


def _compress(
    packages: Mapping[str, Package],
    bits: Bits | BitsByWeight,
    folder: Path,
    notes: Mapping[str, dict[str, str]],
    progress: Listener,
) -> dict[str, int]:
    """Writes them, and returns their sizes in bytes."""
    sizes = {}
    for step, (name, package) in enumerate(packages.items(), start=2):
        progress(Progress(step, len(_STEPS), _STEPS[step]))
        told = _warned(notes[name], _used(bits))
        sizes[name] = save_package(compress(package, bits), folder / name, told)
    return sizes


def _base_bytes(
    packages: Mapping[str, Package], folder: Path, notes: Mapping[str, dict[str, str]], to: Weights
) -> dict[str, int]:
    """What packages take before their weights are compressed, with all that they may be told."""
    possible = set(BITS) if to == "mixed" else {to}
    sizes = {}
    for name, package in packages.items():
        path = folder / "fp16.mlpackage"
        sizes[name] = save_package(package, path, _warned(notes[name], possible))
        shutil.rmtree(path)
    return sizes


def _check_sizes(after: Mapping[str, int], before: Mapping[str, int], budget: int | None) -> None:
    for name, size in after.items():
        if size > before[name]:
            raise ModelError(
                f"{name}: got {size} bytes, expected at most {before[name]} as in fp16"
            )
    if budget is not None and sum(after.values()) > budget:
        raise ModelError(f"packages: got {sum(after.values())} bytes, expected at most {budget}")


def _find(
    search: MixedPrecisionSearch,
    packages: Mapping[str, Package],
    before: int,
    budget_bytes: int,
    told: Listener,
) -> MixedPrecision:
    """Among the weights that the packages hold."""
    search.bind({"image": compressible(packages[IMAGE]), "text": compressible(packages[TEXT])})
    movable = sum(each[BITS[0]] for each in search.sizes.values())
    return search.find(budget_bytes, fixed_bytes=before - movable, progress=told)


def _uniform(weights: Weights) -> Bits | BitsByWeight:
    return {} if weights == "mixed" else weights


def _used(bits: Bits | BitsByWeight) -> set[Bits]:
    return {bits} if isinstance(bits, str) else set(bits.values())


def _warned(notes: dict[str, str], bits: Collection[str]) -> dict[str, str]:
    warned = warnings_of(bits)
    return notes | {"warning": "; ".join(warned)} if warned else notes


def _text_notes(model: Convertible) -> dict[str, str]:
    spec = model.text.spec
    return {"pooling": model.text.pooling, "pad_id": str(spec.pad_id)}


def copy_tokenizer(model: Convertible, directory: Path) -> None:
    """What is packed is unpacked: Swift reads no gzip."""
    directory.mkdir()
    for file in model.text.tokenizer:
        if file.suffix == ".gz":
            (directory / file.stem).write_bytes(_unpacked(file))
        else:
            shutil.copyfile(file, directory / file.name)


def _unpacked(file: Path) -> bytes:
    packed = file.read_bytes()
    try:
        return gzip.decompress(packed)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ModelError(f"{file}: cannot be unpacked: {error}") from error
