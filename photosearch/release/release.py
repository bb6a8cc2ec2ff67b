"""Makes a release: builds, verifies, lints, signs and packs a model.

Each step is a gate for the next; the command is `photosearch model release`.

<name>-<version>.zip or .tar.zst
  <name>-<version>/
    <name>-<version>.photomodel/       the bundle
    verification.html                  the evidence, for people
    sbom.cdx.json  RELEASE_NOTES.md
    SHA256SUMS  SHA256SUMS.sig         of all of the above; the signature where there is a key

Nothing is left of a release that failed, but the report of a verification that did. The same
model and options give the same archive.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.atomic import take_name, work_folder
from photosearch.bundle.build import build_bundle
from photosearch.bundle.check import SUFFIX
from photosearch.bundle.inventory import take_inventory
from photosearch.bundle.model_metadata import Model, describe_model
from photosearch.bundle.sums import (
    NOTES,
    SBOM,
    SIGNATURE,
    SUMS,
    check_signature,
    read_private_key,
    sums_text,
)
from photosearch.data.evaluation_set import read_evaluation_set
from photosearch.errors import UsageError
from photosearch.manifest import FileEntry, Manifest
from photosearch.progress import Listener, silent
from photosearch.release.gates import Steps, pass_gates, require_sound
from photosearch.release.notes import Gates, release_notes
from photosearch.release.options import ReleaseOptions, release_date
from photosearch.release.pack import pack_folder, require_format
from photosearch.release.sbom import require_sbom, sbom_text
from photosearch.verify.verification import DEFAULT, HTML

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Released:
    """A release that passed every gate."""

    archive: Path
    sha256: str
    size_bytes: int
    manifest: Manifest
    gates: Gates
    signed: bool


def make_release(
    model: str,
    out: Path,
    options: ReleaseOptions,
    *,
    steps: Steps | None = None,
    progress: Listener = silent,
) -> Released:
    """Makes one archive in the folder `out`; see `open_model` for `model`.

    Raises UsageError for options that contradict each other, a key that is none or an archive
    that exists; MissingExtra, before any work; GateFailed if a check does not pass; StorageError
    if the disk fills or cannot be written; and what conversion raises.
    """
    steps = steps or Steps()
    options.check()
    require_sbom()
    require_format(options.format)
    key = read_private_key(options.key) if options.key else None
    if options.eval_data:
        read_evaluation_set(options.eval_data, DEFAULT)
    date = release_date()
    source = steps.open(model)
    described = describe_model(model, source, version=options.version, card=options.card)
    archive = out / f"{described.title}.{options.format}"
    with work_folder(archive) as work:
        folder = work / described.title
        exported = work / "export"
        gates = pass_gates(exported, archive, source, options, steps, progress)
        manifest = _fill(folder, exported, described, gates, key, progress)
        packed = pack_folder(
            folder, work / archive.name, format=options.format, date=date, progress=progress
        )
        _publish(work / archive.name, archive)
    return Released(archive, packed.sha256, packed.size_bytes, manifest, gates, key is not None)


def _publish(made: Path, archive: Path) -> None:
    """Takes the name unless another has taken it meanwhile."""
    try:
        take_name(made, archive)
    except FileExistsError:
        raise UsageError(f"{archive} exists: it appeared during the release") from None


def _fill(
    folder: Path,
    exported: Path,
    model: Model,
    gates: Gates,
    key: Ed25519PrivateKey | None,
    progress: Listener,
) -> Manifest:
    """All that goes into the archive. Raises GateFailed if the bundle is not sound."""
    folder.mkdir()
    bundle = folder / f"{model.title}{SUFFIX}"
    manifest = build_bundle(exported, bundle, model, progress=progress)
    require_sound(bundle)
    entries = take_inventory(bundle).entries
    notes = release_notes(manifest, entries, gates, bundle=bundle.name, signed=key is not None)
    (folder / NOTES).write_text(notes, encoding="utf-8")
    (folder / SBOM).write_text(sbom_text(manifest, entries, release_date()), encoding="utf-8")
    if (exported / HTML).is_file():
        shutil.copyfile(exported / HTML, folder / HTML)
    _sign(folder, take_inventory(folder).entries, key)
    return manifest


def _sign(folder: Path, entries: Mapping[str, FileEntry], key: Ed25519PrivateKey | None) -> None:
    """Lists every file with its hash, and signs the list."""
    sums = folder / SUMS
    sums.write_text(sums_text(entries), encoding="utf-8")
    if key is not None:
        (folder / SIGNATURE).write_bytes(key.sign(sums.read_bytes()))
        check_signature(sums, folder / SIGNATURE, key.public_key())
