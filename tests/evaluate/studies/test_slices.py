"""Parts of the queries, each beside all others."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate import Evaluation
from photosearch.evaluate.significance import estimate
from photosearch.evaluate.studies.slices import slice_evaluation, slices_record, slices_text
from photosearch.progress import Progress

HITS = np.random.default_rng(0).random(100) < 0.6
OWNER = np.arange(100) // 5
EARLY = np.arange(100) < 40


def evaluation(groups: NDArray[np.int64] | None = OWNER) -> Evaluation:
    queries = tuple(f"{number}.jpg" for number in range(100))
    values = {"R@10": HITS.astype(float), "median rank": 1.0 + ~HITS}
    return Evaluation("text to photo", (), queries, values, groups)


def test_a_slice_and_all_others_are_estimated_by_their_own_groups() -> None:
    (found,) = slice_evaluation(evaluation(), {"early": EARLY})
    assert (found.queries, found.groups) == (40, 8)
    assert found.inside["R@10"] == estimate(HITS[:40].astype(float), groups=OWNER[:40])
    assert found.outside["R@10"] == estimate(HITS[40:].astype(float), groups=OWNER[40:])
    assert found.inside["median rank"].mean in (1.0, 1.5, 2.0)


def test_queries_that_stand_alone_are_drawn_alone() -> None:
    (found,) = slice_evaluation(evaluation(groups=None), {"early": EARLY})
    assert (found.queries, found.groups) == (40, 40)


def test_an_empty_slice_is_named_as_empty() -> None:
    none = np.zeros(100, bool)
    found = slice_evaluation(evaluation(), {"nothing": none, "everything": ~none})
    assert [each.queries for each in found] == [0, 100]
    nothing, everything = json.loads(json.dumps(slices_record(found)))
    assert nothing["measures"]["R@10"] == {"mean": None, "low": None, "high": None}
    assert nothing["others"] == everything["measures"]
    _, first, second, *_ = slices_text(found).splitlines()
    assert "empty" in first
    assert second.endswith("  -")


def test_a_slice_of_one_photo_has_a_mean_and_no_interval() -> None:
    found = slice_evaluation(evaluation(), {"one": OWNER == 3})
    assert found[0].groups == 1
    assert np.isnan(found[0].inside["R@10"].low)
    assert f"{100 * HITS[OWNER == 3].mean():.1f} " in slices_text(found)
    assert "fewer than 20 groups" in slices_text(found)


def test_programs_read_every_measure_and_people_read_one() -> None:
    found = slice_evaluation(evaluation(), {"early": EARLY, "a name of many words " * 5: ~EARLY})
    first, second = json.loads(json.dumps(slices_record(found)))
    assert list(first) == ["slice", "queries", "groups", "measures", "others"]
    assert list(first["measures"]) == ["R@10", "median rank"]
    assert first["measures"] == second["others"]
    assert max(map(len, slices_text(found).splitlines())) <= 100
    assert slices_text(found, "median rank").startswith("median rank")
    with pytest.raises(UsageError, match="got 'R@3', expected one of R@10, median rank"):
        slices_text(found, "R@3")


@pytest.mark.parametrize("mask", [EARLY[:-1], EARLY.astype(int), EARLY[:, None], np.array(True)])
def test_a_mask_that_does_not_fit_is_refused(mask: NDArray[np.bool_]) -> None:
    with pytest.raises(ShapeError, match=r"slice 'it': got .*, expected bool \[100\]"):
        slice_evaluation(evaluation(), {"it": mask})


def test_no_slices_are_an_error() -> None:
    with pytest.raises(UsageError, match="got no slices"):
        slice_evaluation(evaluation(), {})


def test_progress_is_told_of_each_slice() -> None:
    told: list[Progress] = []
    slice_evaluation(evaluation(), {"early": EARLY, "late": ~EARLY}, progress=told.append)
    assert [(each.done, each.total) for each in told] == [(1, 2), (2, 2)]
