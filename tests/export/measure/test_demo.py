"""What the demo's queries find."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.measure.demo import RIGHT, DemoSearch, answers, search_demo
from photosearch.cli.demo import SHEETS, demo_photos
from photosearch.manifest import Calibration
from photosearch.progress import silent
from photosearch.testing import FakeEncoder


def test_every_query_of_the_demo_has_a_photo_that_is_right() -> None:
    pytest.importorskip("skimage")
    for sheet in SHEETS:
        stems = {photo.stem for photo in demo_photos(sheet.packages)}
        assert all(stems & set(RIGHT[query]) for query in sheet.queries)
    assert len(RIGHT) == 12


def test_each_sheet_is_asked_of_its_own_photos() -> None:
    pytest.importorskip("skimage")
    pytest.importorskip("sklearn")
    found = search_demo(FakeEncoder(dim=8), demo_photos(), silent)
    assert [len(sheet.photos) for sheet in found] == [18, 16]
    assert [sheet.relevant.any(axis=1).all() for sheet in found] == [True, True]


def test_an_answer_says_what_came_first_and_where_the_right_one_stands() -> None:
    scores = np.array([[0.1, 0.9, 0.5]], np.float32)
    photos = tuple(Path(f"{name}.png") for name in ("moon", "retina", "page"))
    right = np.array([[True, False, False]])
    found = DemoSearch(("a moon",), photos, scores, right, np.array([3.0]))
    (answer,) = answers(found, Calibration(scale=0, bias=0))
    assert (answer.first, answer.right, answer.rank) == ("retina.png", False, 3)
    assert answer.confidence == 0.5
