"""A linear probe: how well classes can be told apart by a plane through frozen embeddings.

Logistic regression as in Radford et al. 2021, arXiv:2103.00020, appendix A.3. Legend: N photos,
C classes, D embedding width.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import ModelError, UsageError, require
from photosearch.evaluate.places import Ints, Places, find_places
from photosearch.evaluate.report import Evaluation
from photosearch.evaluate.studies.labelled import Labelled, place_in_class
from photosearch.evaluate.studies.zero_shot import classified
from photosearch.progress import Listener, Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.linear_model import LogisticRegression

    _Fit: TypeAlias = Callable[[float, Floats, Ints], LogisticRegression]

DECADES = (-2.0, 0.0, 2.0, 4.0, 6.0)  # of C, where the sweep starts
FINEST = 0.5  # decades between the last values that are tried
ROUNDS = 1000  # of L-BFGS, at most
# Of the gradient of the mean loss: with hundreds of classes it is below scikit-learn's 1e-4 before
# anything is learned.
TOLERANCE = 1e-6
FEW = 5  # photos; classes with fewer are counted in the protocol
_TINY = 1e-12  # of a probability: no log of 0
_Score: TypeAlias = tuple[float, float]  # the greater, the better
_FIFTH = 5  # one photo in five of a class is kept for validation


@dataclass(frozen=True, eq=False)
class Probe:
    """Planes that separate classes, and how they were found."""

    weights: Floats  # [C, D]
    bias: Floats  # [C]
    classes: Ints  # [C], places among those of the photos, ascending
    c: float  # inverse of the strength of the L2 penalty
    sweep: tuple[tuple[float, float], ...]  # C, and the accuracy of validation with it: 0..1
    converged: bool

    def find(self, data: Labelled) -> Places:
        """Where the class of each photo stands; photos of other classes have none."""
        known = np.flatnonzero(np.isin(data.label, self.classes))
        items = np.concatenate([self.weights, self.bias[:, None]], axis=1)
        photos = np.concatenate([data.photos, np.ones((len(data.photos), 1), np.float32)], axis=1)
        return find_places(photos, items, (known, np.searchsorted(self.classes, data.label[known])))


def fit_probe(train: Labelled, *, progress: Listener = silent) -> Probe:
    """C is that of the best accuracy on a fifth of the photos of each class, of equal ones that of
    the least log loss; the probe is then fitted to all of them.

    Every second decade is tried until one is worse, then the middles around the best.
    Raises UsageError for photos of one class or a single one of each, ModelError for embeddings
    that are not finite, MissingExtra without scikit-learn.
    """
    require("evaluate", "a linear probe", "sklearn")
    _check(train)
    fit = _fitting(progress)
    tried = _sweep(_validated(fit, train))
    best = _peak(tried)
    model = fit(best, train.photos, train.label)
    weights, bias = _planes(model)
    return Probe(
        weights=weights,
        bias=bias,
        classes=np.asarray(model.classes_, np.int64),
        c=float(10**best),
        sweep=tuple((float(10**decade), tried[decade][0]) for decade in sorted(tried)),
        converged=int(model.n_iter_.max()) < ROUNDS,
    )


def score_probe(
    train: Labelled, test: Labelled, *, progress: Listener = silent
) -> list[Evaluation]:
    """A probe of one set of photos, judged on others: by photo and by class.

    Raises as `fit_probe` does, and UsageError for other classes.
    """
    if train.classes != test.classes:
        got = f"{len(train.classes)} and {len(test.classes)}"
        raise UsageError(f"got {got} classes to learn and to judge, expected the same")
    probe = fit_probe(train, progress=progress)
    protocol = (
        f"Logistic regression on embeddings, fitted to {len(train.photos)} other photos.",
        f"C is {probe.c:.3g}, the best of {len(probe.sweep)} on a fifth of these.",
        *_told(train, test, converged=probe.converged),
    )
    return classified("linear probe", test, probe.find(test), protocol)


def _check(train: Labelled) -> None:
    if not np.isfinite(train.photos.sum(axis=1)).all():
        raise ModelError("photos: got NaN or infinity among the embeddings, expected numbers")
    classes = np.unique(train.label)
    if len(classes) < 2:
        raise UsageError(
            f"got training photos of {train.classes[classes[0]]!r} alone, expected more classes"
        )
    if train.counts().max() < 2:
        raise UsageError(
            "got one training photo of each class, expected more of some: C is chosen on them"
        )


def _validation(label: Ints) -> NDArray[np.bool_]:
    """A fifth of the photos of each class, at least one of two: [N]."""
    counts = np.bincount(label)
    taken = np.where(counts > 1, np.maximum(counts // _FIFTH, 1), 0)
    return place_in_class(label) < taken[label]


def _validated(fit: _Fit, train: Labelled) -> Callable[[float], _Score]:
    """From a decade of C to the accuracy with it, and the log loss, negative."""
    kept = _validation(train.label)
    photos, label = train.photos[~kept], train.label[~kept]

    def score(decade: float) -> _Score:
        model = fit(decade, photos, label)
        odds = model.predict_proba(train.photos[kept])
        own = np.searchsorted(model.classes_, train.label[kept])
        said = odds[np.arange(len(own)), own]
        return float((odds.argmax(axis=1) == own).mean()), float(np.log(said + _TINY).mean())

    return score


def _sweep(score: Callable[[float], _Score]) -> dict[float, _Score]:
    """Decades of C, and the score of each."""
    tried: dict[float, _Score] = {}
    for decade in DECADES:
        tried[decade] = score(decade)
        if tried[decade] < max(tried.values()):
            break
    step = DECADES[1] - DECADES[0]
    while step > FINEST:
        step /= 2
        peak = _peak(tried)
        for decade in (peak - step, peak + step):
            if DECADES[0] < decade < DECADES[-1]:
                tried[decade] = score(decade)
    return tried


def _peak(tried: Mapping[float, _Score]) -> float:
    return max(tried, key=lambda decade: (tried[decade], -decade))


def _fitting(progress: Listener) -> _Fit:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # which scikit-learn brings

    done = count(1)

    def fit(decade: float, photos: Floats, label: Ints) -> LogisticRegression:
        model = LogisticRegression(C=10**decade, tol=TOLERANCE, max_iter=ROUNDS)
        # one thread: the same result on any machine's cores, and for such sizes no slower
        with warnings.catch_warnings(), threadpool_limits(1):
            # of what the protocol says: rounds that did not suffice, classes of few photos
            warnings.simplefilter("ignore", UserWarning)
            model.fit(photos, label)
        progress(Progress(next(done), None, "fits of the probe"))
        return model

    return fit


def _planes(model: LogisticRegression) -> tuple[Floats, Floats]:
    """One for each class; of two classes scikit-learn keeps that of the second alone."""
    weights = model.coef_.astype(np.float32)
    bias = model.intercept_.astype(np.float32)
    if len(weights) == 1:
        return np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias


def _told(train: Labelled, test: Labelled, *, converged: bool) -> Iterator[str]:
    counts = train.counts()
    unseen = int((counts[test.label] == 0).sum())
    few = int((counts < FEW).sum())
    if unseen:
        yield f"{unseen} photos are of classes without a training photo and count as wrong."
    if few:
        yield f"{few} classes have fewer than {FEW} training photos."
    if not converged:
        yield f"The solver stopped at {ROUNDS} iterations, before it converged."
