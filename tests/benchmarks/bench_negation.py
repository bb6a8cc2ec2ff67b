"""Whether a negative word makes results better, and no query worse.

    python -m tests.benchmarks.bench_negation --data DATA

Compares the query without its negative word, the negative word's vector taken off that of the
query (half of it, as version 0.1 did), and what the index does
(photosearch/index/negation.py). Photos are those that training never saw: Flickr8k dev, and the
validation tenths of the labelled ones.
Prints nDCG@10, precision@10 and the share of photos among the first ten that show what is not
wanted, each with the 95 % interval of its difference to the plain query, and how many queries are
worse and better than plain.

Legend: Q queries, N photos, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosearch.data import of_dev_split, read_captioned, read_labelled
from photosearch.encoder import Encoder, Floats
from photosearch.evaluate import find_places
from photosearch.evaluate.expected import ndcg
from photosearch.evaluate.significance import estimate
from photosearch.models.load import load_encoder
from photosearch.query import QueryVectors
from photosearch.query.negation import Ids, Ranked, nearest_but
from tests.benchmarks.figures import benchmark, keep, record
from tests.benchmarks.negation_queries import NegatedQuery, of_captions, of_labels

_TOP = 10
_SAME = 1e-6  # less is rounding
_MEASURES = ("nDCG@10", "precision@10", "unwanted")

Method = Callable[[Floats, Floats, Floats], Ids]  # photos [N, D], wanted, unwanted -> ids [10]


def plain(photos: Floats, wanted: Floats, unwanted: Floats) -> Ids:
    return _first(photos @ wanted)


def subtracted(photos: Floats, wanted: Floats, unwanted: Floats) -> Ids:
    return _first(photos @ (wanted - np.float32(0.5) * unwanted))


def _first(scores: Floats) -> Ids:
    order: Ids = np.argsort(-scores, kind="stable")
    return order[:_TOP]


def shipped(encoder: Encoder) -> Method:
    """What a search does."""

    def first(photos: Floats, wanted: Floats, unwanted: Floats) -> Ids:
        def nearest(vector: Floats, k: int, allowed: Ids | None) -> Ranked:
            ids = np.arange(len(photos)) if allowed is None else allowed
            scores = photos[ids] @ vector
            order = np.argsort(-scores, kind="stable")[:k]
            return ids[order].tolist(), scores[order].tolist()

        query = QueryVectors(wanted, unwanted[None], (1.0,))
        return np.array(nearest_but(nearest, query, _TOP, None, encoder.calibration)[0])

    return first


def measure(
    method: Method, photos: Floats, queries: Sequence[NegatedQuery], words: dict[str, Floats]
) -> NDArray[np.float32]:
    """The three measures of each query: [Q, 3]."""
    rows = []
    for query in queries:
        ids = method(photos, words[query.wanted], words[query.unwanted])
        scores = np.zeros((len(photos), 1), np.float32)
        scores[ids, 0] = np.arange(len(ids), 0, -1)
        pairs = (np.zeros(query.relevant.sum(), np.int64), np.flatnonzero(query.relevant))
        gain = ndcg(find_places(np.ones((1, 1), np.float32), scores, pairs), _TOP)[0]
        rows.append((gain, query.relevant[ids].mean(), query.negative[ids].mean()))
    return np.array(rows, np.float32)


def report(title: str, name: str, values: NDArray[np.float32], plain: NDArray[np.float32]) -> None:
    """One line: [Q, 3] beside that of the plain query."""
    change = values - plain
    parts = [
        f"{measure} {values[:, place].mean():.3f} ({estimate(change[:, place]).percent()})"
        for place, measure in enumerate(_MEASURES)
    ]
    worse, better = (change[:, 0] < -_SAME).sum(), (change[:, 0] > _SAME).sum()
    if name != "plain":  # to which the others are compared
        keep(f"{title}, {name}: worse than without the word", worse, f"of {len(values)} queries")
        keep(f"{title}, {name}: better", better, f"of {len(values)} queries")
    print(f"  {name:10} {'  '.join(parts)}  worse {worse}, better {better}")


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    data = options.data
    encoder = load_encoder()
    dev = of_dev_split(read_captioned(data / "flickr8k"))
    folders = ("labelled", "labelled_more")
    labelled = [photo for name in folders for photo in read_labelled(data / name) if photo.held_out]
    methods = {"plain": plain, "subtracted": subtracted, "shipped": shipped(encoder)}
    for kind, paths, queries in (
        ("captions", [photo.path for photo in dev], of_captions(dev)),
        ("labels", [photo.path for photo in labelled], list(of_labels(labelled))),
    ):
        photos = encoder.encode_images(paths)
        texts = sorted({text for query in queries for text in (query.wanted, query.unwanted)})
        words = {text: encoder.encode_texts([text])[0] for text in texts}
        for half, use in ((0, "chosen on"), (1, "reported")):
            some = [query for query in queries if query.half == half]
            print(f"{kind}, {use}: {len(some)} queries, {len(photos)} photos")
            found = {name: measure(each, photos, some, words) for name, each in methods.items()}
            for name, values in found.items():
                report(f"{kind}, {use}", name, values, found["plain"])
    if options.record:
        record()


if __name__ == "__main__":
    main()
