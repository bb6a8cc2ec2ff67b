"""`photosearch model info`: describes a model by what its files say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import Json
from photosearch.cli.output import dtype_name, path_record, print_json
from photosearch.display import printable

if TYPE_CHECKING:
    from photosearch.bundle.info import ModelInfo, PortInfo, TowerInfo, VerificationInfo

_RESIZE = {"squash": "squashed to", "crop": "scaled and cropped to"}


def info(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="builtin, a bundle, a folder from export, an .mlpackage, a checkpoint or hub id.",
        ),
    ],
    *,
    json: Json = False,
) -> None:
    """Describe a model: what it takes and gives, its licence and files.

    It prints what the files say of themselves, their sizes and hashes, and the figures of a
    verification if there are some. Whether a bundle is as it was made is what
    `photosearch model verify` checks. Packages and checkpoints need the extra coreml.

    \b
    Examples:
      photosearch model info builtin
      photosearch model info builtin-2.0.1.photomodel --json
      photosearch model info packages/image.mlpackage
    """
    from photosearch.bundle.info import read_model_info

    found = read_model_info(model)
    if json:
        print_json(asdict(found) | path_record(found.path) | {"size_bytes": found.size_bytes})
    else:
        print("\n".join(printable(line) for line in _lines(found)))


def _lines(found: ModelInfo) -> Iterator[str]:
    for name, values in _rows(found):
        for place, value in enumerate(values):
            yield f"{'' if place else name:<14}{value}"


def _rows(found: ModelInfo) -> Iterator[tuple[str, list[str]]]:
    """Each name with its lines; what is not known has none."""
    yield "name", [found.name]
    yield "version", [found.version] if found.version else []
    yield "kind", [f"{found.kind}, {found.architecture}" if found.architecture else found.kind]
    yield "space", [found.space] if found.space else []
    yield "embeddings", list(_embeddings(found))
    yield "photos", list(_photos(found))
    yield "texts", list(_texts(found))
    yield "licence", [found.licence or "not stated"]
    yield "towers", [line for tower in found.towers for line in _tower(tower)]
    yield "verification", list(_figures(found.verification)) if found.verification else []
    yield "files", [f"{len(found.files)}, {found.size_bytes / 1e6:,.1f} MB"]
    yield (
        "",
        [f"{entry.sha256} {entry.size_bytes:>12,}  {name}" for name, entry in found.files.items()],
    )


def _embeddings(found: ModelInfo) -> Iterator[str]:
    if found.dim is not None:
        cut = ", ".join(map(str, found.widths[1:]))
        yield f"{found.dim} numbers" + (f", may be cut to {cut}" if cut else "")


def _photos(found: ModelInfo) -> Iterator[str]:
    if found.image is not None:
        size = f"{found.image.size} x {found.image.size} pixels"
        yield f"{_RESIZE[found.image.resize]} {size}, {found.image.filter}"


def _texts(found: ModelInfo) -> Iterator[str]:
    if found.text is not None:
        yield f"at most {found.text.context} tokens, {found.text.tokenizer}"


def _tower(tower: TowerInfo) -> Iterator[str]:
    made = [each for each in (tower.target, tower.weights, tower.layout) if each]
    yield ", ".join([tower.file, *made])
    for way, ports in (("in ", tower.inputs), ("out", tower.outputs)):
        yield from (f"  {way} {_port(port)}" for port in ports)


def _port(port: PortInfo) -> str:
    sizes = ", ".join("?" if size is None else str(size) for size in port.shape)
    return f"{port.name} {port.colors or dtype_name(port.dtype)} [{sizes}]"


def _figures(found: VerificationInfo) -> Iterator[str]:
    errors = ", ".join(f"{tower} {_number(error, '.4f')}" for tower, error in found.error.items())
    state = "passed" if found.passed else "failed"
    yield f"{state}; error / spread {errors}; the same ten best {_number(found.overlap, '.1%')}"
    if found.recall_at_10:
        recall = ", ".join(f"{name} {_number(x, '.1%')}" for name, x in found.recall_at_10.items())
        yield f"R@10: {recall}"
    yield found.statement


def _number(value: float | None, form: str) -> str:
    return "not finite" if value is None else format(value, form)
