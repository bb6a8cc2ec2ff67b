"""How far the confidence can be trusted, and the calibration that a bundle takes.

Captioned photos are asked for concepts, which many of them show, and labelled ones for their names,
which few of them bear: the two kinds of search that users make.

Legend: Q queries, N photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from export.measure.concepts import CONCEPTS, shown_by_captions
from export.measure.embedded import CaptionSet, NameSet
from photosearch.encoder import Encoder, Floats
from photosearch.evaluate import Trust, expected_calibration_error, fit_calibration
from photosearch.manifest import Calibration

HITS = {"first hit": 1, "first ten hits": 10}


@dataclass(frozen=True, eq=False)
class Ranked:
    """The first ten photos of each query, best first."""

    scores: Floats  # [Q, K]
    right: NDArray[np.bool_]  # [Q, K]

    def first(self, k: int) -> tuple[Floats, NDArray[np.bool_]]:
        """[Q, k] of both."""
        return self.scores[:, :k], self.right[:, :k]


def ranked(scores: Floats, relevant: NDArray[np.bool_]) -> Ranked:
    """[Q, N], [Q, N]; ties keep the order of the photos."""
    first = np.argsort(-scores, axis=1, kind="stable")[:, : max(HITS.values())]
    return Ranked(
        np.take_along_axis(scores, first, axis=1), np.take_along_axis(relevant, first, axis=1)
    )


def joined(parts: Sequence[Ranked]) -> Ranked:
    """The queries of several libraries, as many hits of each."""
    k = min(part.scores.shape[1] for part in parts)
    return Ranked(
        np.concatenate([part.scores[:, :k] for part in parts]),
        np.concatenate([part.right[:, :k] for part in parts]),
    )


def ranked_concepts(encoder: Encoder, captions: CaptionSet) -> Ranked | None:
    """Every concept that a caption names, asked of the captioned photos."""
    shown = {name: shown_by_captions(name, captions.records) > 0 for name in CONCEPTS}
    asked = [name for name, photos in shown.items() if photos.any()]
    if not asked:
        return None
    scores = encoder.encode_texts(asked) @ captions.photos.T
    return ranked(scores, np.stack([shown[name] for name in asked]))


def ranked_captions(captions: CaptionSet) -> Ranked:
    """Every caption, with its own photo as the one that is right."""
    relevant = captions.owner[:, None] == np.arange(len(captions.photos))
    return ranked(captions.queries @ captions.photos.T, relevant)


def ranked_names(names: NameSet) -> Ranked:
    """Every name, asked of the photos of its group."""
    return ranked(names.queries @ names.photos.T, names.relevant())


def trust(found: Ranked, calibration: Calibration) -> dict[str, Trust]:
    """Of the first hit of each query, and of its first ten."""
    return {
        which: expected_calibration_error(confidence(scores, calibration), right)
        for which, (scores, right) in ((which, found.first(k)) for which, k in HITS.items())
    }


def calibrate(kinds: Sequence[Ranked]) -> Calibration:
    """On the first ten hits of each kind of search, each kind counting the same."""
    return fit_calibration([(found.scores, found.right) for found in kinds])


def confidence(scores: Floats, calibration: Calibration) -> Floats:
    """Of any shape, as the index computes it for a hit."""
    sure: Floats = 1 / (1 + np.exp(-(calibration.scale * scores + calibration.bias)))
    return sure
