"""What approximate search gives up and saves: recall, latency and bytes over kinds and widths.

Legend: N photos, Q queries, K hits of each, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product

import numpy as np

from photosearch.encoder import Floats, cut
from photosearch.errors import ModelError, ShapeError, UsageError
from photosearch.evaluate.places import Ints, find_places
from photosearch.evaluate.studies.index_kinds import (
    TIMED,
    IndexKind,
    build_index,
    latency_ms,
    one_thread,
    search_index,
    set_search,
    size_bytes,
    usual_kinds,
)
from photosearch.progress import Listener, counting, silent

FIRST = 10  # hits that are compared


@dataclass(frozen=True, slots=True)
class IndexPoint:
    """One kind of index at one width."""

    kind: str  # as faiss's index factory has it
    settings: str  # of its search; "" for none
    width: int  # numbers of the embedding that are kept
    recall: float  # share of the first ten of exact search at full width: 0..1
    found: float | None  # R@10 by judgements: 0..1
    latency_ms: float  # median of single queries
    photo_bytes: float  # of the file, a photo
    on_front: bool = False  # no other is as good in all three and better in one


@dataclass(frozen=True, slots=True)
class Frontier:
    """All points over one collection and one set of queries."""

    photos: int
    queries: int
    points: tuple[IndexPoint, ...]
    protocol: tuple[str, ...]


def measure_frontier(
    photos: Floats,
    queries: Floats,
    *,
    kinds: Sequence[IndexKind] | None = None,
    widths: Sequence[int] | None = None,
    relevant: tuple[Ints, Ints] | None = None,
    progress: Listener = silent,
) -> Frontier:
    """photos [N, D] and queries [Q, D], float32; widths: D, a half and a quarter unless given.

    relevant: of each pair the query and the photo, both [P]. Raises ShapeError for widths that
    differ, ModelError for NaN or infinity, UsageError for nothing to search, for widths that
    embeddings do not have, and with faiss's reason for a kind that it cannot build.
    """
    _check(photos, queries)
    _check_judged(relevant, len(queries), len(photos))
    sizes = _widths(photos.shape[1], widths)
    chosen = usual_kinds(len(photos)) if kinds is None else kinds
    total = len(sizes) * sum(len(kind.settings) for kind in chosen)
    if not total:
        raise UsageError("got no kinds of index or no widths, expected some")
    tell = counting(progress, "kinds of index", total)
    points, hits = [], []
    with one_thread():
        for point, shown in _measured(photos, queries, sizes, chosen):
            points.append(point)
            hits.append(shown)
            tell(1)
    recalls = _recalls(photos, queries, hits, progress)
    for at, shown in enumerate(hits):
        points[at] = replace(points[at], recall=recalls[at], found=_found(shown, relevant))
    front = pareto_front([(each.recall, each.latency_ms, each.photo_bytes) for each in points])
    marked = (replace(each, on_front=best) for each, best in zip(points, front, strict=True))
    return Frontier(len(photos), len(queries), tuple(marked), _protocol(relevant is not None))


def pareto_front(points: Sequence[tuple[float, float, float]]) -> list[bool]:
    """Of recall, latency and bytes: whether no other has as much recall, as little of both others,
    and is better in one."""
    gains = np.array([(recall, -latency, -size) for recall, latency, size in points]).reshape(-1, 3)
    return [not ((gains >= each).all(axis=1) & (gains > each).any(axis=1)).any() for each in gains]


def frontier_record(found: Frontier) -> dict[str, object]:
    """For JSON: the fields of `Frontier`; what was not judged is None."""
    return asdict(found) | {"protocol": " ".join(found.protocol)}


def frontier_text(found: Frontier) -> str:
    """A table, those on the front marked, the protocol below it."""
    return "\n".join(_lines(found))


def _check(photos: Floats, queries: Floats) -> None:
    if photos.ndim != 2 or queries.ndim != 2 or photos.shape[1] != queries.shape[1]:
        raise ShapeError(f"got photos {photos.shape}, queries {queries.shape}, expected one width")
    if not photos.size or not len(queries):
        raise UsageError(f"got {len(photos)} photos and {len(queries)} queries, expected some")
    for name, rows in (("photos", photos), ("queries", queries)):
        if rows.dtype != np.float32:
            raise ShapeError(f"{name}: got {rows.dtype}, expected float32")
        if not np.isfinite(rows.sum(axis=1)).all():  # finite only if all of its terms are
            raise ModelError(f"{name}: got NaN or infinity among the embeddings, expected numbers")


def _check_judged(relevant: tuple[Ints, Ints] | None, queries: int, photos: int) -> None:
    for places, count in zip(relevant or (), (queries, photos), strict=False):
        if len(places) and not 0 <= places.min() <= places.max() < count:
            got = f"{places.min()} to {places.max()}"
            raise ShapeError(f"relevant: got places {got}, expected 0 to {count - 1}")


def _widths(full: int, widths: Sequence[int] | None) -> list[int]:
    chosen = dict.fromkeys((full, full // 2, full // 4) if widths is None else widths)
    sizes = [width for width in chosen if width or widths is not None]
    bad = [width for width in sizes if not 1 <= width <= full]
    if bad:
        raise UsageError(f"width: got {bad[0]}, expected 1 to {full}")
    return sizes


def _measured(
    photos: Floats, queries: Floats, widths: Sequence[int], kinds: Sequence[IndexKind]
) -> Iterator[tuple[IndexPoint, Ints]]:
    """Each point, its recall to come, and its hits [Q, K]."""
    k = min(FIRST, len(photos))
    for width, kind in product(widths, kinds):
        asked = cut(queries, width)
        index = build_index(kind.factory, cut(photos, width))
        size = size_bytes(index) / len(photos)
        for settings in kind.settings:
            set_search(index, settings)
            point = IndexPoint(
                kind=kind.factory,
                settings=settings,
                width=width,
                recall=0.0,
                found=None,
                latency_ms=latency_ms(index, asked, k),
                photo_bytes=size,
            )
            yield point, search_index(index, asked, k)


def _recalls(
    photos: Floats, queries: Floats, hits: Sequence[Ints], progress: Listener
) -> list[float]:
    """The share of hits that fewer than K photos exceed in exact score at full width."""
    keys = np.stack([_keys(each, len(photos)) for each in hits])  # [points, Q, K]
    pairs = np.unique(keys[keys >= 0])
    places = find_places(queries, photos, np.divmod(pairs, len(photos)), progress=progress)
    k = keys.shape[2]
    right = pairs[places.ahead < k]
    return [float(np.isin(each, right).mean()) for each in keys]


def _found(hits: Ints, relevant: tuple[Ints, Ints] | None) -> float | None:
    """The mean share of the relevant photos of a query that are among its hits."""
    if relevant is None:
        return None
    query, item = relevant
    shown = (hits[query] == item[:, None]).any(axis=1)
    count = np.bincount(query, minlength=len(hits))
    return float((np.bincount(query, shown, minlength=len(hits)) / np.maximum(count, 1)).mean())


def _keys(hits: Ints, photos: int) -> Ints:
    """One number for each pair of a query and a hit, negative for none: [Q, K]."""
    keys: Ints = np.where(hits < 0, -1, np.arange(len(hits))[:, None] * photos + hits)
    return keys


def _protocol(is_judged: bool) -> tuple[str, ...]:
    judged = "R@10 is the mean share of a query's relevant photos among its first ten hits."
    return (
        "Recall is the share of the first ten hits that exact search at full width has too.",
        "A hit whose exact score equals the tenth best counts.",
        f"Latency is the median of {TIMED} single queries by faiss alone, on one thread, warm.",
        "Bytes are of the file, with 8 of id a photo.",
        *((judged,) if is_judged else ()),
        "* No other is at least as good in recall, latency and bytes, and better in one.",
    )


def _lines(found: Frontier) -> Iterator[str]:
    yield f"{found.photos} photos, {found.queries} queries"
    is_judged = any(each.found is not None for each in found.points)
    column = f"{'R@10':>7}" if is_judged else ""
    yield f"    {'kind':<30}{'width':>6}{'recall@10':>11}{column}{'ms':>9}{'bytes a photo':>15}"
    for each in found.points:
        judged = "" if each.found is None else f"{100 * each.found:>7.1f}"
        yield (
            f"  {'*' if each.on_front else ' '} {f'{each.kind} {each.settings}'.strip():<30}"
            f"{each.width:>6}{100 * each.recall:>11.1f}{judged}"
            f"{each.latency_ms:>9.3f}{each.photo_bytes:>15.1f}"
        )
    yield from (f"  {sentence}" for sentence in found.protocol)
