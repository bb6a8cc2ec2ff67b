"""Asking for names: each group of photos by itself, and all of them in one library.

A group by itself is what earlier figures were measured on. One library of all photos held out is
nearer to a user's search: most photos show something else, and some show nearly the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

import numpy as np

from export.measure.embedded import NameSet, union
from export.measure.held_out import WHOLE_SETS
from export.measure.records import NamesFound
from photosearch.evaluate import find_places
from photosearch.evaluate.expected import average_precision, success
from photosearch.evaluate.significance import estimate

NEVER_SEEN = "names that no training photo has"
ONE_LIBRARY = "in one library"


def find_names(groups: Mapping[str, NameSet], trained: Set[str]) -> dict[str, NamesFound]:
    """Each group, the part of the whole sets whose names are new, then all in one library.

    `trained` are the names of photos that training may see, in small letters.
    """
    if not groups:
        return {}
    asked = dict(groups)
    if WHOLE_SETS in groups:
        whole = groups[WHOLE_SETS]
        new = [name for name in whole.asked if name.casefold() not in trained]
        asked |= {f"{WHOLE_SETS}, {NEVER_SEEN}": whole.asking(new)} if new else {}
    library = union(list(groups.values()))
    found = {title: found_names(each) for title, each in asked.items()}
    return found | {
        f"{title}, {ONE_LIBRARY}": found_names(each.among(library)) for title, each in asked.items()
    }


def found_names(names: NameSet) -> NamesFound:
    """Mean average precision, and how often the first photo is right; intervals resample names."""
    places = find_places(names.queries, names.photos, np.nonzero(names.relevant()))
    return NamesFound(
        names=len(names.asked),
        photos=len(names.labels),
        precision=estimate(average_precision(places)),
        first_right=estimate(success(places, 1)),
    )
