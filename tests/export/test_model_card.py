"""The card says what was measured."""

from __future__ import annotations

from pathlib import Path

from export.model_card import MadeFrom, model_card
from photosearch.data.photos import CaptionedPhoto
from photosearch.train.config import TrainConfig
from photosearch.train.corpus import Corpus
from tests.export.measured import MEASURED

CORPUS = Corpus([CaptionedPhoto(Path("1.jpg"), ("a dog",), "train")], [])


def card(*given: str, absent: tuple[str, ...] = ()) -> str:
    runs = TrainConfig(seed=7), TrainConfig(seed=8)
    made = MadeFrom(runs, 248, CORPUS, absent, 3, tuple(map(Path, given)))
    return model_card(made, MEASURED)


def test_each_width_and_cut_off_has_a_row_with_its_interval() -> None:
    assert "| captions to photos, 16 wide, R@1 | 24.1 [23.0, 25.0] |" in card()
    assert "| 292 names to 782 photos, labelled, a tenth, mAP | 75.0 [70.0, 80.0] |" in card()


def test_other_words_confidence_and_the_demo_have_rows() -> None:
    assert "| points lost by other words, names, plural | 1.0 [0.0, 2.0] |" in card()
    assert "| calibration error, demo, first hit | 20.0 [10.0, 30.0] |" in card()
    assert "| the demo's queries, first photo right | 1 of 2 |" in card()


def test_the_side_at_which_it_looks_is_stated() -> None:
    assert "squashed to 248 x 248 pixels" in card()


def test_no_blank_is_left_unfilled() -> None:
    assert "$" not in card()


def test_the_seed_and_every_setting_are_stated() -> None:
    assert "seed: 7" in card()
    assert "rates: " in card()
    assert "WORK`, 552 steps of seed 7, then 552 steps of seed 8." in card()
    assert "\nseed of run 2: 8\n" in card()
    assert "rates of run 2" not in card()


def test_who_taught_the_model_is_said() -> None:
    assert "3 models of its kind, trained before it" in card()
    given = card("there/one/t.safetensors")
    assert "--work WORK --from TOWERS`, 552 steps" in given
    assert "started from the towers in `one/t.safetensors`" in given
    assert "the mean of those of 2 runs." in given
    both = card("there/one/t.safetensors", "two/t.safetensors")
    assert "which also taught it, and so did `two/t.safetensors`." in both


def test_what_the_data_folder_lacked_is_said() -> None:
    assert "It did without photos with names." in card(absent=("photos with names",))
    assert "1 photos: 1 with captions, 0 with one of" in card()
