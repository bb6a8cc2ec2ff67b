"""`photosearch demo` on the photos of the installed packages."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from export.measure.demo import RIGHT
from photosearch.cli.demo import SHEETS, demo_photos
from photosearch.errors import MissingExtra
from photosearch.images import find
from photosearch.models import load
from tests.cli.conftest import World, run

pytest.importorskip("skimage")
pytest.importorskip("sklearn")


def test_every_photo_of_the_demo_is_there() -> None:
    photos = demo_photos()
    assert len(photos) == len(set(photos)) == 18
    for photo in photos:
        with Image.open(photo) as picture:
            assert min(picture.size) >= 190


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pip install 'photosearch\[demo\]'"):
        demo_photos()


def test_the_second_sheet_is_over_scikit_image_alone() -> None:
    photos = demo_photos(SHEETS[1].packages)
    assert len(photos) == 16
    assert {photo.parent.parent.name for photo in photos} == {"skimage"}


def test_the_demo_answers_twelve_queries_and_names_its_sheets(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "builtin_bundle", lambda: world.bundle)  # random, but as a model is
    ran = run("demo", "--out", tmp_path / "out")
    lines = ran.out.decode().splitlines()
    queries = [query for sheet in SHEETS for query in sheet.queries]
    assert ran.code == 0
    assert len(set(queries)) == 12
    assert set(queries) <= set(lines)
    for sheet in SHEETS:
        for name in (f"{sheet.name}.png", f"{sheet.name}.html"):
            assert f"contact sheet: {tmp_path / 'out' / name}" in lines
            assert (tmp_path / "out" / name).stat().st_size > 10_000


@pytest.mark.slow
def test_the_demo_runs_again_over_its_own_index(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "builtin_bundle", lambda: world.bundle)
    first, second = (run("demo", "--out", tmp_path) for _ in range(2))
    assert (second.code, second.out) == (0, first.out)


@pytest.mark.slow
@pytest.mark.skipif(not load.builtin_bundle().is_dir(), reason="no built-in model in this tree yet")
def test_the_built_in_model_finds_what_most_queries_name(tmp_path: Path) -> None:
    run("demo", "--out", tmp_path)
    index = tmp_path / "demo.photoindex"
    queries = [query for sheet in SHEETS for query in sheet.queries]
    found = 0
    for query in queries:
        first = run("search", query, "-k", "1", "--paths", "--index", index).out.decode()
        found += Path(first.strip()).stem in RIGHT[query]
    assert found >= 8
