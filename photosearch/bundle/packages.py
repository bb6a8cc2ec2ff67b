"""Checks the Core ML packages of a bundle against its manifest: shapes, versions, notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from photosearch.bundle.inventory import Fault, Kind
from photosearch.contract import IDS_INPUT, IMAGE_INPUT, NOTE
from photosearch.coreml import read_package
from photosearch.coreml.mil import Feature, Package, Signature
from photosearch.errors import PackageError
from photosearch.manifest import DType, Manifest, PackageSpec, Port

# What coremltools writes for each system (Model.proto, specificationVersion).
SPECIFICATION = {"iOS16": 7, "iOS17": 8, "iOS18": 9}
_DTYPES: dict[str, DType] = {
    "fp16": "float16",
    "fp32": "float32",
    "int32": "int32",
    "uint8": "uint8",
}


def check_packages(bundle: Path, manifest: Manifest) -> Iterator[Fault]:
    """Raises MissingExtra without protobuf."""
    if manifest.packages is None:
        return
    yield from _check_content(manifest)
    for spec in manifest.packages.all:
        try:
            package = read_package(bundle / spec.file)
        except PackageError as error:
            yield Fault("unreadable", spec.file, str(error))
            continue
        yield from _check_package(package, spec, manifest.space)


def _check_content(manifest: Manifest) -> Iterator[Fault]:
    """Whether a photo and a text, prepared as the manifest says, are what the packages take."""
    assert manifest.packages is not None
    image, text = manifest.packages.image, manifest.packages.text
    side = manifest.image.size
    wanted = Port(IMAGE_INPUT, (side, side, 3), "uint8", "RGB")
    if image.inputs != (wanted,):
        yield Fault(
            "shape", image.file, f"inputs: got {_shown(*image.inputs)}, expected {_shown(wanted)}"
        )
    ids = Port(IDS_INPUT, (1, manifest.text.context), "int32")
    if text and text.inputs[0] != ids:
        yield Fault(
            "shape", text.file, f"inputs: got {_shown(*text.inputs)}, expected {_shown(ids)} first"
        )


def _check_package(package: Package, spec: PackageSpec, space: str) -> Iterator[Fault]:
    if package.version != SPECIFICATION[spec.target]:
        expected = f"{SPECIFICATION[spec.target]} for {spec.target}"
        detail = f"specification version: got {package.version}, expected {expected}"
        yield Fault("version", spec.file, detail)
    said = {"target": spec.target, "weights": spec.weights, "layout": spec.layout, "space": space}
    for name, expected in said.items():
        got = package.notes.get(NOTE + name)
        if got != expected:
            kind: Kind = "space" if name == "space" else "version"
            yield Fault(
                kind, spec.file, f"{name}: the package says {got!r}, the manifest {expected!r}"
            )
    signature = package.signatures[package.default]
    try:
        inputs, output = ports(signature)
    except PackageError as error:
        yield Fault("shape", spec.file, str(error))
        return
    if sorted(inputs, key=_name) != sorted(spec.inputs, key=_name):
        detail = (
            f"inputs: the package takes {_shown(*inputs)}, the manifest says {_shown(*spec.inputs)}"
        )
        yield Fault("shape", spec.file, detail)
    if output != spec.output:
        detail = (
            f"output: the package gives {_shown(output)}, the manifest says {_shown(spec.output)}"
        )
        yield Fault("shape", spec.file, detail)


def ports(signature: Signature) -> tuple[tuple[Port, ...], Port]:
    """Inputs and the one output of a package, as a manifest holds them.

    Raises PackageError if there are several outputs, or one has no fixed shape.
    """
    if len(signature.outputs) != 1:
        raise PackageError(f"outputs: got {sorted(signature.outputs)}, expected one")
    (output,) = signature.outputs.values()
    return tuple(map(_port, signature.inputs.values())), _port(output)


def _port(feature: Feature) -> Port:
    sizes = tuple(size for size in feature.shape if size is not None)
    if len(sizes) != len(feature.shape) or feature.choices or feature.ranges:
        raise PackageError(f"{feature.name}: got an open shape, expected a fixed one")
    dtype = _DTYPES.get(feature.dtype)
    if dtype is None or feature.color not in (None, "RGB"):
        got = feature.color or feature.dtype
        raise PackageError(f"{feature.name}: got {got}, expected RGB or {', '.join(_DTYPES)}")
    return Port(feature.name, sizes, dtype, feature.color)


def vocabulary_rows(package: Path) -> int | None:
    """How many words the table of a text package has room for; None if it looks none up.

    Raises PackageError if it cannot be read, MissingExtra without protobuf.
    """
    read = read_package(package)
    function = read.functions[read.default]
    shapes = {made.name: made.type.shape for op in function.ops for made in op.outputs}
    for op in function.ops:
        if op.type == "gather":
            (table,) = op.inputs["x"]
            return shapes[table][0] if isinstance(table, str) else table.value.shape[0]
    return None


def _name(port: Port) -> str:
    return port.name


def _shown(*ports: Port) -> str:
    return ", ".join(f"{port.name} {port.colors or port.dtype}{list(port.shape)}" for port in ports)
