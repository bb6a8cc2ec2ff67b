"""Measuring a model through its encoder, on the encoder that knows colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.evaluate.builtin import Captions, Labels, Measured, measure
from photosearch.testing import FakeEncoder, draw_photos

DRAWINGS = ("red disc on white", "blue disc on white", "green disc on white", "red square on white")


@pytest.fixture
def measured(tmp_path: Path) -> Measured:
    paths = list(draw_photos(tmp_path, DRAWINGS).values())
    return measure(
        FakeEncoder(dim=8),
        Captions(paths[:3], [["red"], ["blue", "so blue"], ["green"]]),
        Labels(paths, ["red", "blue", "green", "red"]),
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
