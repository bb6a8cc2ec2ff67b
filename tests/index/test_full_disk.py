"""A disk that is full, or a limit that acts like one, loses nothing that was committed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosearch.atomic import replacing
from photosearch.errors import StorageError
from photosearch.index import vector_file
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder

from .conftest import Draw

LIMITED = """
import resource, sys
from photosearch.errors import StorageError
from photosearch.index import pipeline
from photosearch.index.store import PhotoIndex
from photosearch.testing import FakeEncoder
pipeline.BATCH = 8
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    PhotoIndex.open(sys.argv[1], FakeEncoder(dim=512)).add([sys.argv[2]])
except StorageError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize("limit_bytes", [20_000, 100_000, 200_000])
def test_a_file_size_limit_is_a_storage_error_and_loses_nothing(
    tmp_path: Path, folder: Path, draw: Draw, limit_bytes: int
) -> None:
    for i in range(120):
        draw(f"{i:03}.png", width=i + 1)
    place = tmp_path / "limited.photoindex"
    command = [sys.executable, "-c", LIMITED, str(place), str(folder), str(limit_bytes)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == StorageError.exit_code, result.stderr
    assert "Traceback" not in result.stderr
    with PhotoIndex.open(place, FakeEncoder(dim=512)) as index:
        before = index.status().indexed
        assert len(index.search("red", k=200)) == before
        report = index.add([folder])
        assert report.added + before == 120
        assert index.verify().ok


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 kB of its own; only root can mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"cannot mount a small disk: {error}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_a_storage_error_and_loses_nothing(
    small_disk: Path, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    from photosearch.index import pipeline

    monkeypatch.setattr(pipeline, "BATCH", 8)
    for i in range(200):
        draw(f"{i:03}.png", width=i + 1)
    encoder = FakeEncoder(dim=512)
    with PhotoIndex.open(small_disk / "i", encoder) as index:
        with pytest.raises(StorageError, match="kept"):
            index.add([folder])
        committed = index.status().indexed
        assert committed > 0
        assert len(index.search("red", k=200)) == committed
    with PhotoIndex.open(small_disk / "i", encoder) as index:
        assert index.status().indexed == committed


def test_an_index_on_a_read_only_disk_can_be_searched(
    small_disk: Path, folder: Path, eight: list[Path]
) -> None:
    with PhotoIndex.open(small_disk / "i", FakeEncoder()) as index:
        index.add([folder])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with PhotoIndex.open(small_disk / "i", FakeEncoder()) as index:
        assert len(index.search("red", k=9)) == 8
        assert index.verify().ok
        with pytest.raises(StorageError, match=r"[Rr]ead-only"):
            index.add([folder])


def test_vectors_that_cannot_be_written_leave_the_old_ones(
    full: PhotoIndex, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (full.directory / "vectors.faiss").read_bytes()

    class Full:
        def __init__(self, *_: object) -> None:
            self.error = OSError(28, "No space left on device")

        def __call__(self, data: bytes) -> None: ...

    draw("new.png", width=40)
    with monkeypatch.context() as patch:
        patch.setattr(vector_file, "_Summed", Full)
        with pytest.raises(StorageError, match="No space left"):
            full.add([folder])
    assert (full.directory / "vectors.faiss").read_bytes() == before
    assert len(full.search("red", k=9)) == 9
    assert not list(full.directory.glob("*.tmp"))


def test_a_replacement_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as stream:
        stream.write(bytes(1 // 0))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_upgrade_that_finds_the_disk_full_leaves_the_old_index_and_is_gone_on_with(
    small_disk: Path, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    from photosearch.index import pipeline

    monkeypatch.setattr(pipeline, "BATCH", 8)
    subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
    for i in range(80):
        draw(f"{i:03}.png", width=i + 1)
    old, new = FakeEncoder(dim=512), FakeEncoder(dim=512, name="new")
    with PhotoIndex.open(small_disk / "i", old) as index:
        index.add([folder])
    with PhotoIndex.open(small_disk / "i") as index:
        (small_disk / "filling").write_bytes(bytes(shutil.disk_usage(small_disk).free - 150_000))
        with pytest.raises(StorageError, match="kept"):
            index.upgrade(new)
    with PhotoIndex.open(small_disk / "i", old) as index:
        assert len(index.search("red", k=99)) == 80
        assert index.verify().ok
        (small_disk / "filling").unlink()
        report = index.upgrade(new)
        assert report.resumed > 0
        assert report.resumed + report.embedded == report.indexed == 80
