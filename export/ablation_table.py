"""What the runs of `export.ablations` find, and the table of what they lose without a part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import UsageError
from photosearch.progress import Listener

if TYPE_CHECKING:
    from export.measure.embedded import NameSet
    from export.measure.held_out import HeldOut
    from photosearch.encoder import Encoder

Values = NDArray[np.float64]
WHOLE = "all of it"


def measured(encoder: Encoder, held: HeldOut, progress: Listener) -> dict[str, Values]:
    """A value for each photo with captions or each name, by the measure.

    The share of its captions that find a photo among the first ten; a name's average precision.
    """
    from export.measure.embedded import embed_captioned, embed_named, union
    from photosearch.evaluate.caption_scores import find_own
    from photosearch.evaluate.expected import recall

    found: dict[str, Values] = {}
    if held.captioned:
        captions = embed_captioned(encoder, held.captioned, progress)
        values = recall(find_own(captions.photos, captions.queries, captions.owner), 10)
        by_photo = np.bincount(captions.owner, weights=values) / np.bincount(captions.owner)
        found["captions, R@10"] = by_photo
    groups = [embed_named(encoder, held.named[each], each, progress) for each in held.named]
    found |= {
        f"{group}, mAP": precisions(names) for group, names in zip(held.named, groups, strict=True)
    }
    slipped = misspelled(encoder, union(groups), progress) if groups else None
    return found if slipped is None else found | {"names with a slip, mAP": precisions(slipped)}


def precisions(names: NameSet) -> Values:
    """The average precision of each name: [Q]."""
    from photosearch.evaluate import find_places
    from photosearch.evaluate.expected import average_precision

    places = find_places(names.queries, names.photos, np.nonzero(names.relevant()))
    return average_precision(places)


def misspelled(encoder: Encoder, names: NameSet, progress: Listener) -> NameSet | None:
    """The names that a slip of typing can be in, each with one; None if there are none."""
    from export.measure.embedded import embed_texts
    from export.measure.wording import misspelling, reword

    typed = {name: reword(misspelling, name) for name in names.asked}
    asked = {name: text for name, text in typed.items() if text is not None}
    if not asked:
        return None
    queries = embed_texts(encoder, list(asked.values()), "names with a slip", progress)
    return replace(names, asked=tuple(asked), queries=queries)


def table(found: Mapping[tuple[str, int], dict[str, Values]], seeds: int) -> Iterator[str]:
    """Markdown: what all of it reaches, how far its seeds differ, and what is lost without each."""
    names = list(dict.fromkeys(name for name, _ in found))
    measures = list(found[WHOLE, 0])
    if not measures:
        raise UsageError("nothing to measure: expected photos with captions or names held out")
    runs = [(name, [found[name, seed] for seed in range(seeds)]) for name in names]
    whole = runs[0][1]
    yield f"|  | {' | '.join(measures)} |"
    yield "|-" * (len(measures) + 1) + "|"
    yield _row(WHOLE, [estimate_mean(whole, measure) for measure in measures])
    apart = (f"{100 * spread(whole, measure):.1f}" for measure in measures)
    yield _row("its seeds lie apart by", apart)
    for name, values in runs[1:]:
        yield _row(f"lost without {name}", [lost(whole, values, each) for each in measures])


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def estimate_mean(runs: Sequence[dict[str, Values]], measure: str) -> str:
    """The mean over seeds and queries, in percent with its interval."""
    from photosearch.evaluate.significance import estimate

    return estimate(_mean(runs, measure)).percent()


def lost(whole: Sequence[dict[str, Values]], without: Sequence[dict[str, Values]], of: str) -> str:
    """Paired by query: positive where the part helps."""
    from photosearch.evaluate.significance import estimate

    return estimate(_mean(whole, of) - _mean(without, of)).percent()


def spread(runs: Sequence[dict[str, Values]], measure: str) -> float:
    """Between the best seed and the worst."""
    means = [float(run[measure].mean()) for run in runs]
    return max(means) - min(means)


def _mean(runs: Sequence[dict[str, Values]], measure: str) -> Values:
    mean: Values = np.mean([run[measure] for run in runs], axis=0)
    return mean
