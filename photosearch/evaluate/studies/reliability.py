"""Reliability: whether hits with a confidence of 70 % are right in 70 of 100 cases.

Legend: N photos, C classes, Q queries, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import ModelError, ShapeError
from photosearch.evaluate.calibration import (
    HITS,
    Bin,
    Ranked,
    Trust,
    chance_error,
    confidence,
    joined,
    ranked,
    reliability_bins,
    trust,
)
from photosearch.evaluate.caption_scores import Captioned
from photosearch.evaluate.places import Ints
from photosearch.evaluate.studies.labelled import Labelled
from photosearch.manifest import Calibration
from photosearch.progress import Listener, counting, silent

_BLOCK = 1 << 24  # scores at a time: 64 MB, and as many marks


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far the confidence of some hits can be trusted, with the points of its diagram."""

    asked: str  # "names", "captions"
    hits: str  # "first hit", "first ten hits"
    trust: Trust
    chance: float  # the error that confidence which holds would show over as many hits: 0..1
    bins: tuple[Bin, ...]  # tenths of confidence, ascending; those without hits are left out
    protocol: tuple[str, ...]


def names_reliability(
    data: Labelled, names: Floats, calibration: Calibration, *, progress: Listener = silent
) -> list[Reliability]:
    """Each name that photos bear is asked of all photos; names [C, D], the classes in words.

    Raises ShapeError for names of other classes, ModelError for NaN or infinity.
    """
    if len(names) != len(data.classes):
        raise ShapeError(f"names: got {len(names)}, expected {len(data.classes)}")
    borne, query = np.unique(data.label, return_inverse=True)
    pairs = query.astype(np.int64), np.arange(len(data.photos))
    protocol = (
        *data.protocol,
        f"Each of {len(borne)} names is asked of all {len(data.photos)} photos.",
    )
    found = _first_hits(names[borne], data.photos, pairs, progress)
    return _reliability("names", found, calibration, protocol)


def captions_reliability(
    data: Captioned, calibration: Calibration, *, progress: Listener = silent
) -> list[Reliability]:
    """Each caption is asked of all photos, of which its own is right."""
    pairs = np.arange(len(data.captions)), data.owner
    protocol = (
        f"Each of {len(data.captions)} captions is asked of all {len(data.photos)} photos.",
        "Its own photo alone is right: of ten hits, nine or more are wrong.",
    )
    found = _first_hits(data.captions, data.photos, pairs, progress)
    return _reliability("captions", found, calibration, protocol)


def reliability_record(found: Sequence[Reliability]) -> list[dict[str, object]]:
    """For JSON: the fields of each."""
    return [asdict(each) | {"protocol": " ".join(each.protocol)} for each in found]


def reliability_text(found: Sequence[Reliability]) -> str:
    """A table of each diagram, in percent, the protocol below those that it holds for."""
    lines: list[str] = []
    for protocol, some in groupby(found, key=lambda each: each.protocol):
        lines += [line for each in some for line in _lines(each)]
        lines += [f"  {sentence}" for sentence in protocol]
    return "\n".join(lines)


def _first_hits(
    queries: Floats, photos: Floats, relevant: tuple[Ints, Ints], progress: Listener
) -> Ranked:
    """relevant: of each pair the query and the photo. Blocks of queries [B, D] at a time."""
    if queries.ndim != 2 or queries.shape[1] != photos.shape[1]:
        raise ShapeError(f"got texts {queries.shape}, photos {photos.shape}, expected one width")
    rows = max(1, _BLOCK // len(photos))
    tell, parts = counting(progress, "hits", len(queries)), []
    for start in range(0, len(queries), rows):
        scores = queries[start : start + rows] @ photos.T  # [B, N]
        if not np.isfinite(scores).all():
            raise ModelError("got NaN or infinity among the embeddings, expected numbers")
        inside = (relevant[0] >= start) & (relevant[0] < start + rows)
        marks = np.zeros(scores.shape, np.bool_)
        marks[relevant[0][inside] - start, relevant[1][inside]] = True
        parts.append(ranked(scores, marks))
        tell(len(scores))
    return joined(parts)


def _reliability(
    asked: str, found: Ranked, calibration: Calibration, protocol: tuple[str, ...]
) -> list[Reliability]:
    told = (
        *protocol,
        f"Confidence is 1 / (1 + exp(-({calibration.scale} score {calibration.bias:+}))).",
        "The error is the mean distance of confidence and share right in tenths of confidence.",
        "By chance: what confidence that holds would show, over as many hits.",
    )
    trusts = trust(found, calibration)
    made = []
    for hits, k in HITS.items():
        scores, right = found.first(k)
        sure = confidence(scores, calibration)
        bins = tuple(reliability_bins(sure, right))
        made.append(Reliability(asked, hits, trusts[hits], chance_error(sure), bins, told))
    return made


def _lines(each: Reliability) -> Iterator[str]:
    error, queries = each.trust.error, each.trust.queries
    yield f"{each.asked}, {each.hits}: {each.trust.hits} hits of {queries} queries"
    interval = f"[{100 * error.low:.1f}, {100 * error.high:.1f}]"
    chance = f"by chance {100 * each.chance:.1f}"
    yield f"  calibration error {100 * error.mean:.1f} {interval}, {chance}"
    yield f"  {'confidence':<12}{'hits':>8}{'mean confidence':>18}{'share right':>14}"
    for bar in each.bins:
        tenth = f"{100 * bar.low:.0f} to {100 * bar.high:.0f}"
        yield f"  {tenth:<12}{bar.hits:>8}{100 * bar.said:>18.1f}{100 * bar.right:>14.1f}"
    said, right = 100 * each.trust.said, 100 * each.trust.right
    yield f"  {'all':<12}{each.trust.hits:>8}{said:>18.1f}{right:>14.1f}"
