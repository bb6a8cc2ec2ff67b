"""The error tree. Every error that a caller can act on is one of these.

    PhotoSearchError                exit code 1
    ├── UsageError                  2   an argument that makes no sense
    │   ├── QueryError                  an empty query, or one that cannot be parsed
    │   └── NeedsMac                    a step that only macOS can take
    ├── MissingExtra                3   an optional package is not installed
    ├── ImageError                  4   one photo cannot be read
    │   ├── EmptyImage                  no bytes at all
    │   ├── TruncatedImage              the file ends early
    │   ├── DamagedImage                a picture whose pixels cannot be decoded
    │   ├── UnsupportedImage            not a picture, or a format that we do not read
    │   ├── ImageTooLarge               more pixels than the limit
    │   ├── ImageChanged                the file changed while it was read
    │   └── ImageRefused                the system does not let it be read, now
    ├── BundleError                 5   the model bundle is missing, damaged or too new
    │   └── PackageError                a Core ML package is missing, damaged or of a kind unknown
    │       └── UnknownOperation        its program holds an operation that we cannot run
    ├── ModelError                  5   a model does not fit the architecture, or cannot be run here
    │   └── TrainingDiverged            numbers that are not finite, at a step of training
    ├── ShapeError                  6   an array of the wrong shape or dtype
    ├── PhotoIndexError             7   the index cannot be used, for one of these reasons
    │   ├── IndexMissing                no index at that place
    │   ├── IndexDamaged                the vectors or an embedding cannot be read
    │   │   └── CatalogDamaged          the catalog itself: a repair keeps what is left of it
    │   ├── IndexTooNew                 written by a later version
    │   ├── WrongSpace                  the index belongs to another model
    │   └── IndexLocked                 another process is writing
    ├── StorageError                8   disk full, read-only or not permitted
    ├── MassRemoval                 9   too many of the photos vanished; nothing was removed
    └── GateFailed                  10  what was made must not be shipped
        ├── VerificationFailed          a package does not compute what its model does
        └── LintFailed                  operations that the Neural Engine would not run

Messages say what was got and what was expected, and what to do about it. Code chooses by the class
and its attributes, never by a message. An ImageError is `passing` if the same file may be readable
later: such a photo stays pending and is tried in every run, any other has failed until it changes.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import ClassVar


class PhotoSearchError(Exception):
    """The root. `exit_code` is what the command line returns for it."""

    exit_code: ClassVar[int] = 1


class UsageError(PhotoSearchError, ValueError):
    exit_code = 2


class QueryError(UsageError):
    pass


class NeedsMac(UsageError):
    pass


class MissingExtra(PhotoSearchError, ImportError):
    """Names the exact command that installs what is missing."""

    exit_code = 3

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs an extra: pip install 'photosearch[{extra}]'")


def require(extra: str, purpose: str, *packages: str) -> None:
    """Raises MissingExtra unless the packages are installed; imports none of them."""
    if any(find_spec(package) is None for package in packages):
        raise MissingExtra(extra, purpose)


class ImageError(PhotoSearchError):
    exit_code = 4
    passing: ClassVar[bool] = False  # the file may be readable later without being changed


class EmptyImage(ImageError):
    pass


class TruncatedImage(ImageError):
    pass


class DamagedImage(ImageError):
    pass


class UnsupportedImage(ImageError):
    pass


class ImageTooLarge(ImageError):
    pass


class ImageChanged(ImageError):
    passing = True


class ImageRefused(ImageError):
    passing = True


class BundleError(PhotoSearchError):
    exit_code = 5


class PackageError(BundleError):
    pass


class UnknownOperation(PackageError):
    pass


class ModelError(PhotoSearchError):
    exit_code = 5


class TrainingDiverged(ModelError, FloatingPointError):
    pass


class ShapeError(PhotoSearchError, ValueError):
    exit_code = 6


class PhotoIndexError(PhotoSearchError):
    exit_code = 7


class IndexMissing(PhotoIndexError):
    pass


class IndexDamaged(PhotoIndexError):
    pass


class CatalogDamaged(IndexDamaged):
    pass


class IndexTooNew(PhotoIndexError):
    pass


class WrongSpace(PhotoIndexError):
    pass


class IndexLocked(PhotoIndexError):
    pass


class StorageError(PhotoSearchError, OSError):
    exit_code = 8


class MassRemoval(PhotoSearchError):
    exit_code = 9


class GateFailed(PhotoSearchError):
    exit_code = 10


class VerificationFailed(GateFailed):
    pass


class LintFailed(GateFailed):
    pass
