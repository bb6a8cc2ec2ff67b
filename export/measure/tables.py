"""What was measured, as tables for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from export.measure.records import Measured
from photosearch.evaluate import Estimate


def as_json(measured: Measured) -> str:
    """Every record, with shares from 0 to 1."""
    return json.dumps(asdict(measured), indent=2, ensure_ascii=False)


def as_text(measured: Measured) -> str:
    """Tables of Markdown; percent with 95 % intervals."""
    right = sum(answer.right for answer in measured.demo)
    parts = [
        f"{measured.model}: both towers {measured.size_bytes / 1e6:.1f} MB for Python",
        *measured.missing,
        _table("captions to photos", ("R@1", "R@5", "R@10"), caption_rows(measured)),
        _table("names to photos", ("names", "photos", "mAP", "first right"), name_rows(measured)),
        _table(
            "in other words", ("queries", "plain", "drop", "of first ten kept"), _reworded(measured)
        ),
        _table(
            "confidence",
            ("hits", "calibration error", "said", "right"),
            trust_rows(measured),
        ),
        _table(
            f"demo, {right} of {len(measured.demo)} first photos right",
            ("first", "confidence", "", "rank of the right one"),
            _demo(measured),
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def caption_rows(measured: Measured) -> Iterator[tuple[str, ...]]:
    """R@1, R@5 and R@10 at each width; names are mAP for reworded ones."""
    for width, found in measured.captions.items():
        yield f"{width} wide", *(value.percent() for value in found.values())


def name_rows(measured: Measured) -> Iterator[tuple[str, ...]]:
    """What was asked, names, photos, mAP and how often the first photo is right."""
    for title, found in measured.names.items():
        counts = f"{found.names:,}", f"{found.photos:,}"
        yield title, *counts, found.precision.percent(), found.first_right.percent()


def trust_rows(measured: Measured) -> Iterator[tuple[str, ...]]:
    """Which hits, how many, the expected calibration error, and what was said and right."""
    for asked, hits in measured.trust.items():
        for which, found in hits.items():
            said, right = f"{100 * found.said:.0f} %", f"{100 * found.right:.0f} %"
            yield f"{asked}, {which}", f"{found.hits:,}", _share(found.error), said, right


def _reworded(measured: Measured) -> Iterator[tuple[str, ...]]:
    for texts, kinds in measured.reworded.items():
        for kind, found in kinds.items():
            values = found.plain.percent(), found.drop.percent(), found.overlap.percent()
            yield f"{texts}, {kind}", f"{found.queries:,}", *values


def _demo(measured: Measured) -> Iterator[tuple[str, ...]]:
    for answer in measured.demo:
        verdict = "right" if answer.right else "wrong"
        yield answer.query, answer.first, f"{answer.confidence:.0%}", verdict, str(answer.rank)


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Columns as wide as their widest cell; nothing without rows."""
    cells = [(title, *columns), *rows]
    if len(cells) == 1:
        return ""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    head, *body = (f"| {' | '.join(map(str.ljust, row, widths)).rstrip()} |" for row in cells)
    return "\n".join([head, f"|{'-|' * len(widths)}", *body])


def _share(value: Estimate) -> str:
    return f"{value.mean:.2f} [{value.low:.2f}, {value.high:.2f}]"
