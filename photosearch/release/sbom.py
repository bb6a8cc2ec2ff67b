"""Writes the software bill of materials, CycloneDX 1.6 in JSON.

https://cyclonedx.org/docs/1.6/json/ (ECMA-424). The root is the model; its components are the
files of the bundle with their hashes, and, out of scope where the model runs, the libraries that
made them. Serial number and date follow from the contents: the same bundle made by the same
libraries has the same bill.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from photosearch.bundle.sums import sums_text
from photosearch.errors import MissingExtra
from photosearch.manifest import FILE_NAME, FileEntry, Manifest

if TYPE_CHECKING:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentScope

_NAMESPACE = uuid.UUID("0c6a3e5b-52c4-5f0b-9a0d-3f6d5b1f8f42")  # drawn once, for serial numbers
# What had a part in the bytes of a bundle, as far as it is installed.
_MAKERS = ("coremltools", "numpy", "photosearch", "protobuf", "safetensors", "torch")
_TOOLS = ("cyclonedx-python-lib", "photosearch")  # made the bill itself


def require_sbom() -> None:
    """Raises MissingExtra if no bill can be written."""
    if find_spec("cyclonedx") is None:
        raise MissingExtra("release", "a software bill of materials")


def sbom_text(manifest: Manifest, entries: Mapping[str, FileEntry], date: datetime) -> str:
    """The bill of a bundle whose files are `entries`, its manifest among them."""
    require_sbom()
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    bill = _bill(manifest, entries, date)
    return (
        make_outputter(bill, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
        + "\n"
    )


def _bill(manifest: Manifest, entries: Mapping[str, FileEntry], date: datetime) -> Bom:
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import ComponentScope
    from cyclonedx.model.tool import ToolRepository

    root = _model(manifest, entries)
    parts = [_file(name, entry) for name, entry in sorted(entries.items())]
    makers = list(_libraries(_MAKERS, "made-by", ComponentScope.EXCLUDED))
    content = sums_text(entries) + "".join(f"{each.name} {each.version}\n" for each in makers)
    bill = Bom(
        serial_number=uuid.uuid5(_NAMESPACE, content),
        metadata=BomMetaData(
            timestamp=date,
            component=root,
            tools=ToolRepository(components=list(_libraries(_TOOLS, "tool", None))),
        ),
        components=[*parts, *makers],
    )
    bill.register_dependency(root, [*parts, *makers])
    return bill


def _model(manifest: Manifest, entries: Mapping[str, FileEntry]) -> Component:
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.component import Component, ComponentType

    told = {
        "architecture": manifest.architecture,
        "space": manifest.space,
        "bytes": str(sum(entry.size_bytes for entry in entries.values())),
    }
    if manifest.packages:
        image = manifest.packages.image
        told |= {"target": image.target, "weights": image.weights, "layout": image.layout}
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref="model",
        name=manifest.name,
        version=manifest.version,
        description="Embeds photos and texts in one space, so that photos are found by words",
        # The manifest lists the hash of every other file, so its own stands for all.
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=entries[FILE_NAME].sha256)],
        properties=[
            Property(name=f"photosearch:{name}", value=text) for name, text in told.items()
        ],
    )


def _file(name: str, entry: FileEntry) -> Component:
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.component import Component, ComponentType

    return Component(
        type=ComponentType.FILE,
        bom_ref=f"file:{name}",
        name=name,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=entry.sha256)],
        properties=[Property(name="photosearch:bytes", value=str(entry.size_bytes))],
    )


def _libraries(
    names: tuple[str, ...], ref: str, scope: ComponentScope | None
) -> Iterator[Component]:
    """Those that are installed, with their versions and, where they say so, licences."""
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import LicenseExpression
    from packageurl import PackageURL

    for name in names:
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        licences = about.get_all("License-Expression") or []
        version = about["Version"]
        yield Component(
            type=ComponentType.LIBRARY,
            bom_ref=f"{ref}:{name}",
            name=name,
            version=version,
            scope=scope,
            purl=PackageURL("pypi", None, name, version),
            licenses=[LicenseExpression(each) for each in licences],
        )
