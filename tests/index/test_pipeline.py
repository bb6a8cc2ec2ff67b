"""What a run of indexing finds, reads, embeds and leaves alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from photosearch.encoder import Bytes, Floats
from photosearch.errors import ShapeError
from photosearch.images import load
from photosearch.index import pipeline, prefetch
from photosearch.index.catalog_batch import NO_VECTOR
from photosearch.index.store import PhotoIndex
from photosearch.progress import Progress
from photosearch.testing import COLORS, FakeEncoder

from .conftest import Draw, names


def ids(index: PhotoIndex) -> dict[str, int]:
    return {photo.path.name: photo.id for photo in index.photos()}


def test_every_photo_is_embedded_once(full: PhotoIndex, encoder: FakeEncoder) -> None:
    assert encoder.photos_encoded == full.status().indexed == len(COLORS)


def test_ids_follow_the_order_in_which_files_are_found(full: PhotoIndex) -> None:
    paths = [photo.path for photo in full.photos()]
    assert paths == sorted(paths)


def test_an_unchanged_file_is_not_opened(
    full: PhotoIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetch, "load_photo", None)
    monkeypatch.setattr(prefetch, "whole_file", None)
    report = full.add([folder])
    assert (report.unchanged, report.added, report.skipped) == (len(COLORS), 0, ())


def test_a_run_that_changes_nothing_leaves_the_vectors_alone(
    full: PhotoIndex, folder: Path
) -> None:
    before = (full.directory / "vectors.faiss").stat()
    full.add([folder])
    assert (full.directory / "vectors.faiss").stat().st_mtime_ns == before.st_mtime_ns


def test_a_touched_file_is_hashed_and_not_embedded(
    full: PhotoIndex, folder: Path, eight: list[Path], encoder: FakeEncoder
) -> None:
    os.utime(eight[0], ns=(1, 1))
    assert full.add([folder]).unchanged == len(eight)
    assert encoder.photos_encoded == len(eight)
    assert next(full.photos()).mtime_ns == 1


def test_a_moved_file_keeps_its_id_and_embedding(
    full: PhotoIndex, folder: Path, eight: list[Path], encoder: FakeEncoder
) -> None:
    before = ids(full)["red.png"]
    (folder / "c").mkdir()
    eight[4].rename(folder / "c" / "rouge.png")
    report = full.add([folder])
    assert (report.moved, report.removed, report.added) == (1, 0, 0)
    assert ids(full)["rouge.png"] == before
    assert encoder.photos_encoded == len(eight)


def test_a_file_moved_into_another_root_is_recognised(
    full: PhotoIndex, tmp_path: Path, eight: list[Path]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(eight[0], elsewhere)
    assert full.add([elsewhere]).moved == 1
    assert full.status().indexed == len(eight)


def test_a_moved_photo_is_not_decoded(
    full: PhotoIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a").rename(folder / "z")
    monkeypatch.setattr(load, "opened", None)
    report = full.add([folder])
    assert (report.moved, report.skipped) == (4, ())


def test_a_moved_photo_keeps_what_the_camera_wrote(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    eight[0].rename(folder / "new.png")
    full.add([folder])
    assert all(photo.info is not None and photo.info.width == 8 for photo in full.photos())


def test_changed_content_is_embedded_again_under_a_new_id(
    full: PhotoIndex, folder: Path, draw: Draw, encoder: FakeEncoder
) -> None:
    before = ids(full)["red.png"]
    draw("b/red.png", "blue", width=9)
    assert full.add([folder]).updated == 1
    assert ids(full)["red.png"] > before
    assert encoder.photos_encoded == len(COLORS) + 1
    assert {hit.path.name for hit in full.search("blue", k=2)} == {"blue.png", "red.png"}


def test_a_vanished_file_is_removed(full: PhotoIndex, folder: Path, eight: list[Path]) -> None:
    eight[0].unlink()
    assert full.add([folder]).removed == 1
    assert eight[0] not in [hit.path for hit in full.search("black", k=100)]


def test_two_files_that_swap_names_lose_nothing(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    os.utime(eight[0], ns=(1, 1))
    eight[0].rename(folder / "x.tmp")
    eight[1].rename(eight[0])
    (folder / "x.tmp").rename(eight[1])
    assert full.add([folder]).updated == 2
    assert full.search("blue", k=1)[0].path == eight[0]
    assert full.search("black", k=1)[0].path == eight[1]


def test_identical_files_share_one_embedding(
    index: PhotoIndex, folder: Path, draw: Draw, encoder: FakeEncoder
) -> None:
    shutil.copy(draw("one.png"), folder / "two.png")
    report = index.add([folder])
    assert (report.added, report.copied, encoder.photos_encoded) == (1, 1, 1)
    assert len(index.search("red", k=9)) == 2


def test_a_copy_survives_the_removal_of_the_other(
    index: PhotoIndex, folder: Path, draw: Draw, encoder: FakeEncoder
) -> None:
    shutil.copy(draw("one.png"), folder / "two.png")
    index.add([folder])
    index.remove(folder / "one.png")
    (folder / "one.png").unlink()
    assert [hit.path.name for hit in index.search("red", k=9)] == ["two.png"]
    index.add([folder])
    assert encoder.photos_encoded == 1


def test_a_copy_added_later_is_not_embedded(
    full: PhotoIndex, folder: Path, eight: list[Path], encoder: FakeEncoder
) -> None:
    shutil.copy(eight[0], folder / "copy.png")
    assert full.add([folder]).copied == 1
    assert encoder.photos_encoded == len(eight)


def test_a_copy_whose_original_changes_in_the_same_run_is_embedded(
    index: PhotoIndex, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 1)
    original = draw("a.png", "red")
    index.add([folder])
    original.rename(folder / "b.png")
    draw("a.png", "blue")
    index.add([folder])
    assert index.search("red", k=1)[0].path.name == "b.png"
    assert index.search("blue", k=1)[0].path.name == "a.png"
    assert index.verify().ok


def test_a_bad_file_is_recorded_with_its_reason(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw("good.png")
    (folder / "bad.png").write_bytes(b"")
    report = index.add([folder])
    assert [skipped.path.name for skipped in report.skipped] == ["bad.png"]
    assert names(index) == {"good.png": "indexed", "bad.png": "failed"}
    assert index.status().reasons == {report.skipped[0].reason: 1}


def test_a_bad_file_is_not_read_again_until_it_changes(
    index: PhotoIndex, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "bad.png").write_bytes(b"")
    reason = index.add([folder]).skipped[0].reason
    with monkeypatch.context() as patch:
        patch.setattr(prefetch, "load_photo", None)
        assert index.add([folder]).skipped[0].reason == reason
    draw("bad.png")
    assert index.add([folder]).added == 1
    assert index.status().failed == 0


def test_a_photo_that_becomes_bad_is_no_longer_found(
    full: PhotoIndex, folder: Path, eight: list[Path]
) -> None:
    eight[0].write_bytes(b"broken")
    assert len(full.add([folder]).skipped) == 1
    assert len(full.search("black", k=100)) == len(eight) - 1
    assert full.status().failed == 1


def test_a_photo_that_changes_while_read_stays_pending(
    index: PhotoIndex, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = draw("live.png")

    def fails(*_: object, **__: object) -> object:
        from photosearch.errors import ImageChanged

        raise ImageChanged("the file changed while it was read")

    with monkeypatch.context() as patch:
        patch.setattr(prefetch, "load_photo", fails)
        index.add([folder])
    assert names(index) == {"live.png": "pending"}
    assert index.add([path]).added == 1


def test_a_photo_without_a_finite_vector_is_a_failure(tmp_path: Path, draw: Draw) -> None:
    class Broken(FakeEncoder):
        def encode_pixels(self, pixels: Bytes) -> Floats:
            return np.full((len(pixels), self.dim), np.nan, np.float32)

    with PhotoIndex.open(tmp_path / "i", Broken()) as index:
        assert [skipped.reason for skipped in index.add([draw("a.png")]).skipped] == [NO_VECTOR]


def test_an_encoder_of_another_width_than_it_says_is_an_error(tmp_path: Path, draw: Draw) -> None:
    class Wide(FakeEncoder):
        def encode_pixels(self, pixels: Bytes) -> Floats:
            return np.ones((len(pixels), self.dim + 1), np.float32)

    with PhotoIndex.open(tmp_path / "i", Wide()) as index:
        with pytest.raises(ShapeError, match=r"expected \(1, 8\)"):
            index.add([draw("a.png")])
        assert index.status().pending == 1


def test_overlapping_roots_count_a_photo_once(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    path = draw("a/one.png")
    assert index.add([folder, folder / "a", path]).added == 1


def test_a_single_path_needs_no_list(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    draw("one.png")
    assert index.add(str(folder)).added == 1


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX systems only")
def test_a_name_that_is_not_utf8_is_kept(index: PhotoIndex, folder: Path, draw: Draw) -> None:
    strange = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe"))
    strange.mkdir()
    draw("one.png").rename(strange / "one.png")
    index.add([folder])
    assert index.search("red")[0].path == strange / "one.png"
    assert index.add([folder]).unchanged == 1
    assert index.similar(strange / "one.png") == []
    assert index.remove(strange) == 1


def test_ctrl_c_keeps_what_was_committed(
    index: PhotoIndex, folder: Path, eight: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 3)

    def stop(now: Progress) -> None:
        if now.note == "indexing" and now.done == 6:
            raise KeyboardInterrupt

    report = index.add([folder], progress=stop)
    assert (report.interrupted, report.added) == (True, 6)
    assert (index.status().indexed, index.status().pending) == (6, 2)
    assert len(index.search("red", k=9)) == 6
    assert index.add([folder]).added == 2


def test_progress_counts_to_the_end(index: PhotoIndex, folder: Path, eight: list[Path]) -> None:
    heard: list[Progress] = []
    index.add([folder], progress=heard.append)
    assert heard == [
        Progress(8, None, "looking for photos"),
        Progress(8, 8, "indexing"),
    ]


def test_few_photos_are_held_at_once(
    index: PhotoIndex, folder: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are to read, only so many lie decoded and waiting."""
    for i in range(40):
        draw(f"{i}.png", width=i + 1)
    monkeypatch.setattr(pipeline, "BATCH", 4)
    monkeypatch.setattr(pipeline, "AHEAD", 6)
    waiting = 0
    most = 0
    load_photo = load.load_photo

    def counting(*given: object, **named: object) -> object:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        return load_photo(*given, **named)  # type: ignore[arg-type]

    def listen(now: Progress) -> None:
        nonlocal waiting
        waiting = waiting - 4 if now.note == "indexing" else waiting

    monkeypatch.setattr(prefetch, "load_photo", counting)
    assert index.add([folder], progress=listen).added == 40
    assert most <= 4 + 6
