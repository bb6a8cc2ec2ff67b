"""Libraries drawn from photos, of many sizes and mixtures, and what searches find first in them.

Legend: R searches of a library, Q queries, N photos held out, M photos of training, K hits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Floats
from tests.benchmarks.calibration.searches import Searches

Values: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

SHOWN: Final = 10  # hits
_SMALLEST: Final = 30  # photos
LARGEST: Final = 10_000
_ABSENT: Final = 0.3  # share of searches whose right photos are taken out of the library
_FILLED: Final = 0.5  # share of libraries with photos of training
_LIBRARIES: Final = 40  # at least, for the searches of a kind
_EVEN: Final = 0.5  # of the gamma distribution that favours some sets of photos


@dataclass(frozen=True, eq=False)
class Found:
    """The first hits of searches, and what else a rule may look at."""

    name: str
    family: str
    scores: Values  # [R, K], best first
    right: Mask  # [R, K]
    query: Ints  # [R]
    words: Ints  # [R]
    photos: Ints  # [R], in the library
    present: Mask  # [R], whether any photo of the library is right
    mean: Values  # [R], of the query's scores for the background
    spread: Values  # [R], their standard deviation


@dataclass(frozen=True, eq=False)
class Background:
    """What queries score for photos of training: one set for all queries."""

    vectors: Floats  # [B, D]

    def of(self, queries: Floats) -> tuple[Values, Values]:
        """Mean and standard deviation, as a mean vector and a covariance give them: [Q] twice."""
        mean = self.vectors.mean(axis=0, dtype=np.float64)
        covariance = np.cov(self.vectors.T.astype(np.float64))
        wide = queries.astype(np.float64)
        return wide @ mean, np.sqrt(np.einsum("qd,qd->q", wide @ covariance, wide))


def draw_searches(searches: Searches, background: Background, rows: int, seed: int = 0) -> Found:
    """Libraries of 30 to 10,000 photos, until at least so many searches were made.

    Some sets of photos are favoured in each. Three in ten searches have no right photo.
    """
    random = np.random.default_rng(seed)
    return _search(searches, background, random, rows, size=None)


def searches_of_size(
    searches: Searches, background: Background, rows: int, size: int, seed: int = 0
) -> Found:
    """Libraries of one size, each search with a right photo at least."""
    random = np.random.default_rng(seed)
    return _search(searches, background, random, rows, size=size)


def _search(
    searches: Searches,
    background: Background,
    random: np.random.Generator,
    rows: int,
    size: int | None,
) -> Found:
    held = searches.queries @ searches.photos.T  # [Q, N]
    others = np.where(searches.unlike, searches.queries @ searches.others.T, -np.inf)  # [Q, M]
    mean, spread = background.of(searches.queries)
    made: list[tuple[Values, Mask, int, int, bool]] = []
    while len(made) < rows:
        some, filled = _library(searches, random, size)
        for query in random.permutation(len(held))[: rows // _LIBRARIES + 1]:
            absent = size is None and searches.may_lack and random.random() < _ABSENT
            inside = _with_right(searches.relevant[query], some, random, absent=absent)
            scores = np.concatenate([held[query, inside], others[query, filled]])
            right = np.concatenate([searches.relevant[query, inside], np.zeros(len(filled), bool)])
            photos = int(np.isfinite(scores).sum())
            if photos >= SHOWN:
                first = np.argsort(-scores, kind="stable")[:SHOWN]
                found = scores[first].astype(np.float64), right[first]
                made.append((*found, int(query), photos, not absent))
    best, marks, asked, counts, present = (np.array(each) for each in zip(*made, strict=True))
    return Found(
        searches.name,
        searches.family,
        scores=best,
        right=marks,
        query=asked,
        words=searches.words[asked],
        photos=counts,
        present=present,
        mean=mean[asked],
        spread=spread[asked],
    )


def _library(
    searches: Searches, random: np.random.Generator, size: int | None
) -> tuple[Ints, Ints]:
    """Places of photos held out, and of photos of training."""
    count, trained = len(searches.photos), len(searches.others)
    if size is None:
        most = min(count, LARGEST)
        some = int(np.exp(random.uniform(np.log(_SMALLEST), np.log(most))))
        room = min(trained, LARGEST - some)
        filled = random.random() < _FILLED
        more = int(np.exp(random.uniform(np.log(_SMALLEST), np.log(room)))) if filled else 0
    else:
        some = min(size, count)
        more = min(size - some, trained)
    sets, place = np.unique(searches.sources, return_inverse=True)
    weight = random.gamma(_EVEN, size=len(sets))[place] + 1e-6
    held = random.choice(count, some, replace=False, p=weight / weight.sum())
    return held, random.choice(trained, more, replace=False)


def _with_right(relevant: Mask, some: Ints, random: np.random.Generator, *, absent: bool) -> Ints:
    """The photos without those that are right, or with one of them at least."""
    if absent:
        return some[~relevant[some]]
    if relevant[some].any():
        return some
    return np.append(some[1:], random.choice(np.flatnonzero(relevant)))
