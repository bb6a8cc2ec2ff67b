"""Rules from a score to a probability: which numbers they look at, how they are fitted.

Legend: R searches, K hits, F numbers that a rule looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.manifest import Calibration
from photosearch.query.calibration import MOST_PHOTOS, MOST_WORDS
from tests.benchmarks.calibration.libraries import Found, Values

_ROUNDS: Final = 100
_RIDGE: Final = 1e-7
_MOST: Final = 30.0  # of an exponent while fitting

Look: TypeAlias = Callable[[Found], Sequence[Values]]  # each [R, K], or [R, 1] for all hits alike


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A rule with its constants: one for each number that it looks at, and the bias."""

    look: Look
    constants: Values  # [F + 1]
    steps: tuple[Values, Values] | None = None  # isotonic: ends of the logit, probabilities

    def __call__(self, found: Found) -> Values:
        """The probability of each hit: [R, K]."""
        logit = numbers(self.look, found) @ self.constants[:-1] + self.constants[-1]
        if self.steps is not None:
            return np.asarray(np.interp(logit, *self.steps), np.float64)
        return np.asarray(1 / (1 + np.exp(-logit)), np.float64)


def score(found: Found) -> Values:
    return found.scores


def normalised(found: Found) -> Values:
    """As speaker verification does with a background set: Auckenthaler et al. 2000,
    doi:10.1006/dspr.1999.0360."""
    return np.asarray((found.scores - found.mean[:, None]) / found.spread[:, None], np.float64)


def mean(found: Found) -> Values:
    return found.mean[:, None]


def spread(found: Found) -> Values:
    return found.spread[:, None]


def words(found: Found) -> Values:
    return np.asarray(np.log(np.minimum(found.words, MOST_WORDS))[:, None], np.float64)


def photos(found: Found) -> Values:
    return np.asarray(np.log(np.minimum(found.photos, MOST_PHOTOS))[:, None], np.float64)


def all_words(found: Found) -> Values:
    return np.asarray(np.log(found.words)[:, None], np.float64)


def all_photos(found: Found) -> Values:
    return np.asarray(np.log(found.photos)[:, None], np.float64)


def best(found: Found) -> Values:
    """The score of the first hit."""
    return found.scores[:, :1]


SHIPPED, NEW = "as in 2.0.1", "score, words, photos"
NORMALISED, BOTH = "normalised score", "score, mean, spread, words, photos"
RULES: Final[dict[str, tuple[Callable[[Found], Values], ...]]] = {
    "score": (score,),
    NORMALISED: (normalised,),
    "score, mean, spread": (score, mean, spread),
    "score, photos": (score, photos),
    "score, words": (score, words),
    NEW: (score, words, photos),
    "normalised score, words, photos": (normalised, words, photos),
    BOTH: (score, mean, spread, words, photos),
    "score, best, words, photos": (score, best, words, photos),
    "score, words, photos unbounded": (score, all_words, all_photos),
}


def looks(parts: Sequence[Callable[[Found], Values]]) -> Look:
    return lambda found: [part(found) for part in parts]


def numbers(look: Look, found: Found) -> Values:
    """[R, K, F]."""
    return np.stack(np.broadcast_arrays(found.scores, *look(found))[1:], axis=-1)


def constant(calibration: Calibration) -> Fitted:
    """The rule of a manifest."""
    return Fitted(looks((score,)), np.array([calibration.scale, calibration.bias]))


def fit(look: Look, kinds: Sequence[Found], *, isotonic: bool = False) -> Fitted:
    """Logistic regression by Newton's method, as `photosearch.evaluate.calibration` does.

    Each kind of search counts the same, and a hit by one over its rank: first hits are looked at
    most. `isotonic` then takes the steps of the pool-adjacent-violators algorithm instead of the
    logistic curve (Zadrozny and Elkan 2002, doi:10.1145/775047.775151).
    """
    x = np.concatenate([_rows(look, found) for found in kinds])  # [hits, F + 1]
    y = np.concatenate([found.right.ravel() for found in kinds]).astype(np.float64)
    share = np.concatenate([_shares(found) for found in kinds]) / len(kinds)
    constants: Values = np.zeros(x.shape[1])
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ constants, -_MOST, _MOST)))
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(x.shape[1])
        constants -= np.linalg.solve(hessian, x.T @ (share * (p - y)) + _RIDGE * constants)
    if not isotonic:
        return Fitted(look, constants)
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression(out_of_bounds="clip").fit(x @ constants, y, share)
    return Fitted(look, constants, (steps.X_thresholds_, steps.y_thresholds_))


def _rows(look: Look, found: Found) -> Values:
    looked = numbers(look, found)
    flat = looked.reshape(-1, looked.shape[-1])
    return np.concatenate([flat, np.ones((len(flat), 1))], axis=1)


def _shares(found: Found) -> NDArray[np.float64]:
    """What each hit counts: those of a kind 1 together."""
    rank = np.broadcast_to(1 / np.arange(1, found.scores.shape[1] + 1), found.scores.shape).ravel()
    return np.asarray(rank / rank.sum(), np.float64)
