"""Text looked for in indexed photos: once for each content, a batch a transaction."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.encoder import Bytes
from photosearch.errors import IndexLocked, MissingExtra
from photosearch.index.directory import writer_lock
from photosearch.index.store import PhotoIndex
from photosearch.index.texts import recognise
from photosearch.progress import Progress
from photosearch.testing import COLORS, FakeEncoder


class FakeReader:
    """Reads the name of the colour of the first pixel; what was read is counted."""

    def __init__(self, *, stop_after: int | None = None) -> None:
        self.read_so_far: list[str] = []
        self._stop_after = stop_after

    def read(self, picture: Bytes) -> str:
        if len(self.read_so_far) == self._stop_after:
            raise KeyboardInterrupt
        red, green, blue = (picture[0, 0] > 127).tolist()
        color = COLORS[4 * red + 2 * green + blue]
        self.read_so_far.append(color)
        return "" if color == "black" else f"the word {color}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One photo of each colour, all black to the model's eye but for their first rows."""
    path = tmp_path / "photos"
    path.mkdir()
    for number, color in enumerate(COLORS):
        image = Image.new("RGB", (8, 8), "#0f0" if color == "green" else color)
        image.save(path / f"{number}.png")
    return path


@pytest.fixture
def index(tmp_path: Path, folder: Path) -> Iterator[PhotoIndex]:
    with PhotoIndex.open(tmp_path / "x.photoindex", FakeEncoder()) as opened:
        opened.add(folder)
        yield opened


def found(index: PhotoIndex, query: str) -> list[str]:
    return sorted(hit.path.name for hit in index.search(query))


def test_photos_are_found_by_the_text_in_them(index: PhotoIndex) -> None:
    assert found(index, '"word red"') == []
    report = index.recognise_text(FakeReader())
    assert (report.read, report.without_text, report.skipped) == (8, 1, ())
    assert found(index, '"word red"') == ["4.png"]
    assert index.status().recognised == 8


def test_nothing_is_embedded_again(index: PhotoIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEncoder, "encode_pixels", lambda *_: pytest.fail("embedded"))
    assert index.recognise_text(FakeReader()).read == 8


def test_a_second_run_reads_only_what_is_new(index: PhotoIndex, folder: Path) -> None:
    index.recognise_text(FakeReader())
    Image.new("RGB", (9, 9), "red").save(folder / "new.png")
    index.add(folder)
    reader = FakeReader()
    assert index.recognise_text(reader).read == 1
    assert reader.read_so_far == ["red"]


def test_a_run_with_nothing_to_read_loads_no_models(
    index: PhotoIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rapidocr")
    index.recognise_text(FakeReader())
    loader = "photosearch.models.text_reader.load_text_reader"
    monkeypatch.setattr(loader, lambda: pytest.fail("loaded"))
    assert index.recognise_text().read == 0


def test_copies_are_read_once_and_all_found(index: PhotoIndex, folder: Path) -> None:
    shutil.copy(folder / "4.png", folder / "copy.png")
    index.add(folder)
    reader = FakeReader()
    assert index.recognise_text(reader).read == 9
    assert len(reader.read_so_far) == 8
    assert found(index, '"word red"') == ["4.png", "copy.png"]


def test_a_copy_that_comes_later_needs_no_reading(index: PhotoIndex, folder: Path) -> None:
    index.recognise_text(FakeReader())
    shutil.copy(folder / "4.png", folder / "copy.png")
    (folder / "1.png").rename(folder / "moved.png")
    index.add(folder)
    assert index.recognise_text(FakeReader()).read == 0
    assert found(index, '"word red"') == ["4.png", "copy.png"]
    assert found(index, '"word blue"') == ["moved.png"]


def test_changed_photos_are_read_anew(index: PhotoIndex, folder: Path) -> None:
    index.recognise_text(FakeReader())
    Image.new("RGB", (9, 9), "blue").save(folder / "4.png")
    index.add(folder)
    assert index.recognise_text(FakeReader()).read == 1
    assert found(index, '"word red"') == []
    assert found(index, '"word blue"') == ["1.png", "4.png"]


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (Path.unlink, "no such file"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\nno more"), ""),
        (lambda path: Image.new("RGB", (9, 9), "red").save(path), "changed since"),
    ],
)
def test_what_cannot_be_read_is_skipped_and_tried_again(
    index: PhotoIndex, folder: Path, harm: Callable[[Path], object], reason: str
) -> None:
    whole = (folder / "4.png").read_bytes()
    harm(folder / "4.png")
    report = index.recognise_text(FakeReader())
    assert report.read == 7
    (skipped,) = report.skipped
    assert skipped.path == folder / "4.png"
    assert reason in skipped.reason
    (folder / "4.png").write_bytes(whole)
    assert index.recognise_text(FakeReader()).read == 1


def test_a_readable_copy_of_a_lost_photo_gives_both_their_text(
    index: PhotoIndex, folder: Path
) -> None:
    shutil.copy(folder / "0.png", folder / "copy.png")
    shutil.copy(folder / "7.png", folder / "white.png")
    index.add(folder)
    (folder / "7.png").unlink()
    report = index.recognise_text(FakeReader())
    assert (report.read, len(report.skipped)) == (10, 1)


def test_a_picture_that_breaks_the_reader_is_skipped(index: PhotoIndex) -> None:
    class Breaking(FakeReader):
        def read(self, picture: Bytes) -> str:
            text = super().read(picture)
            if "red" in text:
                raise RuntimeError("a bad day")
            return text

    report = index.recognise_text(Breaking())
    assert report.read == 7
    assert [each.reason for each in report.skipped] == ["a bad day"]


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(index: PhotoIndex) -> None:
    report = index.recognise_text(FakeReader(stop_after=3))
    assert (report.interrupted, report.read) == (True, 3)
    assert index.status().recognised == 3
    assert index.verify().ok
    reader = FakeReader()
    assert index.recognise_text(reader).read == len(reader.read_so_far) == 5


def test_a_killed_run_loses_one_batch_at_most(
    index: PhotoIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill is an exception that nothing handles."""
    monkeypatch.setattr(recognise, "BATCH", 2)

    class Killed(BaseException):
        pass

    class Dying(FakeReader):
        def read(self, picture: Bytes) -> str:
            if len(self.read_so_far) == 5:
                raise Killed
            return super().read(picture)

    with pytest.raises(Killed):
        index.recognise_text(Dying())
    assert index.status().recognised == 4


def test_progress_ends_with_all(index: PhotoIndex, folder: Path) -> None:
    shutil.copy(folder / "4.png", folder / "copy.png")
    index.add(folder)
    (folder / "0.png").unlink()
    told: list[Progress] = []
    index.recognise_text(FakeReader(), progress=told.append)
    assert {(each.total, each.note) for each in told} == {(9, "reading text")}
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert told[-1].done == 9


def test_another_writer_is_waited_for_by_nobody(index: PhotoIndex) -> None:
    with writer_lock(index.directory), pytest.raises(IndexLocked):
        index.recognise_text(FakeReader())


def test_pending_photos_are_left_to_indexing(index: PhotoIndex, folder: Path) -> None:
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    index.add(folder)
    assert index.recognise_text(FakeReader()).skipped == ()


def test_a_name_that_is_no_utf8_is_read(index: PhotoIndex, folder: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png"))
    Image.new("RGB", (9, 9), "cyan").save(odd)
    index.add(folder)
    assert index.recognise_text(FakeReader()).read == 9


def test_the_model_sees_less_than_the_reader(index: PhotoIndex, folder: Path) -> None:
    seen: list[tuple[int, ...]] = []

    class Looking(FakeReader):
        def read(self, picture: Bytes) -> str:
            seen.append(picture.shape)
            assert picture.dtype == np.uint8
            return ""

    Image.new("RGB", (3000, 2000), "gray").save(folder / "large.png")
    index.add(folder)
    index.recognise_text(Looking())
    height, width, _ = seen[-1]
    assert 1_900_000 < height * width <= 1_920_000


def test_without_the_extra_the_command_is_named(
    index: PhotoIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(MissingExtra, match=r"pip install 'photosearch\[ocr\]'"):
        index.recognise_text()
