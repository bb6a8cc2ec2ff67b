"""Measuring a model through its encoder, on the encoder that knows colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.measure import Measured, measure
from photosearch.data import CaptionedPhoto, LabelledPhoto
from photosearch.testing import FakeEncoder, draw_photos

DRAWINGS = ("red disc on white", "blue disc on white", "green disc on white", "red square on white")
CAPTIONS = (("red",), ("blue", "so blue"), ("green",))
COLORS = ("red", "blue", "green", "red")


@pytest.fixture
def measured(tmp_path: Path) -> Measured:
    paths = list(draw_photos(tmp_path, DRAWINGS).values())
    return measure(
        FakeEncoder(dim=8),
        [CaptionedPhoto(*row, split=None) for row in zip(paths[:3], CAPTIONS, strict=True)],
        [
            LabelledPhoto(path, color, "drawings", (), style=None, held_out=True)
            for path, color in zip(paths, COLORS, strict=True)
        ],
        (8, 4),
    )


def test_a_model_that_knows_colours_finds_every_colour(measured: Measured) -> None:
    assert measured.captions[8]["R@1"].mean == 1.0
    assert measured.labels.mean == 1.0


def test_captions_are_measured_at_every_width(measured: Measured) -> None:
    assert list(measured.captions) == [8, 4]
    assert measured.captions[4]["R@1"].mean < 1.0  # red is the fifth number


def test_a_better_score_is_a_likelier_match(measured: Measured) -> None:
    assert measured.calibration.scale > 0
