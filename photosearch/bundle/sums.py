"""Writes, reads and checks SHA256SUMS and its Ed25519 signature (RFC 8032).

The signature is 64 bytes in a file of its own. Keys are PEM, as `openssl genpkey -algorithm
ed25519` and `openssl pkey -pubout` write them. Without signatures the standard library is enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.bundle.inventory import Fault, walk
from photosearch.errors import BundleError, MissingExtra, UsageError
from photosearch.manifest import FileEntry, file_entry

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

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


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Raises UsageError if it holds none, or one that is encrypted; MissingExtra."""
    _require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    def load(pem: bytes) -> Any:
        return load_pem_private_key(pem, password=None)

    key: Ed25519PrivateKey = _read(path, load, Ed25519PrivateKey, "private")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Raises UsageError if it holds none, MissingExtra without cryptography."""
    _require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key: Ed25519PublicKey = _read(path, load_pem_public_key, Ed25519PublicKey, "public")
    return key


def _read(path: Path, load: Any, kind: type[Any], which: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm

    expected = f"an Ed25519 {which} key in PEM"
    try:
        key = load(path.read_bytes())
    except OSError as error:
        raise UsageError(f"key {path}: {error.strerror or error}") from error
    except TypeError as error:  # how the library says it
        raise UsageError(f"key {path}: got an encrypted key, expected {expected}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"key {path}: got something else, expected {expected}") from error
    if not isinstance(key, kind):
        raise UsageError(f"key {path}: got {type(key).__name__}, expected {expected}")
    return key


def check_signature(signed: Path, signature: Path, key: Ed25519PublicKey) -> None:
    """Raises BundleError if either file is missing, or the signature is not of it by this key.

    The message leaves the signature's own name to whoever lists it.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature.read_bytes(), signed.read_bytes())
    except OSError as error:
        of = f"{signed.name}: " if error.filename == str(signed) else ""
        raise BundleError(f"{of}{error.strerror or error}") from error
    except InvalidSignature as error:
        raise BundleError(f"not by this key, or not of this {signed.name}") from error


def _require() -> None:
    if find_spec("cryptography") is None:
        raise MissingExtra("release", "a signature")
