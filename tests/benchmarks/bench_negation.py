"""Which way to take a negative word into account is best, and what the shipped one is worth.

    python -m tests.benchmarks.bench_negation --data DATA

Compares subtraction of the negative word's vector, projection, penalties on the score, setting
photos back and set difference (tests/benchmarks/negation/methods.py) with the query without its
negative word, and with what the index does (photosearch/query/negation.py). Photos are those that
training never saw: Flickr8k dev, and the validation tenths of the labelled ones. Queries are of
three kinds, which count the same: two words by captions, two by labels, and captions without what
some of their first photos show. The constants of each method are those with the best nDCG@10 on
one half of the queries; all figures are of the other half.

Prints nDCG@10 and mAP with the 95 % intervals of their differences to no negation and to what is
shipped, the share of photos among the first ten that show what is not wanted, how often any of them
does, and how many queries become worse and better than without the word.

Legend: Q queries, N photos, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from photosearch.data import of_dev_split, read_captioned, read_labelled
from photosearch.encoder import Encoder, Floats
from photosearch.models.load import load_encoder
from tests.benchmarks.figures import benchmark, keep, record
from tests.benchmarks.negation.measures import (
    MEASURES,
    Kind,
    Scores,
    Values,
    mean_of_kinds,
    measure,
    share,
)
from tests.benchmarks.negation.methods import Candidate, Constants, Scored, candidates, shipped
from tests.benchmarks.negation.queries import NegatedQuery, of_captions, of_labels, of_sentences

CHOSEN_ON, REPORTED = 0, 1  # halves
SHIPPED, NONE = "what a search does", "none"
_COMPARED = 2  # the first measures, with intervals


def read_kinds(data: Path, encoder: Encoder) -> Iterator[Kind]:
    dev = of_dev_split(read_captioned(data / "flickr8k"))
    photos = encoder.encode_images([photo.path for photo in dev])
    sentences = [text for photo in dev for text in photo.captions]
    texts = encoder.encode_texts(sentences)
    yield _kind("two words, by captions", photos, of_captions(dev), encoder)
    told = of_sentences(dev, sentences, texts @ photos.T)
    yield _kind("captions without a word", photos, list(told), encoder)
    folders = ("labelled", "labelled_more")
    labelled = [photo for name in folders for photo in read_labelled(data / name) if photo.held_out]
    photos = encoder.encode_images([photo.path for photo in labelled])
    yield _kind("two words, by labels", photos, list(of_labels(labelled)), encoder)


def _kind(name: str, photos: Floats, queries: Sequence[NegatedQuery], encoder: Encoder) -> Kind:
    texts = sorted({text for query in queries for text in (query.wanted, query.unwanted)})
    words = dict(zip(texts, encoder.encode_texts(texts), strict=True))
    return Kind(name, photos, tuple(queries), words)


def as_scores(candidate: Candidate, constants: Constants) -> Scores:
    """The method with its constants, from vectors."""

    def scores(photos: Floats, wanted: Floats, unwanted: Floats) -> Floats:
        both = Scored(photos @ wanted, photos @ unwanted, float(wanted @ unwanted))
        return candidate.method(both, constants)

    return scores


def choose(candidate: Candidate, asked: Sequence[Kind]) -> Constants:
    """The constants with the best mean of the kinds' nDCG@10; the first of several."""

    def gain(constants: Constants) -> float:
        scores = as_scores(candidate, constants)
        return float(np.mean([measure(scores, kind)[:, 0].mean() for kind in asked]))

    return max(candidate.tried, key=gain)


def report(
    name: str, found: Sequence[Values], none: Sequence[Values], shipped: Sequence[Values]
) -> None:
    """One line: the measures [Q, 4] of each kind beside those without negation and as shipped."""
    parts = []
    for place, title in enumerate(MEASURES):
        parts.append(f"{title} {100 * np.mean([each[:, place].mean() for each in found]):.1f}")
        if place < _COMPARED:
            against = [
                mean_of_kinds(
                    [a[:, place] - b[:, place] for a, b in zip(found, other, strict=True)]
                )
                for other in (none, shipped)
            ]
            parts.append(f"({'; '.join(each.percent() for each in against)})")
    changes = [a[:, 0] - b[:, 0] for a, b in zip(found, none, strict=True)]
    worse, better = (100 * share(changes, worse=which) for which in (True, False))
    print(f"  {name:32} {'  '.join(parts)}  worse {worse:.0f} %, better {better:.0f} %", flush=True)


def keep_figures(title: str, name: str, found: Sequence[Values], none: Sequence[Values]) -> None:
    changes = [a[:, 0] - b[:, 0] for a, b in zip(found, none, strict=True)]
    keep(f"{title}, {name}: nDCG@10", 100 * np.mean([each[:, 0].mean() for each in found]), "%")
    keep(f"{title}, {name}: unwanted", 100 * np.mean([each[:, 2].mean() for each in found]), "%")
    keep(f"{title}, {name}: worse than without the word", 100 * share(changes, worse=True), "%")
    keep(f"{title}, {name}: better", 100 * share(changes, worse=False), "%")


def find(kinds: Sequence[Kind], encoder: Encoder) -> dict[str, list[Values]]:
    """What each method, with the constants chosen for it, makes of each kind's other half."""
    chosen = [kind.half(CHOSEN_ON) for kind in kinds]
    asked = [kind.half(REPORTED) for kind in kinds]
    found: dict[str, list[Values]] = {}
    for name, candidate in candidates(encoder.calibration).items():
        constants = choose(candidate, chosen)
        title = f"{name} {', '.join(f'{each:g}' for each in constants)}".strip()
        found[title] = [measure(as_scores(candidate, constants), kind) for kind in asked]

    def search(photos: Floats, wanted: Floats, unwanted: Floats) -> Floats:
        return shipped(photos, wanted, unwanted, encoder.calibration)

    return found | {SHIPPED: [measure(search, kind) for kind in asked]}


def table(title: str, places: Sequence[int], found: Mapping[str, Sequence[Values]]) -> None:
    """A line for each method, over the kinds at these places."""

    def some(name: str) -> list[Values]:
        return [found[name][place] for place in places]

    print(f"{title}: {sum(map(len, some(NONE)))} queries")
    for name in found:
        report(name, some(name), some(NONE), some(SHIPPED))
        if name in (NONE, SHIPPED):
            keep_figures(title, name, some(name), some(NONE))


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    encoder = load_encoder()
    kinds = list(read_kinds(options.data, encoder))
    found = find(kinds, encoder)
    print("differences to no negation; and to what a search does")
    table("all kinds", range(len(kinds)), found)
    for place, kind in enumerate(kinds):
        table(kind.name, (place,), found)
    if options.record:
        record()


if __name__ == "__main__":
    main()
