"""Writes files and folders whole or not at all: under a temporary name, synced, then renamed.

    replacing, replacing_folder   take the place of what has the name
    new_file, new_folder          raise an error if something has it
    work_folder                   a folder for parts, removed in any case
    take_name                     for a file that another library has written

The folder around is synced last, so that what was reported is still there after a power cut.
"""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_native_id
from typing import BinaryIO

from photosearch.errors import StorageError, UsageError

_TEMPORARY = ".tmp"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # Linux: renameat2(2)
_RENAME_SWAP = 2  # macOS: renamex_np(2)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """OSError (disk full, read-only, not permitted) to StorageError with the path and the cause."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` when it is complete and on the disk.

    Of several writers at once, the last one's stays. What killed ones left behind is swept up. Of a
    link, the file that it leads to is replaced. Raises StorageError where something has the name
    that is no file: a folder, or a device, which a rename would destroy.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device or a pipe"
        raise StorageError(f"{path}: got {kind}, expected a file or a new name")
    with _temporary_file(path, Path.replace) as stream:
        yield stream


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that gets the name `path` when it is complete and on the disk.

    Raises FileExistsError if something has the name, at the beginning or at the end.
    """
    _require_free(path)
    with _temporary_file(path, take_name) as stream:
        yield stream


@contextmanager
def _temporary_file(path: Path, name: Callable[[Path, Path], object]) -> Iterator[BinaryIO]:
    """`name(temporary, path)` gives it its name at the end."""
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.*{_TEMPORARY}"):
        _sweep(leftover)
    mine = f"{os.getpid()}.{get_native_id()}"
    temporary = path.with_name(f"{path.name}.{mine}{_TEMPORARY}")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        name(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def take_name(made: Path, path: Path) -> None:
    """Renames a file that is on the disk, unless another process was first.

    A link, unlike a rename, never replaces. Raises FileExistsError; the file then stays.
    """
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        _require_free(path)
        made.rename(path)
    else:
        made.unlink()


def _require_free(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _sweep(leftover: Path) -> None:
    """Unless it belongs to a process that is still there."""
    owner = leftover.name.removesuffix(_TEMPORARY).split(".")[-2]
    if owner.isdecimal() and _is_running(int(owner)):
        return
    with suppress(OSError):  # Windows keeps what somebody has open
        leftover.unlink()


def _is_running(process: int) -> bool:
    if sys.platform == "win32":  # to ask would end it
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A new folder that takes the place of `path` when all in it is complete and on the disk.

    Where the system can exchange two names (Linux and macOS, on most file systems), the old folder
    or the new one is under the name at each instant. Elsewhere there is an instant without any;
    what is cut off there is put right by the next writer. Only one writer at a time may do this.
    It uses two hidden names beside the folder, `.NAME.photosearch-new` and `-old`, and no others.

    Raises UsageError if `path` is something other than a folder.
    """
    path = path.resolve()  # of a link, the folder that it leads to is replaced
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path}: got a file, expected a folder")
    partial, old = (path.with_name(f".{path.name}.photosearch-{end}") for end in ("new", "old"))
    _recover(path, old)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        yield partial
        sync_all(partial)
        _take_place(partial, path, old)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    sync_folder(path.parent)
    shutil.rmtree(old, ignore_errors=True)


def _recover(path: Path, old: Path) -> None:
    """Ends what a writer began who was cut off between two renames, or before it swept up."""
    if old.is_dir() and not path.exists():
        old.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def _take_place(partial: Path, path: Path, old: Path) -> None:
    """A folder cannot be renamed over one that is not empty: both change names, or one by one."""
    if not path.exists():
        partial.rename(path)
    elif not _exchange(partial, path):
        path.rename(old)
        try:
            partial.rename(path)
        except BaseException:
            old.rename(path)
            raise


def _exchange(a: Path, b: Path) -> bool:
    """Two names change what they stand for, at once; False where the system cannot do it."""
    names = os.fsencode(a), os.fsencode(b)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(*names, _RENAME_SWAP) == 0)
        return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):  # no such function; Windows has no library None
        return False


@contextmanager
def work_folder(out: Path) -> Iterator[Path]:
    """A folder for parts beside `out`, which does not exist yet; removed in any case.

    Raises UsageError if `out` exists, StorageError if it cannot be written.
    """
    from tempfile import mkdtemp  # brings random and more: 4 ms that a search need not take

    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists: got a place that is taken, expected a new one")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise StorageError(f"cannot write to {out.parent}: {error.strerror or error}") from error
    try:
        yield folder
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"cannot write {out}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A new folder that gets the name `out` when all in it is complete and on the disk.

    Raises UsageError if `out` exists, StorageError if it cannot be written.
    """
    with work_folder(out) as partial:
        yield partial
        partial.chmod(0o755)  # mkdtemp keeps others out
        sync_all(partial)
        os.rename(partial, out)  # noqa: PTH104 (Path.rename would replace an empty directory too)
        sync_folder(out.parent)


def sync_all(folder: Path) -> None:
    """All files inside, and all folders of names, from the innermost outwards."""
    for parent, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync_file(Path(parent, name))
        sync_folder(Path(parent))


def sync_file(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Makes a rename survive a power cut. Not every platform can open a folder."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
