"""`photosearch-swift search` reads queries and answers them as `photosearch search` does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from photosearch.cli.app import app
from photosearch.encoder import Bytes, Floats
from photosearch.index import PhotoIndex
from photosearch.models.builtin import BuiltinEncoder
from photosearch.models.load import builtin_bundle
from photosearch.testing import LibraryPlan, simulate_library

pytestmark = pytest.mark.slow

_QUERIES = (
    *("beach", "red disc", "2018", "since 2018 red", "last summer", "in winter", "on sundays"),
    *("at night", "near home", "abroad", "on a trip", "paris", "in lisbon", "new york 2019"),
    *("screenshots", "selfies or panoramas", "black and white", "dark", "my favourites"),
    *("red or blue or green", "cat | dog, red | blue", "red without blue", "not blurry", "-red"),
    *('"trip"', '"no such words anywhere"', '"IMG" red', "birthday", "img_00", "the"),
    *("una playa con perros", "shot on iphone", "red:2 -blue:0.5", "12/25/2018", "3/4/2019"),
    *("birthday party last year without people", "sea or beach in summer 2018", "\u4e00 \u200b!"),
)


class _DrawnEncoder(BuiltinEncoder):
    """The built-in words; a photo's vector is drawn by its pixels, near some words."""

    def encode_pixels(self, pixels: Bytes) -> Floats:
        words = self.encode_texts(["red disc", "beach", "birthday party", "blue", "cat"])
        mixed = []
        for each in pixels:
            draw = np.random.default_rng(int(each.astype(np.int64).sum()))
            mixed.append(draw.standard_normal(len(words)) @ words)
        rows = np.array(mixed)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a simulated library, with its times, places, kinds, albums and titles."""
    place = tmp_path_factory.mktemp("library")
    plan = LibraryPlan(photos=250, years=(2017, 2019), seed=3)
    simulate_library(place / "photos", plan)
    encoder = _DrawnEncoder(builtin_bundle(), name="builtin")
    with PhotoIndex.open(place / "x.photoindex", encoder) as index:
        index.add(place / "photos")
    return place / "x.photoindex"


def _python(directory: Path, *words: str) -> tuple[list[dict[str, Any]], str]:
    done = CliRunner().invoke(app, ["search", "--index", str(directory), *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout), done.stderr


def _swift(tool: Path, directory: Path, *words: str) -> tuple[list[dict[str, Any]], str]:
    command = [str(tool), "search", str(directory), *words]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return json.loads(done.stdout), done.stderr.decode()


@pytest.mark.parametrize("query", _QUERIES)
def test_both_find_the_same_and_say_the_same(swift_tool: Path, directory: Path, query: str) -> None:
    words = ("--json", "-k", "30", "--", query)
    found, said = _swift(swift_tool, directory, *words)
    expected, told = _python(directory, *words)
    assert said == told
    assert len(found) == len(expected)
    for hit, want in zip(found, expected, strict=True):
        for name in ("score", "confidence"):
            assert hit.pop(name) == pytest.approx(want.pop(name), abs=1e-5)
        assert hit == want


@pytest.mark.parametrize("media", ["photo", "selfie", "black-and-white", "dark"])
def test_a_filter_holds_beside_a_reading(swift_tool: Path, directory: Path, media: str) -> None:
    words = ("--json", "-k", "30", "--media", media, "--since", "2018", "red in winter")
    found, expected = _swift(swift_tool, directory, *words)[0], _python(directory, *words)[0]
    assert [hit["id"] for hit in found] == [hit["id"] for hit in expected]
