"""How far the confidence can be trusted, and the calibration that a bundle takes.

Captioned photos are asked for concepts, which many of them show, and labelled ones for their names,
which few of them bear: the two kinds of search that users make.

Legend: Q queries, N photos.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from export.measure.concepts import CONCEPTS, shown_by_captions
from export.measure.embedded import CaptionSet, NameSet
from photosearch.encoder import Encoder
from photosearch.evaluate.calibration import Ranked, fit_calibration, ranked
from photosearch.manifest import Calibration


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


def calibrate(kinds: Sequence[Ranked]) -> Calibration:
    """On the first ten hits of each kind of search, each kind counting the same."""
    return fit_calibration([(found.scores, found.right) for found in kinds])
