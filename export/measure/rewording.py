"""What other words for the same cost: names in one library, captions of the dev split.

Legend: Q queries, N photos, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from export.measure.embedded import CaptionSet, NameSet, embed_texts
from export.measure.records import Reworded
from export.measure.wording import CAPTION_RULES, NAME_RULES, SYNONYMS, Rule, reword
from photosearch.encoder import Encoder, Floats
from photosearch.evaluate import find_places
from photosearch.evaluate.caption_scores import find_own
from photosearch.evaluate.expected import Values, average_precision, recall
from photosearch.evaluate.significance import estimate
from photosearch.progress import Listener

FIRST = 10


def reworded_names(encoder: Encoder, library: NameSet, progress: Listener) -> dict[str, Reworded]:
    """By average precision. A near-synonym that is a name itself counts as the same name."""
    relevant = library.relevant()
    labels = np.array(library.labels)
    for row, name in enumerate(library.asked):
        if name in SYNONYMS:
            relevant[row] |= labels == SYNONYMS[name]
    plain = library.queries @ library.photos.T
    found = {}
    for kind, rule in NAME_RULES.items():
        changed = _reworded(rule, dict(enumerate(library.asked)))
        if changed:
            rows = list(changed)
            queries = embed_texts(encoder, list(changed.values()), f"names, {kind}", progress)
            pairs = np.nonzero(relevant[rows])
            found[kind] = _compare(
                average_precision(find_places(library.queries[rows], library.photos, pairs)),
                average_precision(find_places(queries, library.photos, pairs)),
                _overlap(plain[rows], queries @ library.photos.T),
            )
    return found


def reworded_captions(
    encoder: Encoder, captions: CaptionSet, progress: Listener
) -> dict[str, Reworded]:
    """By recall among the first ten, of the first caption of each photo."""
    _, first = np.unique(captions.owner, return_index=True)
    sentences = {int(row): captions.sentences[row] for row in first}
    found = {}
    for kind, rule in CAPTION_RULES.items():
        changed = _reworded(rule, sentences)
        if changed:
            rows = list(changed)
            queries = embed_texts(encoder, list(changed.values()), f"captions, {kind}", progress)
            plain, owner = captions.queries[rows], captions.owner[rows]
            found[kind] = _compare(
                recall(find_own(captions.photos, plain, owner), FIRST),
                recall(find_own(captions.photos, queries, owner), FIRST),
                _overlap(plain @ captions.photos.T, queries @ captions.photos.T),
            )
    return found


def _reworded(rule: Rule, texts: Mapping[int, str]) -> dict[int, str]:
    """The texts that the rule applies to, by their place."""
    changed = {place: reword(rule, text) for place, text in texts.items()}
    return {place: text for place, text in changed.items() if text is not None}


def _compare(plain: Values, other: Values, overlap: Floats) -> Reworded:
    return Reworded(
        queries=len(plain),
        plain=estimate(plain),
        drop=estimate(plain - other),
        overlap=estimate(overlap),
    )


def _overlap(one: Floats, other: Floats) -> Floats:
    """The share of the first ten photos that both have: [Q, N], [Q, N] -> [Q]."""
    k = min(FIRST, one.shape[1])
    shared = _first(one, k) & _first(other, k)
    kept: Floats = (shared.sum(axis=1) / k).astype(np.float32)
    return kept


def _first(scores: Floats, k: int) -> NDArray[np.bool_]:
    """Which photos are among the first k: [Q, N] -> [Q, N]."""
    chosen = np.zeros(scores.shape, np.bool_)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen
