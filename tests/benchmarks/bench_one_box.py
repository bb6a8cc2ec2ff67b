"""What the reading of queries, negation and words beside the photos add to the cosine alone.

    python -m tests.benchmarks.bench_one_box --data DATA

Makes a simulated library of the photos of Flickr8k dev, with known times and places, indexes it
with the built-in model, and searches for captions and concepts into which dates, places and
negation were put (one_box_queries.py). Prints nDCG@10 of the cosine alone, of everything, and of
everything without one part each, with the 95 % interval of the difference to the cosine alone,
or, for a part, to everything.

Legend: Q queries, N photos.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from photosearch import PhotoIndex, load_encoder
from photosearch.data import of_dev_split, read_captioned
from photosearch.data.photos import CaptionedPhoto
from photosearch.evaluate.significance import estimate
from photosearch.query import embed_query, parse_query
from photosearch.query.library import Library
from photosearch.query.read import read_query
from photosearch.query.reading import Reading
from photosearch.testing import LibraryPlan, SimulatedLibrary, simulate_library
from photosearch.types import Term
from tests.benchmarks.figures import benchmark, keep, record
from tests.benchmarks.one_box_queries import KINDS, InjectedQuery, injected

_TOP = 10
_NOW = datetime(2026, 1, 15, 12)
_ZONE = "Europe/Berlin"
_FUSED = "photosearch.index.find.answer.fused"
_TEXTS = "photosearch.index.find.answer.find_texts"

Values = NDArray[np.float64]
Search = Callable[[str], Sequence[int]]


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=1000)
    options = parser.parse_args()
    dev = of_dev_split(read_captioned(options.data / "flickr8k"))
    with tempfile.TemporaryDirectory() as folder:
        library = _library(Path(folder), dev, options.photos)
        with PhotoIndex.open(Path(folder) / "x.photoindex", load_encoder()) as index:
            index.add(library.folder)
            _report(index, library, dev)
    if options.record:
        record()


def _library(folder: Path, dev: Sequence[CaptionedPhoto], photos: int) -> SimulatedLibrary:
    """Links to the photos of dev are the pixels: nothing but their names is read from there."""
    sources = folder / "sources"
    sources.mkdir()
    for photo in dev:
        (sources / photo.path.name).symlink_to(photo.path)
    plan = LibraryPlan(photos=photos, years=(2016, 2025), seed=5)
    return simulate_library(folder / "library", plan, pixels=sources)


def _report(index: PhotoIndex, library: SimulatedLibrary, dev: Sequence[CaptionedPhoto]) -> None:
    by_name = {photo.path.name: photo for photo in dev}
    photos = [photo for photo in library.photos if photo.source in by_name]
    ids = {photo.path: photo.id for photo in index.photos()}
    places = {ids[library.folder / photo.path]: place for place, photo in enumerate(photos)}
    captions = [by_name[str(photo.source)] for photo in photos]
    queries = list(injected(photos, captions))
    print(f"{len(queries)} queries, {len(photos)} photos")
    found = {
        name: np.array([_ndcg(query, search(query.text), places) for query in queries])
        for name, search in _systems(index)
    }
    for kind in ("all", *KINDS):
        chosen = np.array([kind in ("all", query.kind) for query in queries])
        print(f"{kind}: {chosen.sum()} queries")
        for name, values in found.items():
            _line(kind, name, values[chosen], {each: found[each][chosen] for each in found})


def _line(kind: str, name: str, values: Values, found: Mapping[str, Values]) -> None:
    other = "cosine" if name in ("cosine", "everything") else "everything"
    change = estimate(values - found[other]).percent()
    print(f"  {name:20} nDCG@10 {100 * values.mean():5.1f}  ({change} to {other})")
    if kind == "all":
        keep(f"{name}: nDCG@10", 100 * values.mean(), f"%, {change} to {other}")


def _ndcg(query: InjectedQuery, found: Sequence[int], places: Mapping[int, int]) -> float:
    """nDCG@10 of binary relevance (Järvelin and Kekäläinen 2002), log2 discounts."""
    discounts = 1 / np.log2(np.arange(2, _TOP + 2))
    gains = [number in places and query.relevant[places[number]] for number in found[:_TOP]]
    ideal = discounts[: min(int(query.relevant.sum()), _TOP)].sum()
    return float((np.array(gains, float) * discounts[: len(gains)]).sum() / ideal)


def _systems(index: PhotoIndex) -> Iterator[tuple[str, Search]]:
    """The systems to compare, by name."""
    encoder = index.encoder

    def cosine(text: str) -> list[int]:
        query = replace(parse_query(text), terms=(Term(text),))
        return [hit.id for hit in index.search_query(embed_query(encoder, query), _TOP)]

    def read(text: str, library: Library | None = None) -> Reading:
        given = library or index.library()
        return read_query(text, now=_NOW, zone=_ZONE, library=given)

    def searched(reading: Reading) -> list[int]:
        return [hit.id for hit in index.search_reading(reading, _TOP)]

    facts = index.library()
    assert facts is not None
    undated, nowhere = Library(lambda: facts.cells, lambda: False), Library(lambda: ())
    yield "cosine", cosine
    yield "everything", lambda text: searched(read(text))
    yield "without dates", lambda text: searched(read(text, undated))
    yield "without places", lambda text: searched(read(text, nowhere))
    yield "without negation", lambda text: searched(_affirmed(read(text)))
    with _patched(_TEXTS, lambda *_: []):
        yield "without words", lambda text: searched(read(text))
    with _patched(_FUSED, _reciprocal_ranks):
        yield "reciprocal ranks", lambda text: searched(read(text))


@contextmanager
def _patched(name: str, value: object) -> Iterator[None]:
    with patch(name, value):
        yield


def _affirmed(reading: Reading) -> Reading:
    """With what was negated as if it were wanted, which is how a cosine takes it."""
    terms = [Term(term.text, abs(term.weight)) for term in reading.terms]
    return replace(reading, terms=tuple(terms))


def _reciprocal_ranks(meaning: Mapping[int, float], words: Mapping[int, float]) -> dict[int, float]:
    """Reciprocal rank fusion with k = 60 (Cormack, Clarke and Büttcher 2009)."""
    joint = dict.fromkeys(meaning, 0.0)
    for scores in (meaning, words):
        order = sorted(scores, key=lambda number: (-scores[number], number))
        for rank, number in enumerate(order, 1):
            joint[number] = joint.get(number, 0.0) + 1 / (60 + rank)
    return joint


if __name__ == "__main__":
    main()
