"""A model on photos that were changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from photosearch.data.evaluation_set import Sampling
from photosearch.encoder import Floats
from photosearch.errors import ImageError, UsageError
from photosearch.evaluate import embed_captioned, score_captions, significance
from photosearch.evaluate.significance import estimate
from photosearch.evaluate.studies.conditions import Change, Condition, Level
from photosearch.evaluate.studies.curves import robustness_text
from photosearch.evaluate.studies.robustness import robustness
from photosearch.progress import Progress
from photosearch.testing import DRAWINGS, FakeEncoder, draw_photos


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six drawings: one caption says what they show, another one nothing."""
    photos = draw_photos(tmp_path, DRAWINGS)
    lines = [
        json.dumps({"image": path.name, "captions": [text, "something else"]})
        for text, path in photos.items()
    ]
    (tmp_path / "captions.jsonl").write_text("\n".join(lines))
    return tmp_path


def condition(*, of_input: bool = True) -> Condition:
    changes: dict[Level, Change] = {
        "same": Image.Image.copy,
        "black": black,
        "inverted": ImageOps.invert,
    }
    return Condition("paint", "", changes, of_input=of_input)


def black(picture: Image.Image) -> Image.Image:
    return Image.new("RGB", (10, 5))


@pytest.mark.parametrize("of_input", [True, False])
def test_values_are_those_of_an_evaluation_of_the_changed_photos(
    folder: Path, tmp_path: Path, of_input: bool
) -> None:
    encoder = FakeEncoder()
    (curve,) = robustness(encoder, folder, conditions=[condition(of_input=of_input)], k=1).curves
    before = score_captions(embed_captioned(encoder, folder))[0]
    for path in folder.glob("*.jpg"):  # as PNG, whose pixels stay, under the same name
        with Image.open(path) as photo:
            ImageOps.invert(photo).save(path, "PNG")
    after = score_captions(embed_captioned(encoder, folder))[0]
    same, _, inverted = curve.points
    assert same.value == before.estimates()["R@1"]
    assert inverted.value == after.estimates()["R@1"]
    paired = after.values["R@1"] - before.values["R@1"]
    assert inverted.difference == estimate(paired, groups=before.groups)


def test_photos_that_stay_as_they_were_are_counted_and_embedded_once(folder: Path) -> None:
    encoder = FakeEncoder()
    found = robustness(encoder, folder, conditions=[condition()], k=1)
    same, dark, inverted = found.curves[0].points
    assert [each.unchanged for each in (same, dark, inverted)] == [6, 0, 0]
    assert (same.difference.low, same.difference.high) == (0.0, 0.0)
    assert encoder.photos_encoded == 6 * 3


def test_photos_that_all_look_alike_are_found_by_chance(folder: Path) -> None:
    found = robustness(FakeEncoder(), folder, conditions=[condition()], k=2)
    assert found.measure == "R@2"
    assert found.curves[0].points[1].value.mean == pytest.approx(2 / 6)


def test_the_standard_conditions_are_those_of_the_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(significance, "RESAMPLES", 20)
    found = robustness(FakeEncoder(side=16), folder, k=1)
    assert [each.condition for each in found.curves] == [
        "JPEG", "noise", "blur", "thumbnail", "crop", "rotation", "resize filter",
    ]  # fmt: skip
    own = next(each for each in found.curves[-1].points if each.level == "bilinear")
    assert own.unchanged == 6
    assert "Changed after preparation, at 16 x 16 pixels: JPEG" in robustness_text(found)


def test_a_sample_is_the_same_again_and_says_so(folder: Path) -> None:
    sampling = Sampling(photos=4, captions=5, seed=3)
    once, again = (
        robustness(FakeEncoder(), folder, conditions=[condition()], sampling=sampling, k=1)
        for _ in range(2)
    )
    assert once == again
    assert (once.photos, once.captions) == (4, 5)
    assert once.protocol[:2] == (
        "Each of 5 captions is asked of all 4 photos, all changed alike.",
        "They are drawn from 6 photos and 12 captions by seed 3.",
    )


def test_progress_is_told_of_captions_photos_and_scores(folder: Path) -> None:
    told: list[Progress] = []
    robustness(FakeEncoder(), folder, conditions=[condition()], k=1, progress=told.append)
    last = {each.note: (each.done, each.total) for each in told}
    assert last == {"captions": (12, 12), "changed photos": (6, 6), "scores": (4, 4)}


def test_what_cannot_be_measured_is_an_error(folder: Path) -> None:
    for k in (0, 6):
        with pytest.raises(UsageError, match=f"k: got {k}, expected 1 to 5"):
            robustness(FakeEncoder(), folder, k=k)
    for conditions in ([], [replace(condition(), levels={})]):
        with pytest.raises(UsageError, match="got no conditions"):
            robustness(FakeEncoder(), folder, conditions=conditions, k=1)
    with pytest.raises(UsageError, match=r"no captions\.jsonl"):
        robustness(FakeEncoder(), folder / "nowhere")
    with pytest.raises(UsageError, match="got FilesAlone, expected an encoder of pixels"):
        robustness(FilesAlone(), folder)


def test_a_photo_that_cannot_be_read_is_an_error(folder: Path) -> None:
    next(folder.glob("*.jpg")).write_bytes(b"no picture")
    with pytest.raises(ImageError):
        robustness(FakeEncoder(), folder, conditions=[condition()], k=1)


class FilesAlone:
    """As the packages of an export are."""

    def encode_images(self, images: Sequence[Path]) -> Floats:
        return np.ones((len(images), 2), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        return np.ones((len(texts), 2), np.float32)
