"""`photosearch search` and `photosearch similar` from end to end, with a random model."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
from pathlib import Path

import pytest
from PIL import Image

from photosearch.cli.options import Output, Pictures
from photosearch.cli.search import check_results, show_results
from photosearch.errors import UsageError
from photosearch.testing import draw_photo
from photosearch.types import Hit
from tests.cli.conftest import ODD_NAME, Search, World, run


def test_json_lists_every_photo_best_first(search: Search, world: World) -> None:
    ran = search("red", "--json")
    hits = json.loads(ran.out)
    assert ran.code == 0
    assert [hit["rank"] for hit in hits] == list(range(1, 8))
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert {Path(hit["path"]).parent for hit in hits} == {world.photos}
    assert (hits[0]["width"], hits[0]["height"]) == (320, 240)


def test_k_limits_and_may_exceed_the_photos(search: Search) -> None:
    assert len(json.loads(search("red", "--json", "-k", "2").out)) == 2
    assert len(json.loads(search("red", "--json", "--k", "2").out)) == 2
    assert len(json.loads(search("red", "--json", "-k", "1000").out)) == 7


@pytest.mark.parametrize("k", ["0", "-1", "x"])
def test_a_senseless_k_is_refused(search: Search, k: str) -> None:
    ran = search("red", "-k", k)
    assert (ran.code, ran.out) == (2, b"")
    assert "-k" in ran.err


@pytest.mark.parametrize("query", ["🐶🏖️", "word " * 10_000, "été 海", "caf\udce9", '"', "t-shirt"])
def test_any_words_are_a_query(search: Search, query: str) -> None:
    assert search(query, "--json", "-k", "1").code == 0


@pytest.mark.parametrize("query", ["", "  "])
def test_an_empty_query_is_refused(search: Search, query: str) -> None:
    ran = search(query)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.startswith("photosearch: query: got")


def test_a_query_may_begin_with_a_minus(search: Search) -> None:
    assert search("--json", "--", "-blue red").code == 0


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["-dog beach"], "-- '-dog beach'"),
        (["-house"], "-- -house"),
        (["-kitten", "--json"], "--json -- -kitten"),
        (["-0-day party", "-k", "5"], "-k 5 -- '-0-day party'"),
        (["-dog", "beach", "-k5", "--since", "2024"], "-k5 --since 2024 -- -dog beach"),
    ],
)
def test_a_minus_without_the_two_before_it_names_the_command(given: list[str], meant: str) -> None:
    ran = run("search", *given)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.endswith(f"photosearch search {meant}\n")


def test_the_command_that_is_named_works(search: Search, world: World) -> None:
    ran = run("search", "-blue red", "--json", "--index", world.index)
    command = shlex.split(ran.err.rpartition(": ")[2])
    assert run(*command[1:]).out == search("--json", "--", "-blue red").out


@pytest.mark.parametrize("option", ["-k", "-k3", "--json", "--since=2024", "--help"])
def test_an_option_after_the_two_minuses_is_told(search: Search, option: str) -> None:
    note = f"note: {option} after -- is no option; options go before --"
    assert note in search("--paths", "--", "-blue red", option).err


def test_words_after_the_two_minuses_are_told_nothing(search: Search) -> None:
    assert "after --" not in search("--paths", "--", "-blue red", "-kitten", "a -k b").err


def test_options_in_one_are_still_options(search: Search) -> None:
    assert search("red", "-0k2").out.count(b"\0") == 2
    assert b"Usage" in search("-h").out


def test_how_a_doubtful_part_was_read_is_said(search: Search) -> None:
    ran = search("red - blue:99", "--json")
    assert len(json.loads(ran.out)) == 7
    assert "note: '-' is read as a dash" in ran.err
    assert "note: 'blue:99' is read without a weight" in ran.err


def test_words_need_no_quotes(search: Search) -> None:
    assert search("red", "disc", "--paths").out == search("red disc", "--paths").out


def test_paths_keep_the_bytes_of_names(search: Search, world: World) -> None:
    names = search("red", "--null").out.split(b"\0")
    assert os.fsencode(world.photos) + b"/" + ODD_NAME in names
    assert names[-1] == b""
    assert search("red", "--paths").out.splitlines() == names[:-1]


def test_csv_has_a_header_and_a_row_a_photo(search: Search) -> None:
    text = search("red", "--csv").out.decode("utf-8", "surrogateescape")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["rank"] for row in rows] == [str(rank) for rank in range(1, 8)]


def test_two_forms_are_refused(search: Search) -> None:
    assert search("red", "--json", "--csv").code == 2


@pytest.mark.parametrize(
    "option",
    [("--since", "soon"), ("--until", "2024-99"), ("--near", "here"), ("--media", "film")],
)
def test_a_senseless_filter_is_refused(search: Search, option: tuple[str, str]) -> None:
    ran = search("red", *option)
    assert (ran.code, ran.out) == (2, b"")
    assert f"{option[0]}: got '{option[1]}'" in ran.err


def test_a_filter_that_no_photo_passes_finds_nothing(search: Search) -> None:
    ran = search("red", "--since", "2020", "--json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert "no photos" in search("red", "--since", "2020").err


def test_kinds_of_media_are_told_apart(search: Search) -> None:
    assert len(search("red", "--media", "photo", "--paths").out.splitlines()) == 7
    assert search("red", "--media", "live", "--media", "burst", "--paths").out == b""
    assert search("red", "--favourites", "--paths").out == b""


def test_a_place_south_of_the_equator_is_a_value(search: Search) -> None:
    assert search("red", "--near", "-33.86,151.2,5", "--json").code == 0


def test_under_restricts_to_folders(search: Search, world: World, tmp_path: Path) -> None:
    assert len(json.loads(search("red", "--under", world.photos, "--json").out)) == 7
    assert json.loads(search("red", "--under", tmp_path, "--json").out) == []


@pytest.mark.parametrize("name", ["sheet.png", "sheet.html"])
def test_a_sheet_is_written_and_named(search: Search, tmp_path: Path, name: str) -> None:
    ran = search("red", "--sheet", tmp_path / name, "--json")
    assert ran.code == 0
    assert f"contact sheet: {tmp_path / name}" in ran.err
    if name.endswith("png"):
        with Image.open(tmp_path / name) as sheet:
            assert sheet.width > 900
    else:
        assert (tmp_path / name).read_text(encoding="utf-8").count("data:image/jpeg") == 7


def test_a_sheet_of_an_unknown_kind_is_refused_at_once(search: Search, tmp_path: Path) -> None:
    ran = search("red", "--sheet", tmp_path / "sheet.gif")
    assert (ran.code, ran.out) == (2, b"")


def test_a_missing_index_is_named(tmp_path: Path) -> None:
    ran = run("search", "red", "--index", tmp_path / "none.photoindex")
    assert ran.code == 7
    assert str(tmp_path / "none.photoindex") in ran.err
    assert not (tmp_path / "none.photoindex").exists()


def test_an_unknown_option_is_refused(search: Search) -> None:
    assert search("red", "--colour").code == 2


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


def test_similar_takes_the_same_filters(world: World) -> None:
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


def hit(confidence: float) -> Hit:
    return Hit(rank=1, id=1, path=Path("/a.jpg"), score=0.1, confidence=confidence)


@pytest.mark.parametrize(
    ("hits", "told"),
    [
        ([], "no photos\n"),
        ([hit(0.04)], "nothing matches well: the best confidence is 4%\n"),
        ([hit(0.6)], ""),
    ],
)
def test_a_query_without_a_match_says_so(
    hits: list[Hit], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_results("x", hits, "table", Pictures())
    assert capsys.readouterr().err == told


def test_a_program_gets_no_talk(capsys: pytest.CaptureFixture[str]) -> None:
    show_results("x", [hit(0.04)], "json", Pictures())
    assert capsys.readouterr().err == ""


def test_a_sheet_that_cannot_be_written_is_refused_before_the_search(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="contact sheet"):
        check_results(Output(), Pictures(sheet=tmp_path / "sheet.pdf"))
