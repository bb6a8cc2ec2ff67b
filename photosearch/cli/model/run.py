"""`photosearch model run`: computes what a Core ML package gives, on any system."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photosearch.cli.options import Json
from photosearch.cli.output import dtype_name, print_json
from photosearch.contract import IMAGE, TEXT
from photosearch.display import printable
from photosearch.errors import ImageError, UsageError

if TYPE_CHECKING:
    from photosearch.coreml import ReferenceModel
    from photosearch.coreml.mil import Feature
    from photosearch.coreml.mil.dtypes import Array

_SHOWN = 6  # values of an output that are printed


class PrecisionName(StrEnum):
    fp16 = "fp16"
    fp32 = "fp32"


def run(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="An .mlpackage, or a folder from export.")
    ],
    *,
    image: Annotated[
        Path | None, typer.Option(metavar="PHOTO", help="The picture that goes in.")
    ] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="The text that goes in.")] = None,
    array: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="Another input, a .npy file; may be repeated."),
    ] = None,
    function: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which function. [default: the package's]")
    ] = None,
    precision: Annotated[
        PrecisionName,
        typer.Option(help="fp16 rounds where a device stores fp16; fp32 rounds nowhere."),
    ] = PrecisionName.fp16,
    json: Json = False,
) -> None:
    """Run a Core ML package as its program defines it, without a Mac.

    Without an input it says what the package takes and gives. A folder from export holds two
    packages: the photo goes to one, the text to the other, and their similarity is printed.

    \b
    Examples:
      photosearch model run packages/image.mlpackage
      photosearch model run packages --image dog.jpg --text "a dog on a beach"
      photosearch model run model.mlpackage --array x=x.npy --precision fp32 --json
    """
    from photosearch.coreml import ReferenceModel

    results: dict[str, dict[str, Array]] = {}
    for package, photo, words in _packages(path, image, text):
        model = ReferenceModel(package)
        given = _inputs(model, function, photo, words, array or [])
        if given:
            found = model.predict(given, function=function, precision=precision.value)
            results[package.name] = found
        else:
            _describe(model, function, json=json)
    if results:
        _show(results, json=json)


def _packages(
    path: Path, image: Path | None, text: str | None
) -> list[tuple[Path, Path | None, str | None]]:
    """Each package to run, with the photo and the text that go into it."""
    towers = [path / IMAGE, path / TEXT]
    if not any(tower.exists() for tower in towers):
        return [(path, image, text)]
    if image is None and text is None:
        return [(tower, None, None) for tower in towers if tower.exists()]
    pairs = [(towers[0], image, None), (towers[1], None, text)]
    return [(tower, photo, words) for tower, photo, words in pairs if photo or words is not None]


def _inputs(
    model: ReferenceModel,
    function: str | None,
    image: Path | None,
    text: str | None,
    arrays: list[str],
) -> dict[str, Array]:
    from photosearch.coreml import photo_input, text_input

    inputs = model.signature(function).inputs
    given = dict(_array(each) for each in arrays)
    if image is not None:
        try:
            given |= photo_input(model.path, inputs, image)
        except ImageError as error:
            raise type(error)(f"{printable(image)}: {error}") from error
    if text is not None:
        given |= text_input(model.path, inputs, text)
    return given


def _array(argument: str) -> tuple[str, Array]:
    """One NAME=FILE. Raises UsageError."""
    import numpy as np

    name, _, file = argument.partition("=")
    if not name or not file:
        raise UsageError(f"--array: got {argument!r}, expected NAME=FILE")
    try:
        array = np.load(file, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise UsageError(f"--array: {file} is no .npy file: {error}") from error
    if not isinstance(array, np.ndarray):
        raise UsageError(f"--array: {file} holds several arrays, expected one")
    return name, array


def _describe(model: ReferenceModel, function: str | None, *, json: bool) -> None:
    names = model.functions if function is None else (function,)
    if json:
        print_json({
            name: {
                "inputs": _records(model.signature(name).inputs),
                "outputs": _records(model.signature(name).outputs),
            }
            for name in names
        })  # fmt: skip
        return
    print(printable(model.path))
    for name in names:
        signature = model.signature(name)
        for way, features in (("in", signature.inputs), ("out", signature.outputs)):
            for each in features.values():
                sizes = ", ".join("?" if size is None else str(size) for size in each.shape)
                kind = each.color or dtype_name(each.dtype)
                print(f"{name}\t{way}\t{each.name}\t{kind}\t[{sizes}]")


def _records(features: Mapping[str, Feature]) -> dict[str, dict[str, Any]]:
    return {
        name: {"kind": each.kind, "dtype": each.dtype, "shape": each.shape, "color": each.color}
        for name, each in features.items()
    }


def _show(results: Mapping[str, Mapping[str, Array]], *, json: bool) -> None:
    similarity = _similarity(results)
    if json:
        record: dict[str, Any] = {
            package: {name: _record(array) for name, array in outputs.items()}
            for package, outputs in results.items()
        }
        print_json(record if similarity is None else record | {"similarity": similarity})
        return
    for package, outputs in results.items():
        for name, array in outputs.items():
            print(f"{printable(package)}\t{name}\t{_summary(array)}")
    if similarity is not None:
        print(f"similarity\t{similarity:.4f}")


def _record(array: Array) -> dict[str, Any]:
    """JSON has no infinity and no NaN: those become null."""
    import numpy as np

    values = array.astype(object)
    values[~np.isfinite(array)] = None
    return {"dtype": str(array.dtype), "shape": array.shape, "values": values.tolist()}


def _summary(array: Array) -> str:
    import numpy as np

    flat = array.reshape(-1).astype(np.float64)
    some = " ".join(f"{value:.4g}" for value in flat[:_SHOWN])
    wrong = int(flat.size - np.isfinite(flat).sum())
    length = f"length {np.linalg.norm(flat):.4f}" if not wrong else f"{wrong} values not finite"
    more = " …" if flat.size > _SHOWN else ""
    return f"{dtype_name(str(array.dtype))} {list(array.shape)}\t{length}\t{some}{more}"


def _similarity(results: Mapping[str, Mapping[str, Array]]) -> float | None:
    """Cosine of a photo's and a text's embedding; None unless there is just one of each."""
    import numpy as np

    vectors = [
        array.reshape(-1).astype(np.float64) for r in results.values() for array in r.values()
    ]
    if len(results) != 2 or len(vectors) != 2 or vectors[0].shape != vectors[1].shape:
        return None
    lengths = np.linalg.norm(vectors[0]) * np.linalg.norm(vectors[1])
    return float(vectors[0] @ vectors[1] / lengths) if np.isfinite(lengths) and lengths else None
