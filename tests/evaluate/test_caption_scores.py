"""Captions and photos, both ways, and by judgements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate import (
    Captioned,
    embed_captioned,
    nearest_photos,
    score_captions,
    score_judged,
)
from photosearch.testing import draw_photos

RANK = "median rank"


def made(captions: list[list[float]], owner: list[int], photos: list[list[float]]) -> Captioned:
    return Captioned(
        photos=np.array(photos, np.float32),
        captions=np.array(captions, np.float32),
        owner=np.array(owner),
        photo_names=tuple(f"{at}.jpg" for at in range(len(photos))),
        caption_names=tuple(f"{at}.jpg#{number}" for number, at in enumerate(owner)),
    )


ONES = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def test_what_is_right_everywhere_scores_one() -> None:
    to_photo, to_text = score_captions(made(ONES, [0, 1, 2], ONES))
    for found in (to_photo, to_text):
        assert {float(values.mean()) for values in found.values.values()} == {1.0}
        assert found.notes == ("No ties.",)


def test_photos_that_are_the_same_share_what_they_could_get() -> None:
    data = made([[1.0, 0.0]], [0], [[1.0, 0.0]] * 4)
    to_photo, _ = score_captions(data)
    assert to_photo.values["R@1"][0] == pytest.approx(1 / 4)
    assert to_photo.values["MRR"][0] == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert to_photo.values[RANK][0] == pytest.approx(2.5)
    assert to_photo.notes == ("1 right answers share their score with others.",)


def test_any_caption_of_a_photo_is_right_and_a_photo_without_captions_is_not_asked() -> None:
    data = made(
        [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], [0, 0, 1], [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    )
    _, to_text = score_captions(data)
    assert to_text.queries == ("0.jpg", "1.jpg")
    assert to_text.values["R@1"].tolist() == [1.0, 0.0]


def test_captions_of_one_photo_are_drawn_together() -> None:
    """Five of five right or none: the interval is that of two photos, not of ten captions."""
    right, wrong = [[1.0, 0.0]] * 5, [[0.0, -1.0]] * 5
    data = made(right + wrong, [0] * 5 + [1] * 5, [[1.0, 0.0], [0.0, 1.0]])
    interval = score_captions(data)[0].estimates()["R@1"]
    assert (interval.mean, interval.low, interval.high) == (0.5, 0.0, 1.0)


def test_judgements_are_graded() -> None:
    data = made(ONES, [0, 1, 2], ONES)
    found = score_judged(data, {"0.jpg#0": {"0.jpg": 1, "1.jpg": 3, "2.jpg": 0}})
    tied = (1 / np.log2(3) + 1 / 2) / 2  # the other two photos are tied behind the first
    ideal = 3 + 1 / np.log2(3)
    assert found.values["nDCG@10"][0] == pytest.approx((1 + 3 * tied) / ideal)
    assert found.values["R@1"][0] == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("qrels", "message"),
    [
        ({"7.jpg#9": {"0.jpg": 1}}, "name 1 queries that the data does not have: got '7.jpg#9'"),
        ({"0.jpg#0": {"x.jpg": 1, "y.jpg": 0}}, "name 2 photos that the data does not have"),
    ],
)
def test_names_that_the_data_lacks_are_refused(
    qrels: dict[str, dict[str, int]], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        score_judged(made(ONES, [0, 1, 2], ONES), qrels)


def test_no_photos_or_no_captions_is_an_error() -> None:
    none = np.zeros((0, 2), np.float32)
    with pytest.raises(UsageError, match="got 0 photos and 0 captions"):
        Captioned(none, none, np.zeros(0, np.int64), (), ())


def test_a_run_lists_the_nearest_photos() -> None:
    assert nearest_photos(made(ONES, [0, 1, 2], ONES), k=1) == {
        f"{at}.jpg#{at}": {f"{at}.jpg": 1.0} for at in range(3)
    }


def test_captions_of_one_photo_alone_have_a_mean_and_no_interval() -> None:
    found = score_captions(made([ONES[0], ONES[1]], [0, 0], ONES))[0].estimates()["R@1"]
    assert (found.mean, np.isnan(found.low)) == (0.5, True)


@pytest.mark.parametrize("owner", [[0, 1], [0, 1, 3], [0, 1, -1]])
def test_owners_that_do_not_fit_are_refused(owner: list[int]) -> None:
    photos = np.array(ONES, np.float32)
    names = ("a", "b", "c")
    with pytest.raises(ShapeError, match="owner"):
        Captioned(photos, photos, np.array(owner), names, names)


def test_photos_that_come_twice_and_encoders_that_miscount_are_refused(tmp_path: Path) -> None:
    photo = next(iter(draw_photos(tmp_path).values())).name
    twice = [photo, f"./{photo}"]
    for rows, error in (([photo], ShapeError), (twice, UsageError), ([], UsageError)):
        lines = [json.dumps({"image": name, "captions": ["words"]}) for name in rows]
        (tmp_path / "captions.jsonl").write_text("\n".join(lines))
        with pytest.raises(error):
            embed_captioned(OneMore(), tmp_path)


class OneMore:
    """An encoder that gives a row too many."""

    def encode_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        return np.ones((len(images) + 1, 2), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 2), np.float32)
