"""SHA256SUMS: a line a file, as `sha256sum --check` reads them. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from photosearch.bundle.inventory import Fault, walk
from photosearch.errors import BundleError
from photosearch.manifest import FileEntry, file_entry

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
NOTES, SBOM = "RELEASE_NOTES.md", "sbom.cdx.json"  # what else lies beside a released bundle
_LINE = re.compile(r"([0-9a-f]{64}) [ *](?:\./)*(.+)")  # * where sha256sum read it as binary


def sums_text(entries: Mapping[str, FileEntry]) -> str:
    """Sorted by name; names are relative, with forward slashes."""
    return "".join(f"{entries[name].sha256}  {name}\n" for name in sorted(entries))


def read_sums(path: Path) -> dict[str, str]:
    """Name -> SHA-256. Raises BundleError that names the first line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BundleError(f"{path} cannot be read: {error}") from error
    sums = {}
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None or ".." in match[2].split("/") or match[2].startswith("/"):
            raise BundleError(
                f"{path}, line {number}: got {line[:80]!r}, expected a hash and a name"
            )
        sums[match[2]] = match[1]
    return sums


def check_sums(folder: Path, sums: Mapping[str, str]) -> tuple[Fault, ...]:
    """Every listed file against its hash; every other file of the folder is listed."""
    faults = []
    for name, sha256 in sorted(sums.items()):
        try:
            got = file_entry(folder / name).sha256
        except OSError as error:
            faults.append(Fault("missing", name, f"listed in {SUMS}: {error.strerror or error}"))
            continue
        if got != sha256:
            detail = f"got sha256 {got[:12]}, {SUMS} says {sha256[:12]}"
            faults.append(Fault("changed", name, detail))
    unlisted = {name for name, _ in walk(folder)} - sums.keys() - {SUMS, SIGNATURE}
    return (*faults, *(Fault("extra", name, f"not in {SUMS}") for name in sorted(unlisted)))


def papers(folder: Path) -> list[str]:
    """What lies in a folder that only a release writes there, its sums left aside."""
    return [name for name in (SIGNATURE, NOTES, SBOM) if (folder / name).is_file()]
