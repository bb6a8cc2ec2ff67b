"""Contact sheets of real picture files."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from PIL import Image

from photosearch.display.sheet import Section, check_sheet_path, write_sheet
from photosearch.display.sheet_png import COLUMNS, GAP, TILE, TITLE
from photosearch.errors import UsageError
from photosearch.types import Hit


def hit(path: Path, rank: int = 1) -> Hit:
    return Hit(rank=rank, id=rank, path=path, score=0.3, confidence=0.75)


@pytest.fixture
def red(tmp_path: Path) -> Path:
    path = tmp_path / "red.png"
    Image.new("RGB", (400, 300), (255, 0, 0)).save(path)
    return path


def test_a_png_sheet_shows_the_photo_in_its_tile(red: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    write_sheet(out, [Section("red", (hit(red),))])
    with Image.open(out) as sheet:
        assert sheet.getpixel((GAP + TILE // 2, GAP + TITLE + TILE // 2)) == (255, 0, 0)


def test_a_png_sheet_breaks_rows(red: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    hits = tuple(hit(red, rank) for rank in range(1, COLUMNS + 2))
    write_sheet(out, [Section("red", hits[:COLUMNS])])
    with Image.open(out) as one_row:
        height = one_row.height
    write_sheet(out, [Section("red", hits)])
    with Image.open(out) as two_rows:
        assert two_rows.height > height + TILE


def test_an_html_sheet_holds_its_pictures_and_links_the_files(red: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    write_sheet(out, [Section("red", (hit(red),)), Section("blue", ())])
    page = out.read_text(encoding="utf-8")
    assert page.count('src="data:image/jpeg;base64,') == 1
    assert f'href="{red.as_uri()}"' in page
    assert "75%" in page
    assert "No photos." in page


def test_an_html_sheet_asks_nothing_of_the_network(red: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    write_sheet(out, [Section("red", (hit(red),))])
    assert not re.search(r"https?:|<script|<link|@import", out.read_text(encoding="utf-8"))


def test_markup_in_names_and_queries_is_escaped(tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    name = '<img src=x onerror="alert(1)">.jpg'
    write_sheet(out, [Section("<script>", (hit(tmp_path / name),))])
    page = out.read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("name", ["sheet.png", "sheet.html"])
def test_a_photo_that_has_gone_leaves_an_empty_tile(name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    write_sheet(out, [Section("gone", (hit(tmp_path / "gone.jpg"),))])
    assert out.stat().st_size > 0


@pytest.mark.parametrize("name", ["sheet.png", "sheet.html"])
def test_a_name_that_is_not_utf8_can_be_shown(name: str, red: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"r\xe9d\n.png")
    odd.write_bytes(red.read_bytes())
    write_sheet(tmp_path / name, [Section("red\udce9", (hit(odd),))])
    assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.parametrize("name", ["sheet.pdf", "sheet", "missing/sheet.png"])
def test_a_sheet_that_cannot_be_written_is_a_usage_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="contact sheet"):
        check_sheet_path(tmp_path / name)


def test_a_failed_sheet_leaves_the_old_one(red: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    out.write_bytes(b"old")
    broken = Section("red", (hit(red), None))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        write_sheet(out, [broken])
    assert out.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["red.png", "sheet.png"]


@pytest.mark.parametrize("name", ["sheet.png", "sheet.html"])
def test_a_similarity_below_zero_has_no_bar(tmp_path: Path, name: str) -> None:
    alike = Hit(rank=1, id=1, path=tmp_path / "none.jpg", score=-0.0287, confidence=None)
    write_sheet(tmp_path / name, [Section("like a.jpg", (alike,))])
    written = (tmp_path / name).read_bytes()
    assert name.endswith("png") or (b"-3%" in written and b'value="0.000"' in written)
