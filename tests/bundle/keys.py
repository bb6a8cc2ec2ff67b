"""Keys in PEM, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def write_keys(folder: Path, key: Any = None) -> tuple[Path, Path]:
    """A private and a public key, Ed25519 unless given."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = key or Ed25519PrivateKey.generate()
    return write_private(folder / "private.pem", key), write_public(folder / "public.pem", key)


def write_private(path: Path, key: Any, password: bytes | None = None) -> Path:
    from cryptography.hazmat.primitives import serialization as pem

    locked = pem.BestAvailableEncryption(password) if password else pem.NoEncryption()
    path.write_bytes(key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, locked))
    return path


def write_public(path: Path, key: Any) -> Path:
    from cryptography.hazmat.primitives import serialization as pem

    form = pem.PublicFormat.SubjectPublicKeyInfo
    path.write_bytes(key.public_key().public_bytes(pem.Encoding.PEM, form))
    return path
