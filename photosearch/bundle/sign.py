"""Ed25519 signatures (RFC 8032) over SHA256SUMS, 64 bytes in a file of their own.

Keys are PEM, as `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write them.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import BundleError, MissingExtra, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )


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
