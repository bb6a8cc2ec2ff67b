"""Asking for names."""

from __future__ import annotations

import numpy as np
import pytest

from export.measure.embedded import NameSet
from export.measure.held_out import TENTH, WHOLE_SETS
from export.measure.names import NEVER_SEEN, ONE_LIBRARY, find_names, found_names

AXES = np.eye(4, dtype=np.float32)


def named(**places: int) -> NameSet:
    """One photo of each name, each on an axis of its own, and its query there too."""
    rows = AXES[list(places.values())]
    return NameSet(tuple(places), rows, tuple(places), rows)


def test_the_first_photo_and_the_mean_precision_are_measured() -> None:
    names = NameSet(("dog", "cat"), AXES[[0, 1]], ("cat", "dog"), AXES[[0, 0]])
    found = found_names(names)
    assert (found.names, found.photos) == (2, 2)
    assert found.first_right.mean == 0.5
    assert found.precision.mean == pytest.approx(0.75)  # (1/2 + 1) / 2


def test_one_library_has_the_photos_of_all_groups() -> None:
    groups = {TENTH: named(cat=0, dog=1), WHOLE_SETS: named(acorn=0)}
    found = find_names(groups, {"cat", "dog"})
    assert found[WHOLE_SETS].precision.mean == 1.0
    assert found[f"{WHOLE_SETS}, {ONE_LIBRARY}"].photos == 3
    # The cat is as alike: first or second.
    assert found[f"{WHOLE_SETS}, {ONE_LIBRARY}"].precision.mean == 0.75


def test_names_that_no_training_photo_has_are_counted_apart() -> None:
    found = find_names({WHOLE_SETS: named(Cat=0, acorn=1)}, {"cat"})
    assert found[f"{WHOLE_SETS}, {NEVER_SEEN}"].names == 1


def test_nothing_is_found_without_photos() -> None:
    assert find_names({}, set()) == {}
