"""Packs a folder into a .zip or .tar.zst; the same files give the same bytes.

Entries are sorted, dated alike, owned by nobody and readable by all. The bytes depend on the
compression library too: a .zip on Python's zlib, a .tar.zst on zstandard.
"""

from __future__ import annotations

import errno
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Literal

from photosearch.atomic import new_file
from photosearch.errors import MissingExtra, StorageError
from photosearch.manifest import FileEntry, file_entry, stream_entry
from photosearch.progress import Listener, Progress, silent

Format = Literal["zip", "tar.zst"]
_MODE = 0o644  # of every file
_LEVEL = 9  # of zstandard: weights hardly shrink, and 19 takes ten times as long
_UNIX = 3  # who made a .zip: decides how its modes are read
_CHUNK_BYTES = 1 << 20

Add = Callable[[Path, str], None]  # a file, and the name that it gets in the archive


def require_format(format: Format) -> None:
    """Raises MissingExtra if archives of that kind cannot be written."""
    if format == "tar.zst" and find_spec("zstandard") is None:
        raise MissingExtra("release", "a .tar.zst")


def pack_folder(
    folder: Path,
    archive: Path,
    *,
    format: Format,
    date: datetime,
    progress: Listener = silent,
) -> FileEntry:
    """Writes all files of a folder, under its own name, and reads them back.

    `date` is UTC. Returns the archive's hash and size. Raises StorageError if it cannot be written
    or is not what was written.
    """
    files = {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path
        for path in folder.rglob("*")
        if path.is_file()
    }
    expected = {name: file_entry(path) for name, path in files.items()}
    with _new_archive(archive) as stream:
        with _WRITERS[format](stream, date) as add:
            for done, name in enumerate(sorted(files)):
                progress(Progress(done, len(files), "packing files"))
                add(files[name], name)
        stream.flush()
        if dict(read_archive(Path(stream.name), format)) != expected:
            raise OSError(errno.EIO, "what was read back is not what was written")
    progress(Progress(len(files), len(files), "packing files"))
    return file_entry(archive)


@contextmanager
def _new_archive(path: Path) -> Iterator[IO[bytes]]:
    """A new file. Raises StorageError, also for what the libraries of archives raise."""
    try:
        with new_file(path) as stream:
            yield stream
    except (OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise StorageError(f"cannot write {path.name}: {error}") from error


@contextmanager
def _zip(stream: IO[bytes], date: datetime) -> Iterator[Add]:
    with zipfile.ZipFile(stream, "w") as archive:

        def add(file: Path, name: str) -> None:
            entry = zipfile.ZipInfo(name, date.timetuple()[:6])
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, _UNIX
            entry.external_attr = (stat.S_IFREG | _MODE) << 16
            entry.file_size = file.stat().st_size  # decides between the short and the long form
            with file.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, _CHUNK_BYTES)

        yield add


@contextmanager
def _tar_zst(stream: IO[bytes], date: datetime) -> Iterator[Add]:
    import zstandard

    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    with (
        compressor.stream_writer(stream, closefd=False) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):

        def add(file: Path, name: str) -> None:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = file.stat().st_size, _MODE
            entry.mtime = int(date.timestamp())
            with file.open("rb") as source:
                archive.addfile(entry, source)

        yield add


_WRITERS = {"zip": _zip, "tar.zst": _tar_zst}


def read_archive(archive: Path, format: Format) -> Iterator[tuple[str, FileEntry]]:
    """The name, hash and size of each file in it."""
    if format == "zip":
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                with opened.open(name) as stream:
                    yield name, stream_entry(stream)
        return
    import zstandard

    with (
        archive.open("rb") as packed,
        zstandard.ZstdDecompressor().stream_reader(packed) as unpacked,
        tarfile.open(fileobj=unpacked, mode="r|") as listed,
    ):
        for member in listed:
            file = listed.extractfile(member)
            if file is not None:
                yield member.name, stream_entry(file)
