"""One writer, many readers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from photosearch.errors import IndexLocked
from photosearch.index import pipeline
from photosearch.index.directory import writer_lock
from photosearch.index.store import PhotoIndex
from photosearch.progress import Progress
from photosearch.testing import COLORS, FakeEncoder

from .conftest import Draw


def test_a_second_writer_is_refused_at_once(full: PhotoIndex, folder: Path) -> None:
    with writer_lock(full.directory):
        with pytest.raises(IndexLocked, match="another process is writing"):
            full.add([folder])
        with pytest.raises(IndexLocked):
            full.remove(1)
        with pytest.raises(IndexLocked):
            full.verify(repair=True)
        assert len(full.search("red", k=9)) == 8
        assert full.verify().ok


def test_a_writer_that_failed_lets_the_next_one_in(full: PhotoIndex, folder: Path) -> None:
    def fail(_: Progress) -> None:
        raise RuntimeError("listener")

    with pytest.raises(RuntimeError, match="listener"):
        full.add([folder], progress=fail)
    assert full.add([folder]).unchanged == 8


def test_a_reader_sees_every_committed_batch(
    index: PhotoIndex, folder: Path, eight: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 2)
    seen = []
    with PhotoIndex.open(index.directory, FakeEncoder()) as reader:

        def look(now: Progress) -> None:
            seen.append((now.note, len(reader.search("red", k=9)), reader.status().pending))

        index.add([folder], progress=look)
        assert len(reader.search("red", k=9)) == 8
    assert seen == [
        ("looking for photos", 0, 8),
        *(("indexing", done, 8 - done) for done in (2, 4, 6, 8)),
    ]


def test_a_reader_no_longer_finds_what_another_removed(
    full: PhotoIndex, encoder: FakeEncoder
) -> None:
    with PhotoIndex.open(full.directory, encoder) as reader:
        first = reader.search("red", k=1)[0]
        full.remove(first.id)
        assert first.id not in [hit.id for hit in reader.search("red", k=9)]


def test_threads_may_share_an_index(full: PhotoIndex) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda color: full.search(color, k=1)[0].path.stem, COLORS * 20))
    assert found == list(COLORS) * 20


def test_a_batch_that_cannot_be_committed_leaves_no_half(
    full: PhotoIndex, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    from photosearch.index import catalog_batch

    draw("new.png", width=30)
    with monkeypatch.context() as patch:
        patch.setattr(catalog_batch, "_store_content", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            full.add([folder])
    assert full.verify().ok
    assert full.status().pending == 1
    assert full.add([folder]).added == 1
