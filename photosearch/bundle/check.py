"""Checks a bundle without running it: hashes, manifest, packages, weights, tokenizer, signature.

The command is `photosearch model verify`.

Hashes, sizes and the manifest need the standard library only. What needs a package that is not
installed is not checked, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.bundle.inventory import Fault, compare_files, take_inventory
from photosearch.bundle.sums import (
    SIGNATURE,
    SUMS,
    check_signature,
    check_sums,
    papers,
    read_public_key,
    read_sums,
)
from photosearch.contract import VERIFICATION
from photosearch.errors import BundleError
from photosearch.manifest import FILE_NAME, Manifest, read_manifest
from photosearch.progress import Listener, silent

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SUFFIX = ".photomodel"
CARD, WEIGHTS = "MODEL_CARD.md", "weights.safetensors"


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What a check of a bundle found."""

    bundle: str  # the directory's name
    name: str
    version: str
    space: str
    files: int
    size_bytes: int
    faults: tuple[Fault, ...]
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]  # each with its reason

    @property
    def ok(self) -> bool:
        return not self.faults


def check_bundle(
    directory: Path,
    *,
    public_key: Path | None = None,
    progress: Listener = silent,
) -> BundleReport:
    """Checks a bundle, or the one in the folder that an archive unpacks to.

    A folder given for the bundle in it is a release, and so is one that holds the papers of one:
    its SHA256SUMS must be there and list every file. With a public key, the signature beside it
    must be by that key. Raises BundleError if there is no bundle or its manifest cannot be read;
    UsageError for a file that is no public key; MissingExtra if the signature cannot be checked.
    """
    key = read_public_key(public_key) if public_key else None
    bundle = find_bundle(directory)
    manifest = read_manifest(bundle)
    found = take_inventory(bundle, progress)
    parts = [
        _Part("files", lambda: compare_files(found, manifest.files)),
        *_contents(bundle, manifest),
        *_beside(bundle, key, released=bundle != directory.absolute()),
    ]
    faults, checked, not_checked = _run(parts)
    return BundleReport(
        bundle=bundle.name,
        name=manifest.name,
        version=manifest.version,
        space=manifest.space,
        files=len(found.entries),
        size_bytes=sum(entry.size_bytes for entry in found.entries.values()),
        faults=faults,
        checked=checked,
        not_checked=not_checked,
    )


def find_bundle(directory: Path) -> Path:
    """A bundle's own directory, or the only one inside. Raises BundleError."""
    directory = directory.absolute()
    if (directory / FILE_NAME).is_file():
        return directory
    inside = [path for path in sorted(directory.glob(f"*{SUFFIX}")) if path.is_dir()]
    if len(inside) > 1:
        raise BundleError(f"{directory} holds {len(inside)} bundles, expected one")
    return inside[0] if inside else directory


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    check: Callable[[], Iterable[Fault]]
    absent: str = ""  # why there is nothing to check


def _run(
    parts: Iterable[_Part],
) -> tuple[tuple[Fault, ...], tuple[str, ...], tuple[str, ...]]:
    """The faults; what was checked; what was not, and why."""
    faults: list[Fault] = []
    checked, skipped = [], []
    for part in parts:
        if part.absent:
            skipped.append(f"{part.name}: {part.absent}")
            continue
        try:
            faults += part.check()
            checked.append(part.name)
        except ImportError as error:  # MissingExtra is one, and says what to install
            skipped.append(f"{part.name}: {error}")
    return tuple(faults), tuple(checked), tuple(skipped)


def _contents(bundle: Path, manifest: Manifest) -> Iterator[_Part]:
    """Parts that import what reads them when they are checked."""

    def packages() -> Iterable[Fault]:
        from photosearch.bundle.packages import check_packages

        return list(check_packages(bundle, manifest))

    def weights() -> Iterable[Fault]:
        from photosearch.bundle.contents import check_weights

        return check_weights(bundle, manifest)

    def tokenizer() -> Iterable[Fault]:
        from photosearch.bundle.contents import check_tokenizer

        return check_tokenizer(bundle, manifest)

    def verification() -> Iterable[Fault]:
        from photosearch.bundle.contents import check_verification

        return check_verification(bundle, manifest)

    yield _Part("card", lambda: _card(manifest))
    yield _Part("packages", packages, "" if manifest.packages else "the bundle holds none")
    yield _Part("weights", weights, "" if WEIGHTS in manifest.files else "the bundle holds none")
    yield _Part("tokenizer", tokenizer)
    yield _Part(
        "verification", verification, "" if VERIFICATION in manifest.files else "there is none"
    )


def _card(manifest: Manifest) -> Iterator[Fault]:
    entry = manifest.files.get(CARD)
    if entry is None or not entry.size_bytes:
        yield Fault("card", CARD, "empty" if entry else "the manifest lists none")


def _beside(bundle: Path, key: Ed25519PublicKey | None, *, released: bool) -> Iterator[_Part]:
    """SHA256SUMS and its signature, which lie beside a bundle that was released."""
    folder = bundle.parent
    sums, signature = folder / SUMS, folder / SIGNATURE
    expected = [bundle.name] if released else papers(folder)

    def listed() -> Iterable[Fault]:
        if sums.is_file():
            return check_sums(folder, read_sums(sums))
        return [Fault("missing", SUMS, f"not there, expected beside {', '.join(expected)}")]

    def signed() -> Iterable[Fault]:
        assert key is not None
        try:
            check_signature(sums, signature, key)
        except BundleError as error:
            yield Fault("signature", signature.name, str(error))

    there = sums.is_file() or expected
    yield _Part(SUMS, listed, "" if there else "there is none beside the bundle")
    given = "no public key was given" if signature.is_file() else "there is none"
    yield _Part("signature", signed, "" if key else given)
