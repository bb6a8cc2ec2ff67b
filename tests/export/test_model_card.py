"""The card says what was measured."""

from __future__ import annotations

from export.measure import Measured
from export.model_card import model_card
from photosearch.evaluate.significance import Estimate
from photosearch.manifest import Calibration
from photosearch.train.config import TrainConfig

RECALL = {"R@1": Estimate(0.241, 0.23, 0.25), "R@10": Estimate(0.66, 0.65, 0.67)}
MEASURED = Measured({64: RECALL, 16: RECALL}, Estimate(0.75, 0.7, 0.8), Calibration(9.0, -3.0))


def card() -> str:
    return model_card(TrainConfig(seed=7), MEASURED)


def test_each_width_and_cut_off_has_a_row_with_its_interval() -> None:
    assert "| captions to photos, 16 wide, R@1 | 24.1 [23.0, 25.0] |" in card()
    assert "| names to photos, mAP | 75.0 [70.0, 80.0] |" in card()


def test_no_blank_is_left_unfilled() -> None:
    assert "$" not in card()


def test_the_seed_and_every_setting_are_stated() -> None:
    assert "seed: 7" in card()
    assert "weight_decay: " in card()
