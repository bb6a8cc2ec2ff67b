"""Libraries on disk: read back, they say what their records say."""

from __future__ import annotations

import errno
import filecmp
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from photosearch.errors import StorageError, UsageError
from photosearch.images import find_photos, read_info
from photosearch.images.metadata import describe_file
from photosearch.testing import (
    COLORS,
    LibraryPlan,
    SimulatedLibrary,
    draw_photos,
    read_library,
    simulate_library,
)
from photosearch.types import PhotoInfo

PLAN = LibraryPlan(
    photos=240, years=(2018, 2021), seed=4, side=64, home=(40.7, -74.0), favourites=0.2,
    titles=0.3, panoramas=0.05, wrong_clocks=0.2, without_date=0.1,
)  # fmt: skip
TEN = LibraryPlan(photos=10, side=32)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> SimulatedLibrary:
    return simulate_library(tmp_path_factory.mktemp("made") / "Library", PLAN)


def as_written(path: Path) -> PhotoInfo:
    """What a file says; places to six digits, as in the record; selfies are told by the lens."""
    info = read_info(path)
    if info.latitude is not None and info.longitude is not None:
        place = round(info.latitude, 6), round(info.longitude, 6)
        info = replace(info, latitude=place[0], longitude=place[1])
    return info


def test_files_say_what_the_records_say(library: SimulatedLibrary) -> None:
    for photo in library.photos:
        assert as_written(library.folder / photo.path) == photo.written, photo.path


def test_right_clocks_say_what_is_true_and_wrong_ones_do_not(library: SimulatedLibrary) -> None:
    clocks = Counter(photo.clock for photo in library.photos)
    assert {"right", "hours", "years", "missing"} <= clocks.keys()
    for photo in library.photos:
        found = read_info(library.folder / photo.path).taken_at
        assert (found == photo.taken_at) == (photo.clock == "right")


def test_words_in_files_and_sidecars_are_those_of_the_records(library: SimulatedLibrary) -> None:
    for photo in library.photos:
        texts = describe_file(library.folder / photo.path).texts
        assert (texts.title or "", texts.description or "") == (photo.title, photo.description)
        assert (set(texts.keywords), texts.people) == (set(photo.keywords), photo.people)


def test_all_kinds_are_among_them(library: SimulatedLibrary) -> None:
    written = [photo.written for photo in library.photos]
    kinds = {kind for info in written for kind in info.media}
    assert {"burst", "live", "panorama", "portrait", "screenshot"} <= kinds
    assert any(info.favourite for info in written)
    assert any(photo.sidecar and photo.favourite for photo in library.photos)


def test_the_folder_holds_these_photos_their_sidecars_and_the_manifest(
    library: SimulatedLibrary,
) -> None:
    photos = {f.path.relative_to(library.folder).as_posix() for f in find_photos([library.folder])}
    assert photos == {photo.path for photo in library.photos}
    others = {path for path in library.folder.rglob("*") if path.is_file()}
    sidecars = {photo.sidecar for photo in library.photos if photo.sidecar}
    assert sidecars
    assert {path.relative_to(library.folder).as_posix() for path in others} == (
        photos | sidecars | {"library.json"}
    )


def test_the_manifest_is_the_library(library: SimulatedLibrary) -> None:
    assert read_library(library.folder) == library


def test_a_file_is_of_the_kind_that_its_name_says(library: SimulatedLibrary) -> None:
    for photo in library.photos:
        with Image.open(library.folder / photo.path) as image:
            expected = "PNG" if photo.media == "screenshot" else "JPEG"
            assert (image.format, image.size) == (expected, (photo.width, photo.height))


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    draw_photos(pictures)
    one, two = (
        simulate_library(tmp_path / name, replace(TEN, photos=40), pixels=pictures)
        for name in ("one", "two")
    )
    assert one.photos == two.photos
    names = [path.relative_to(one.folder) for path in one.folder.rglob("*") if path.is_file()]
    compared = filecmp.cmpfiles(one.folder, two.folder, map(str, names), shallow=False)
    assert (len(compared[0]), compared[1], compared[2]) == (len(names), [], [])


def test_sources_are_named_and_what_cannot_be_read_is_listed(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    drawn = {path.name for path in draw_photos(pictures).values()}
    (pictures / "empty.jpg").write_bytes(b"")
    library = simulate_library(tmp_path / "Library", TEN, pixels=pictures)
    assert {photo.source for photo in library.photos} == drawn
    assert library.unreadable == ("empty.jpg",)
    assert read_library(library.folder).unreadable == ("empty.jpg",)


def test_themes_choose_the_sources(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    drawn = [f"{a} disc on {b}" for a in COLORS for b in COLORS if a != b]
    themes = {path.name: "garden" for path in list(draw_photos(pictures, drawn).values())[:20]}
    plan = LibraryPlan(photos=40, side=32, bursts=0, trips=0, parties=0)
    library = simulate_library(tmp_path / "L", plan, pixels=pictures, themes=themes)
    found = {(photo.theme == "garden", photo.source in themes) for photo in library.photos}
    assert found == {(True, True), (False, False)}


def test_a_place_that_is_taken_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="expected a new one"):
        simulate_library(tmp_path, TEN)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        simulate_library(tmp_path / "file" / "Library", TEN)


def test_a_full_disk_is_a_storage_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(StorageError, match="No space left"):
        simulate_library(tmp_path / "Library", TEN)
    assert list(tmp_path.iterdir()) == []


def test_without_readable_pictures_nothing_is_left(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "empty.jpg").write_bytes(b"")
    with pytest.raises(UsageError, match="none of which can be read"):
        simulate_library(tmp_path / "Library", TEN, pixels=pictures)
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


@pytest.mark.slow
def test_two_thousand_photos_are_written_from_real_pictures(
    shared_data: Path, tmp_path: Path
) -> None:
    plan = LibraryPlan(photos=2000, seed=1)
    library = simulate_library(tmp_path / "Library", plan, pixels=shared_data / "flickr8k")
    assert library.unreadable == ()
    bursts = Counter(photo.burst for photo in library.photos if photo.burst is not None)
    singles = [photo.source for photo in library.photos if photo.burst is None]
    assert len(set(singles)) == len(singles) == 2000 - sum(bursts.values())
    for photo in library.photos[::50]:
        assert as_written(library.folder / photo.path) == photo.written
