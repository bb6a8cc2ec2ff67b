"""`photosearch index` and `photosearch remove` from end to end."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from photosearch.index.directory import writer_lock
from photosearch.index.pipeline import IndexingRun
from photosearch.testing import draw_photo, random_bundle
from tests.cli.conftest import World, run


def report(world: World, *options: str) -> dict[str, object]:
    ran = run("index", world.photos, "--index", world.index, "--json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, object] = json.loads(ran.out)
    return found


def test_the_summary_says_what_was_added_and_why_a_file_was_skipped(
    world: World, tmp_path: Path
) -> None:
    ran = run("index", world.photos, "--index", tmp_path / "x", "--model", world.bundle)
    lines = [line.split() for line in ran.out.decode().splitlines()]
    assert ["added", "6"] in lines
    assert ["copied", "1"] in lines
    assert ["skipped", "1"] in lines
    assert [str(world.photos / "broken.jpg")] in lines


def test_a_second_run_reads_nothing_again(own_world: World) -> None:
    found = report(own_world)
    assert (found["added"], found["unchanged"]) == (0, 7)


def test_new_changed_and_moved_photos_are_told_apart(own_world: World) -> None:
    photos = own_world.photos
    (photos / "blue-square-on-yellow.jpg").rename(photos / "moved.jpg")
    draw_photo("white disc on green").save(photos / "white-disc-on-blue.jpg")
    draw_photo("cyan disc on green").save(photos / "new.png")
    found = report(own_world)
    assert (found["added"], found["updated"], found["moved"]) == (1, 1, 1)


def test_json_names_every_skipped_file(own_world: World) -> None:
    (own_world.photos / "empty.jpg").touch()
    skipped = report(own_world)["skipped"]
    assert isinstance(skipped, list)
    assert {Path(each["path"]).name for each in skipped} >= {"empty.jpg"}
    assert all(each["reason"] for each in skipped)


def test_many_vanished_photos_are_kept_until_allowed(own_world: World) -> None:
    for photo in sorted(own_world.photos.glob("*-on-*.jpg"))[:4]:
        photo.unlink()
    ran = run("index", own_world.photos, "--index", own_world.index)
    assert ran.code == 9
    assert "--allow-removal" in ran.err
    assert json.loads(run("status", "--index", own_world.index, "--json").out)["indexed"] == 7
    assert report(own_world, "--allow-removal")["removed"] == 4


def test_another_model_is_refused(own_world: World, tmp_path: Path) -> None:
    other = random_bundle(tmp_path / "other.photomodel", seed=1)
    ran = run("index", own_world.photos, "--index", own_world.index, "--model", other)
    assert ran.code == 7
    assert f"upgrade-index --index {own_world.index} --model {other}" in ran.err
    assert json.loads(run("status", "--index", own_world.index, "--json").out)["indexed"] == 7


def test_a_missing_model_is_named(own_world: World, tmp_path: Path) -> None:
    ran = run("index", own_world.photos, "--index", tmp_path / "y", "--model", "./none.photomodel")
    assert ran.code == 5
    assert "none.photomodel" in ran.err


def test_a_folder_of_other_things_is_no_index(own_world: World) -> None:
    ran = run("index", own_world.photos, "--index", own_world.photos, "--model", own_world.bundle)
    assert ran.code == 2


def test_a_damaged_catalog_has_its_own_outcome(own_world: World) -> None:
    for name in ("catalog.sqlite-wal", "catalog.sqlite-shm"):
        (own_world.index / name).unlink(missing_ok=True)
    (own_world.index / "catalog.sqlite").write_bytes(b"no database" * 1000)
    for verb in (("index", str(own_world.photos)), ("search", "red"), ("status",)):
        assert run(*verb, "--index", own_world.index).code == 7


def test_lost_vectors_are_made_again_without_the_photos(own_world: World) -> None:
    (own_world.index / "vectors.faiss").unlink()
    shutil.rmtree(own_world.photos)
    ran = run("search", "red", "--index", own_world.index, "--json")
    assert len(json.loads(ran.out)) == 7


@pytest.mark.parametrize("name", ["none", "photos/broken.jpg"])
def test_a_named_path_that_cannot_be_read_shows_in_the_exit_code(
    own_world: World, name: str
) -> None:
    path = own_world.photos.parent / name
    ran = run("index", path, own_world.photos, "--index", own_world.index)
    assert ran.code == 4
    assert str(path) in ran.out.decode()
    assert json.loads(run("status", "--index", own_world.index, "--json").out)["indexed"] == 7


def test_a_second_writer_is_refused_and_readers_are_not(own_world: World) -> None:
    with writer_lock(own_world.index):
        assert run("index", own_world.photos, "--index", own_world.index).code == 7
        assert run("remove", own_world.photos, "--index", own_world.index).code == 7
        assert run("search", "red", "--index", own_world.index).code == 0


def test_an_index_of_a_later_version_is_refused(own_world: World) -> None:
    with sqlite3.connect(own_world.index / "catalog.sqlite") as db:
        db.execute("UPDATE meta SET value = 99 WHERE key = 'schema'")
    db.close()
    for verb in (("index", str(own_world.photos)), ("search", "red"), ("verify-index", "--repair")):
        ran = run(*verb, "--index", own_world.index)
        assert ran.code == 7
        assert "99" in ran.err


@pytest.mark.parametrize("name", ["none", "broken link", "photos/broken.jpg/below", "n" * 300])
def test_a_path_that_is_not_there_makes_no_index(world: World, tmp_path: Path, name: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "broken.jpg").touch()
    (tmp_path / "broken link").symlink_to("nowhere")
    ran = run("index", tmp_path / name, "--index", tmp_path / "x", "--model", world.bundle)
    assert ran.code == 4
    assert name in ran.err
    assert "nothing was indexed" in ran.err
    assert not (tmp_path / "x").exists()


def test_an_index_stays_as_it_is_when_no_path_is_there(own_world: World, tmp_path: Path) -> None:
    ran = run("index", tmp_path / "none", tmp_path / "nor this", "--index", own_world.index)
    assert (ran.code, ran.out) == (4, b"")
    assert "1 more" in ran.err
    assert json.loads(run("status", "--index", own_world.index, "--json").out)["indexed"] == 7


def test_files_that_are_not_taken_are_counted_in_index_and_status(own_world: World) -> None:
    for name in ("a.JXL", "b.jxl", "c.MOV", "broken.mov"):
        (own_world.photos / name).write_bytes(b"x")
    line = "3 files of kinds that are not read: .JXL 2, .MOV 1"
    live = "1 of Live Photos, the photo beside each is taken"
    for ran in (
        run("index", own_world.photos, "--index", own_world.index),
        run("status", "--index", own_world.index),
    ):
        text = ran.out.decode()
        assert line in text
        assert f"films: {live}" in text
    assert report(own_world)["left_out"] == {".JXL": 2, ".MOV": 1, "Live Photo .MOV": 1}


def test_an_exclusion_that_leaves_nothing_out_is_told(own_world: World) -> None:
    command = ("index", own_world.photos, "--index", own_world.index)
    ran = run(*command, "--exclude", "broken.jpg", "--exclude", "tpyo/")
    assert ran.code == 0
    assert "tpyo/ matches nothing yet" in ran.err
    assert "broken.jpg" not in ran.err
    assert "tpyo/" not in run(*command).err


def test_ctrl_c_before_the_first_photo_says_that_none_was_done(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(IndexingRun, "run", stopped)
    ran = run("index", world.photos, "--index", tmp_path / "x", "--model", world.bundle)
    assert ran.code == 130
    assert ran.out.decode().endswith("No photo was done yet; run the same command to go on.\n")


def test_removed_photos_are_found_no_more_and_stay_on_disk(own_world: World) -> None:
    photo = own_world.photos / "red-disc-on-white.jpg"
    ran = run("remove", photo, "--index", own_world.index, "--json")
    assert json.loads(ran.out) == {"removed": 1}
    assert photo.exists()
    hits = json.loads(run("search", "red", "--index", own_world.index, "--json").out)
    assert str(photo) not in [hit["path"] for hit in hits]


def test_a_folder_stands_for_its_photos(own_world: World) -> None:
    assert (
        "8 photos taken out of the index; the files are"
        in run("remove", own_world.photos, "--index", own_world.index).err
    )


def test_what_is_not_in_the_index_cannot_be_removed(own_world: World, tmp_path: Path) -> None:
    ran = run("remove", tmp_path / "x.jpg", own_world.photos, "--index", own_world.index)
    assert ran.code == 2
    assert json.loads(run("status", "--index", own_world.index, "--json").out)["indexed"] == 7


def test_a_removal_says_what_keeps_photos_out(own_world: World) -> None:
    photo = own_world.photos / "blue-square-on-yellow.jpg"
    told = run("remove", photo, "--index", own_world.index).err
    assert f"--exclude {photo}" in told
    command = ("index", own_world.photos, "--index", own_world.index)
    assert b"added" in run(*command).out
    ran = run(*command, "--exclude", photo, "--json")
    assert json.loads(ran.out)["excluded"] == 1
    assert str(photo) in run("status", "--index", own_world.index).out.decode()
    ran = run(*command, "--include", photo)
    assert b"added" in ran.out


def test_one_photo_is_told_in_the_singular(own_world: World) -> None:
    photo = own_world.photos / "red-disc-on-white.jpg"
    told = run("remove", photo, "--index", own_world.index).err
    assert "1 photo taken out of the index; the file is untouched" in told


def test_reading_text_without_the_extra_names_the_command_before_anything_is_done(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    ran = run("index", world.photos, "--index", tmp_path / "x", "--model", world.bundle, "--text")
    assert ran.code == 3
    assert "pip install 'photosearch[ocr]'" in ran.err
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_a_receipt_is_found_by_what_is_printed_on_it(own_world: World) -> None:
    pytest.importorskip("rapidocr")
    receipt = Image.new("RGB", (600, 300), "white")
    font = ImageFont.load_default(32)
    ImageDraw.Draw(receipt).text((40, 40), "HOTEL SEAVIEW\nBreakfast 12.50", "black", font)
    receipt.save(own_world.photos / "1.jpg", quality=60)
    found = report(own_world, "--text")["text"]
    assert isinstance(found, dict)
    assert (found["read"], found["without_text"], found["skipped"]) == (8, 7, [])
    ran = run("search", '"hotel seaview"', "--index", own_world.index, "--paths")
    assert ran.out.splitlines() == [os.fsencode(own_world.photos / "1.jpg")]
    assert b"text read   8" in run("status", "--index", own_world.index).out


@pytest.mark.slow
def test_the_summary_says_in_how_many_photos_there_is_text(own_world: World) -> None:
    pytest.importorskip("rapidocr")
    ran = run("index", own_world.photos, "--index", own_world.index, "--text")
    lines = [line.split() for line in ran.out.decode().splitlines()]
    assert ["with", "text", "0"] in lines
    assert ["without", "7"] in lines
