"""How far two sets of embeddings are from each other.

Legend: N inputs, D embedding width, Q queries, K a cut-off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.verify.records import Agreement

Vectors: TypeAlias = NDArray[np.floating[Any]]
_LEAST = 1e-12  # a distance this short has no direction


def spread(vectors: Vectors) -> float:
    """Root mean square distance from the mean: [N, D]; 0 if all are alike."""
    wide = np.asarray(vectors, np.float64)
    return float(np.sqrt(np.square(wide - wide.mean(axis=0)).sum(axis=1).mean()))


def agreement(names: Sequence[str], found: Vectors, wanted: Vectors) -> Agreement:
    """Of embeddings [N, D] with those that torch gives for the same inputs [N, D].

    What is not finite makes the error infinite and the direction 0.
    """
    found, wanted = np.asarray(found, np.float64), np.asarray(wanted, np.float64)
    unit = max(spread(wanted), _LEAST)
    with np.errstate(invalid="ignore"):
        errors = np.linalg.norm(found - wanted, axis=1) / unit
    errors = np.where(np.isfinite(errors), errors, np.inf)
    return Agreement(
        inputs=tuple(names),
        spread=spread(wanted),
        errors=tuple(errors.tolist()),
        error=float(np.sqrt(np.square(errors).mean())),
        direction=direction(found, wanted),
    )


def direction(found: Vectors, wanted: Vectors) -> float:
    """Mean cosine between the differences of all pairs, here and there: [N, D], [N, D].

    Pairs that torch embeds alike have no direction and do not count; those that are alike only
    here count as 0.
    """
    if not np.isfinite(found).all():
        return 0.0
    first, second = np.triu_indices(len(wanted), 1)
    ours, theirs = found[first] - found[second], wanted[first] - wanted[second]
    lengths = np.linalg.norm(ours, axis=1), np.linalg.norm(theirs, axis=1)
    apart = lengths[1] > _LEAST
    if not apart.any():
        return 0.0
    cosines = (ours * theirs).sum(axis=1) / np.maximum(lengths[0] * lengths[1], _LEAST)
    return float(cosines[apart].mean())


def overlap(found: Vectors, wanted: Vectors, k: int = 10) -> float:
    """Mean share of each query's K best that is the same in both scores: [Q, N], [Q, N].

    Of ties the first come first. With K choices or fewer there is nothing to choose: K is halved
    until there are more.
    """
    while k > 1 and k >= found.shape[1]:
        k //= 2
    best = [np.argsort(-scores, axis=1, kind="stable")[:, :k] for scores in (found, wanted)]
    pairs = zip(*(rows.tolist() for rows in best), strict=True)
    return float(np.mean([len(set(a) & set(b)) / k for a, b in pairs]))
