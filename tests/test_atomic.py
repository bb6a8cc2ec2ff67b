"""Files and folders that are the old one or the new one, wherever a writer is cut off."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from photosearch import atomic
from photosearch.atomic import (
    new_file,
    new_folder,
    replacing,
    replacing_folder,
    storage_errors,
    take_name,
    work_folder,
)
from photosearch.errors import StorageError, UsageError

OLD = {"manifest": "old", "deep/vocabulary": "old", "gone": "old"}
NEW = {"manifest": "new", "deep/vocabulary": "new"}
WITH_AND_WITHOUT_EXCHANGE = pytest.mark.parametrize("exchange", [True, False])

# Cut off at the n-th call that makes, opens, renames or removes something.
_KILLED = """
import os, sys
from pathlib import Path
from photosearch import atomic

left = [int(sys.argv[2])]
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}

def count(event, args):
    if event in STEPS:
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)

def exchange(a, b, _exchange=atomic._exchange):
    count("os.rename", ())
    return sys.argv[3] == "True" and _exchange(a, b)

atomic._exchange = exchange
sys.addaudithook(count)
with atomic.replacing_folder(Path(sys.argv[1])) as partial:
    (partial / "deep").mkdir()
    for name in ("manifest", "deep/vocabulary"):
        (partial / name).write_text("new")
"""


def write(path: Path, contents: dict[str, str]) -> None:
    with replacing_folder(path) as partial:
        for name, text in contents.items():
            (partial / name).parent.mkdir(exist_ok=True)
            (partial / name).write_text(text)


def read(path: Path) -> dict[str, str]:
    files = (file for file in path.rglob("*") if file.is_file())
    return {file.relative_to(path).as_posix(): file.read_text() for file in files}


def without_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "_exchange", lambda *_: False)


@WITH_AND_WITHOUT_EXCHANGE
def test_a_folder_is_replaced_and_nothing_is_left_beside_it(
    tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        without_exchange(monkeypatch)
    for contents in (OLD, NEW):
        write(tmp_path / "m", contents)
        assert read(tmp_path / "m") == contents
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it may not be possible")
def test_linux_exchanges_two_folders_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a", OLD)
    write(tmp_path / "b", NEW)
    assert atomic._exchange(tmp_path / "a", tmp_path / "b")
    assert (read(tmp_path / "a"), read(tmp_path / "b")) == (NEW, OLD)


@pytest.mark.slow
@WITH_AND_WITHOUT_EXCHANGE
def test_a_writer_killed_at_any_step_leaves_the_old_or_the_new_folder(
    tmp_path: Path, exchange: bool
) -> None:
    steps, found, killed = 0, [], True
    while killed:
        place = tmp_path / str(steps) / "m"
        place.parent.mkdir()
        write(place, OLD)
        code = [sys.executable, "-c", _KILLED, str(place), str(steps), str(exchange)]
        killed = subprocess.run(code, check=False).returncode == 9
        found.append(read(place))
        write(place, {"next": "one"})  # whatever is left behind is no obstacle
        assert read(place) == {"next": "one"}
        assert [path.name for path in place.parent.iterdir()] == ["m"]
        steps += 1
    assert steps > 10
    assert (found[0], found[-1]) == (OLD, NEW)
    allowed = [OLD, NEW] if exchange and sys.platform == "linux" else [OLD, {}, NEW]
    assert all(contents in allowed for contents in found)


def test_a_folder_lost_between_two_renames_is_back_with_the_next_writer(tmp_path: Path) -> None:
    write(tmp_path / "m", OLD)
    (tmp_path / "m").rename(tmp_path / ".m.photosearch-old")
    with pytest.raises(KeyboardInterrupt), replacing_folder(tmp_path / "m"):
        raise KeyboardInterrupt
    assert read(tmp_path / "m") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


@WITH_AND_WITHOUT_EXCHANGE
def test_folders_that_somebody_keeps_beside_it_stay(
    tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        without_exchange(monkeypatch)
    for name in ("m.old", "m.partial", "m.bak"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine").touch()
    for contents in (OLD, NEW):
        write(tmp_path / "m", contents)
    assert len(list(tmp_path.glob("*/mine"))) == 3


@WITH_AND_WITHOUT_EXCHANGE
@pytest.mark.parametrize("call", range(4))  # the files, their folders
def test_a_full_disk_leaves_the_old_folder(
    tmp_path: Path, exchange: bool, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        without_exchange(monkeypatch)
    write(tmp_path / "m", OLD)
    left = [call]

    def full(_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    monkeypatch.setattr(atomic, "sync_folder", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "m", NEW)
    assert read(tmp_path / "m") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_a_rename_that_fails_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_exchange(monkeypatch)
    write(tmp_path / "m", OLD)

    whole = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == ".m.photosearch-new":
            raise OSError(errno.EIO, "bad disk")
        return whole(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="bad disk"):
        write(tmp_path / "m", NEW)
    assert read(tmp_path / "m") == OLD


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to name what was synced")
def test_every_file_and_folder_is_on_the_disk_before_the_name_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    take = atomic._take_place

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        done.append(path.relative_to(tmp_path).as_posix())

    def rename(*names: Path) -> None:
        done.append("rename")
        take(*names)

    monkeypatch.setattr("os.fsync", fsync)
    monkeypatch.setattr(atomic, "_take_place", rename)
    write(tmp_path / "m", NEW)
    names = [
        ".m.photosearch-new/deep/vocabulary",
        ".m.photosearch-new/deep",
        ".m.photosearch-new/manifest",
        ".m.photosearch-new",
    ]
    assert done == [*names, "rename", "."]


def test_a_file_is_not_replaced_by_a_folder(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("a file")
    with pytest.raises(UsageError, match="got a file"):
        write(tmp_path / "m", NEW)
    assert (tmp_path / "m").read_text() == "a file"


def test_the_folder_that_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "m", OLD)
    (tmp_path / "link").symlink_to(tmp_path / "m")
    write(tmp_path / "link", NEW)
    assert (tmp_path / "link").is_symlink()
    assert read(tmp_path / "m") == NEW


def test_a_file_that_was_not_finished_leaves_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("old")
    with pytest.raises(TypeError), replacing(tmp_path / "f") as stream:
        stream.writelines([b"ne", "w"])  # type: ignore[list-item]
    assert (tmp_path / "f").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    with replacing(tmp_path / "f") as slow:
        slow.write(b"the slow one's")

        def quick() -> None:
            with replacing(tmp_path / "f") as stream:
                stream.write(b"the quick one's")

        thread = Thread(target=quick)
        thread.start()
        thread.join()
        assert (tmp_path / "f").read_bytes() == b"the quick one's"
    assert (tmp_path / "f").read_bytes() == b"the slow one's"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_new_file_has_its_name_once_it_is_complete(tmp_path: Path) -> None:
    with new_file(tmp_path / "f") as stream:
        stream.write(b"new")
        assert not (tmp_path / "f").exists()
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_new_file_takes_nobodys_name(tmp_path: Path, when: str) -> None:
    if when == "before":
        (tmp_path / "f").write_text("mine")
    with pytest.raises(FileExistsError), new_file(tmp_path / "f"):
        (tmp_path / "f").write_text("mine")
    assert (tmp_path / "f").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


@pytest.mark.parametrize("links", [True, False])
def test_a_name_is_taken_once(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr("os.link", none)
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    take_name(tmp_path / "one", tmp_path / "f")
    with pytest.raises(FileExistsError):
        take_name(tmp_path / "two", tmp_path / "f")
    assert (tmp_path / "f").read_text() == "one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f", "two"]


def test_a_new_folder_has_its_name_once_it_is_complete(tmp_path: Path) -> None:
    with new_folder(tmp_path / "a" / "m") as partial:
        (partial / "deep").mkdir()
        (partial / "deep" / "f").touch()
        assert not (tmp_path / "a" / "m").exists()
    assert read(tmp_path / "a" / "m") == {"deep/f": ""}
    assert (tmp_path / "a" / "m").stat().st_mode & 0o777 == 0o755
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["m"]


@pytest.mark.parametrize("writer", [new_folder, work_folder])
def test_nothing_is_left_of_a_folder_that_was_not_finished(tmp_path: Path, writer: Any) -> None:
    with suppress(KeyboardInterrupt), writer(tmp_path / "m") as partial:
        (partial / "f").touch()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writer", [new_folder, work_folder])
def test_a_place_that_is_taken_is_a_usage_error(tmp_path: Path, writer: Any) -> None:
    (tmp_path / "m").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="expected a new one"), writer(tmp_path / "m"):
        raise AssertionError


def test_a_full_disk_is_a_storage_error_with_the_path(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="f: No space left"), storage_errors(tmp_path / "f"):
        raise OSError(errno.ENOSPC, "No space left")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A rename would take the place of a device as of any file: run as root, of /dev/null."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, kind in (("pipe", "a device or a pipe"), ("folder", "a folder")):
        with (
            pytest.raises(StorageError, match=f"got {kind}, expected a file"),
            replacing(tmp_path / name) as stream,
        ):
            stream.write(b"new")
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]


def test_of_a_link_the_file_that_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    file, link = tmp_path / "kept" / "file", tmp_path / "link"
    file.write_text("old")
    link.symlink_to(file)
    with replacing(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert file.read_text() == "new"
