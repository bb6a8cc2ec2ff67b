"""What an index is told to leave out stays out until that is taken back."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from photosearch.errors import UsageError
from photosearch.index.exclusions import Exclusions, whole_pattern
from photosearch.index.store import PhotoIndex

from .conftest import Draw

# Every pattern was given to git 2.39 as a line of .gitignore in the root of a repository, and every
# path to `git check-ignore`; those in the last column it ignores.
CASES = (
    ("*.png", ("a.png", "b/c.png"), ("a.jpg", "png")),
    ("private/", ("private/x", "a/private/b/x"), ("private", "privates/x")),
    ("private", ("private", "a/private/x"), ("privates", "aprivate")),
    ("**/2020/raw", ("2020/raw", "a/2020/raw/x"), ("2020/b/raw",)),
    ("/top/*.jpg", ("top/a.jpg",), ("a/top/a.jpg", "top/b/a.jpg")),
    ("a?[0-9].jpg", ("ab1.jpg",), ("abc.jpg", "a1.jpg")),
    (r"\[x\]", ("[x]", "b/[x]/c"), ("x",)),
)


@pytest.mark.parametrize(("pattern", "ignored", "kept"), CASES)
def test_patterns_mean_what_they_mean_to_git(
    pattern: str, ignored: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    excluded = Exclusions([pattern])
    assert all(excluded(f"/{path}", is_folder=False) for path in ignored)
    assert not any(excluded(f"/{path}", is_folder=False) for path in kept)


def test_a_pattern_keeps_its_meaning_in_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "[1]").mkdir()
    assert whole_pattern("*.png") == "*.png"
    assert whole_pattern("2020/raw/") == "**/2020/raw/"
    assert whole_pattern("./a/") == whole_pattern("~/a/") == f"{tmp_path}/a/"
    assert whole_pattern("./*.png") == f"{tmp_path}/*.png"
    assert whole_pattern("./[1]") == f"{tmp_path}/\\[1\\]".replace("\\\\", "\\")


@pytest.mark.parametrize("pattern", ["", " ", "!a", "#a", "a\nb", "a\\"])
def test_what_is_no_pattern_is_refused(full: PhotoIndex, pattern: str) -> None:
    with pytest.raises(UsageError):
        full.exclude(["a/", pattern])
    assert full.status().exclusions == ()
    assert full.status().indexed == 8


def test_what_matches_is_forgotten_and_found_no_more(
    full: PhotoIndex, folder: Path, draw: Draw
) -> None:
    assert full.exclude(["a/"]) == 4
    assert full.status().exclusions == ("a/",)
    draw("a/new.png", width=20)
    report = full.add([folder])
    assert (report.unchanged, report.added, report.removed, report.skipped) == (4, 0, 0, ())
    assert full.verify().ok


def test_what_is_taken_back_is_found_again(full: PhotoIndex, folder: Path) -> None:
    full.exclude([str(folder / "a"), "*.gif"])
    full.include([str(folder / "a")])
    assert full.status().exclusions == ("*.gif",)
    assert full.add([folder]).added == 4
    with pytest.raises(UsageError, match=r"\*\.gif"):
        full.include(["b/"])


def test_what_is_named_and_excluded_is_reported(full: PhotoIndex, folder: Path) -> None:
    full.exclude(["a/"])
    (skipped,) = full.add([folder / "a", folder / "b"]).skipped
    assert skipped.path == folder / "a"
    assert "exclusion" in skipped.reason


def test_an_excluded_folder_is_not_entered(
    full: PhotoIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.exclude(["a/"])
    entered: list[str] = []
    scandir = os.scandir

    def noted(path: str) -> object:
        entered.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", noted)
    full.add([folder])
    assert str(folder / "b") in entered
    assert str(folder / "a") not in entered


def test_links_to_what_is_excluded_are_left_out_by_their_own_name(
    index: PhotoIndex, folder: Path, tmp_path: Path, draw: Draw
) -> None:
    draw("one.png")
    (tmp_path / "away").mkdir()
    draw("two.png", width=9).rename(tmp_path / "away" / "two.png")
    (folder / "album").symlink_to(tmp_path / "away")
    index.exclude(["album/"])
    assert index.add([folder]).added == 1


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_may_be_spelled_either_way(
    index: PhotoIndex, folder: Path, draw: Draw, form: Literal["NFC", "NFD"]
) -> None:
    forms: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
    for name in forms:
        draw(f"{unicodedata.normalize(name, 'größe')}/{name}.png", width=len(name) + len(form))
    index.exclude([unicodedata.normalize(form, "größe/")])
    assert index.add([folder]).added == 0


def test_many_excluded_photos_are_no_vanished_ones(full: PhotoIndex, folder: Path) -> None:
    assert full.exclude(["*.png"]) == 8
    assert full.add([folder]).removed == 0


def test_a_broken_link_that_is_excluded_is_not_reported(full: PhotoIndex, folder: Path) -> None:
    (folder / "link").symlink_to("nowhere")
    assert len(full.add([folder]).skipped) == 1
    full.exclude(["link"])
    assert full.add([folder]).skipped == ()


@pytest.fixture
def linked(tmp_path: Path, draw: Draw) -> Path:
    """A folder with r2/private/01.png, r2/fam/02.png and l2, a link to r2."""
    home = tmp_path / "linked"
    for number, name in enumerate(("private/01.png", "fam/02.png")):
        place = home / "r2" / name
        place.parent.mkdir(parents=True)
        draw(f"{number}.png", width=20 + number).rename(place)
    (home / "l2").symlink_to("r2")
    return home


def names(index: PhotoIndex) -> list[str]:
    return sorted(photo.path.name for photo in index.photos())


FORMS = ("{}", "./{}", "{home}/{}", "{home}/./{}/", "./{}*", "{}/", "{home}//{}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("root", "place"), [("r2", "l2"), ("l2", "r2"), ("l2", "l2")])
def test_a_place_is_left_out_by_any_name(
    index: PhotoIndex, linked: Path, monkeypatch: pytest.MonkeyPatch, form: str, root: str,
    place: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(linked)
    index.exclude([form.format(f"{place}/private", home=linked)])
    index.add([linked / root])
    assert names(index) == ["02.png"]


def test_what_is_indexed_elsewhere_by_its_real_name_keeps_a_place_left_out(
    index: PhotoIndex, linked: Path
) -> None:
    index.add([linked / "r2/fam"])
    index.exclude([str(linked / "l2/private")])
    index.add([linked / "l2"])
    assert names(index) == ["02.png"]


@pytest.mark.parametrize(("root", "place"), [("l2", "r2"), ("r2", "l2")])
def test_what_is_indexed_by_one_name_is_forgotten_by_the_other(
    index: PhotoIndex, linked: Path, root: str, place: str
) -> None:
    index.add([linked / root])
    assert index.exclude([str(linked / place / "private")]) == 1
    assert names(index) == ["02.png"]


def test_a_link_to_one_file_and_the_file_are_one_place(index: PhotoIndex, linked: Path) -> None:
    link = linked / "link.png"
    link.symlink_to("r2/private/01.png")
    index.exclude([str(link)])
    index.add([linked / "r2"])
    assert names(index) == ["02.png"]
    index.include([str(link)])
    index.add([link])
    assert index.exclude([str(linked / "r2/private")]) == 1
    index.add([link, linked])
    assert names(index) == ["02.png"]


def test_a_place_that_a_link_names_can_be_taken_back(
    index: PhotoIndex, linked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(linked)
    index.exclude(["l2/private"])
    index.include(["l2/private"])
    assert index.status().exclusions == ()


def test_a_pattern_that_is_not_utf8_is_kept_as_the_disk_has_it(
    index: PhotoIndex, folder: Path, draw: Draw
) -> None:
    draw("a.png").rename(folder / os.fsdecode(b"x\xff.png"))
    pattern = os.fsdecode(b"x\xff.png")
    index.exclude([pattern, str(folder / pattern)])
    assert index.add([folder]).added == 0
    assert pattern in index.status().exclusions
    index.include([pattern, str(folder / pattern)])
    assert index.status().exclusions == ()
    assert index.add([folder]).added == 1


def test_an_exclusion_is_taken_back_in_either_spelling(index: PhotoIndex) -> None:
    composed, apart = (unicodedata.normalize(form, "größe/") for form in ("NFC", "NFD"))
    index.exclude([composed])
    index.exclude([apart])
    assert index.status().exclusions == (composed,)
    index.include([apart])
    assert index.status().exclusions == ()


def test_slashes_without_a_name_between_them_count_once() -> None:
    assert whole_pattern("h//08.jpg") == whole_pattern("h/.//08.jpg") == "**/h/08.jpg"


def test_a_pattern_that_takes_back_is_told_of_include() -> None:
    with pytest.raises(UsageError, match="--include"):
        whole_pattern("!x")


def test_a_name_that_begins_with_a_tilde_is_no_place() -> None:
    assert whole_pattern("~no such user*") == "~no such user*"


def test_a_run_tells_which_exclusions_left_something_out(full: PhotoIndex, folder: Path) -> None:
    full.exclude(["a/", "*.png", "b/typo/"])
    assert full.add([folder]).excluded_by == ("*.png", "a/")
