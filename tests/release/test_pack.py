"""Archives: the same files give the same bytes, and nothing is left of one that failed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from photosearch.errors import MissingExtra, StorageError, UsageError
from photosearch.progress import Progress
from photosearch.release import pack as module
from photosearch.release.options import LATEST, NO_DATE, release_date
from photosearch.release.pack import Format, pack_folder, read_archive, require_format

DATE = datetime(2026, 11, 21, 12, 30, 2, tzinfo=UTC)
LIMITED = """
import resource, sys
from pathlib import Path
from photosearch.errors import StorageError
from photosearch.release.options import NO_DATE
from photosearch.release.pack import pack_folder
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    pack_folder(Path(sys.argv[1]), Path(sys.argv[2]), format=sys.argv[3], date=NO_DATE)
except StorageError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "model-1"
    (made / "b").mkdir(parents=True)
    (made / "b" / "naïve.bin").write_bytes(os.urandom(50_000))
    (made / "a.txt").write_bytes(b"text\n" * 1000)
    (made / "empty").touch()
    return made


@pytest.mark.parametrize("format", get_args(Format))
def test_an_archive_holds_every_file_under_the_folders_name(
    folder: Path, tmp_path: Path, format: Format
) -> None:
    heard: list[Progress] = []
    out = tmp_path / "out"
    packed = pack_folder(folder, out, format=format, date=DATE, progress=heard.append)
    names = [name for name, _ in read_archive(out, format)]
    assert names == ["model-1/a.txt", "model-1/b/naïve.bin", "model-1/empty"]
    assert packed.size_bytes == out.stat().st_size
    assert heard[0] == Progress(0, 3, "packing files")
    assert heard[-1] == Progress(3, 3, "packing files")


@pytest.mark.parametrize("format", get_args(Format))
def test_bytes_do_not_depend_on_when_or_by_whom_files_were_made(
    folder: Path, tmp_path: Path, format: Format
) -> None:
    copy = tmp_path / "again" / folder.name
    copy.mkdir(parents=True)
    for name in ("empty", "b/naïve.bin", "a.txt"):  # in another order
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / name, copy / name)
        (copy / name).chmod(0o600)
        os.utime(copy / name, (1, 1))
    first = pack_folder(folder, tmp_path / "one", format=format, date=DATE)
    assert pack_folder(copy, tmp_path / "two", format=format, date=DATE) == first


def test_entries_of_a_zip_are_dated_alike_and_may_be_read_by_all(
    folder: Path, tmp_path: Path
) -> None:
    pack_folder(folder, tmp_path / "out.zip", format="zip", date=DATE)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        for entry in archive.infolist():
            assert entry.date_time == (2026, 11, 21, 12, 30, 2)
            assert entry.external_attr >> 16 == 0o100644


def test_entries_of_a_tar_are_dated_alike_and_nobodys(folder: Path, tmp_path: Path) -> None:
    import zstandard

    pack_folder(folder, tmp_path / "out", format="tar.zst", date=DATE)
    with (
        (tmp_path / "out").open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for entry in archive:
            assert (entry.uid, entry.gid, entry.uname, entry.gname) == (0, 0, "", "")
            assert (entry.mode, entry.mtime) == (0o644, DATE.timestamp())


def test_another_tool_unpacks_a_zip(folder: Path, tmp_path: Path) -> None:
    pack_folder(folder, tmp_path / "out.zip", format="zip", date=DATE)
    shutil.unpack_archive(tmp_path / "out.zip", tmp_path / "unpacked")
    assert (tmp_path / "unpacked/model-1/a.txt").read_bytes() == b"text\n" * 1000


@pytest.mark.parametrize("format", get_args(Format))
def test_an_archive_that_exists_stays_as_it_is(
    folder: Path, tmp_path: Path, format: Format
) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(StorageError, match="File exists"):
        pack_folder(folder, tmp_path / "out", format=format, date=DATE)
    assert (tmp_path / "out").read_bytes() == b"mine"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize("format", get_args(Format))
def test_a_disk_that_fills_is_a_storage_error_and_nothing_is_left(
    folder: Path, tmp_path: Path, format: Format
) -> None:
    command = [sys.executable, "-c", LIMITED, str(folder), str(tmp_path / "out"), format]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == StorageError.exit_code, done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_is_read_back_must_be_what_was_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "read_archive", lambda _archive, _format: {}.items())
    with pytest.raises(StorageError, match="what was read back"):
        pack_folder(folder, tmp_path / "out", format="zip", date=DATE)
    assert not (tmp_path / "out").exists()


def test_without_zstandard_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    require_format("zip")
    with pytest.raises(MissingExtra, match=r"pip install 'photosearch\[release\]'"):
        require_format("tar.zst")


@pytest.mark.parametrize(
    ("given", "date"),
    [
        (None, NO_DATE),
        ("", NO_DATE),
        ("0", NO_DATE),
        ("1795264202", datetime(2026, 11, 21, 12, 30, 2, tzinfo=UTC)),
        ("99999999999", LATEST),
    ],
)
def test_the_date_is_that_of_the_variable_within_what_a_zip_holds(
    monkeypatch: pytest.MonkeyPatch, given: str | None, date: datetime
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if given is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert release_date() == date


@pytest.mark.parametrize("given", ["today", "1.5", "9" * 30])
def test_a_date_that_is_none_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        release_date()
