"""`photosearch similar` from end to end."""

from __future__ import annotations

import json
from pathlib import Path

from photosearch.testing import draw_photo
from tests.cli.conftest import World, run


def test_the_copy_comes_first_and_the_photo_itself_is_left_out(world: World) -> None:
    photo = world.photos / "red-disc-on-white.jpg"
    ran = run("similar", photo, "--index", world.index, "--json")
    hits = json.loads(ran.out)
    assert ran.code == 0
    assert "path_base64" in hits[0]  # the copy under the odd name
    assert str(photo) not in [hit["path"] for hit in hits]
    assert len(hits) == 6


def test_a_photo_need_not_be_indexed(world: World, tmp_path: Path) -> None:
    draw_photo("red disc on white").save(tmp_path / "new.png")
    ran = run("similar", tmp_path / "new.png", "--index", world.index, "--paths", "-k", "2")
    assert len(ran.out.splitlines()) == 2


def test_a_filter_means_the_same_as_in_a_search(world: World) -> None:
    photo = world.photos / "red-disc-on-white.jpg"
    ran = run("similar", photo, "--index", world.index, "--since", "2020", "--json")
    assert json.loads(ran.out) == []


def test_what_is_no_picture_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "new.jpg").write_bytes(b"no picture")
    ran = run("similar", tmp_path / "new.jpg", "--index", world.index)
    assert (ran.code, ran.out) == (4, b"")
    assert "new.jpg" in ran.err


def test_photos_alike_have_a_similarity_and_words_a_confidence(world: World) -> None:
    photo = world.photos / "red-disc-on-white.jpg"
    alike = json.loads(run("similar", photo, "--index", world.index, "--json").out)
    assert all(hit["similarity"] == hit["score"] and hit["confidence"] is None for hit in alike)
    found = json.loads(run("search", "red", "--index", world.index, "--json").out)
    assert all(0 <= hit["confidence"] <= 1 and hit["similarity"] is None for hit in found)


def test_an_empty_name_is_not_the_current_folder(world: World) -> None:
    ran = run("similar", "", "--index", world.index)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err == "photosearch: PHOTO: got '', expected a path\n"
    for option in ("--index", "--under", "--sheet"):
        assert f"{option}: got '', expected a path" in run("similar", "a.jpg", option, "").err
    assert "got '', expected a path" in run("index", world.photos, "", "--index", world.index).err
