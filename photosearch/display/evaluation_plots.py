"""Draws studies as SVG: slices, robustness, reliability, recall of an index against bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from photosearch.drawing import BLUE, INK, QUIET, drawing, name_rows, points
from photosearch.evaluate.studies.curves import Curve, Point, Robustness
from photosearch.evaluate.studies.frontier import Frontier, IndexPoint
from photosearch.evaluate.studies.reliability import Reliability
from photosearch.evaluate.studies.slices import MEASURE, Slice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CURVE, _SIDE, _WIDTH, _HEIGHT, _ROW = (300, 230), 380, 640, 380, 22  # points: 1/72 of an inch
_MARKER = 14  # points across of the marker with the most hits
_NAMED = 14  # points of the front that are named


def slices_plot(found: Sequence[Slice], measure: str = MEASURE) -> str:
    """Each slice with its interval, and all other queries as a grey mark."""
    shown = [each for each in found if each.queries]
    inside = [each.inside[measure] for each in shown]
    titles = [f"{each.name}: {told.percent()} of {each.queries} queries"
              for each, told in zip(shown, inside, strict=True)]  # fmt: skip
    with drawing(_WIDTH, 60 + _ROW * len(shown), f"{measure} by slices", titles) as (axes, svg):
        axes.set_xlabel(f"{measure}, hundredths; grey: all other queries")
        name_rows(axes, [each.name for each in shown])
        for row, told in enumerate(inside):
            if not math.isnan(told.low):
                axes.hlines(row, 100 * told.low, 100 * told.high, colors=BLUE, linewidth=2)
        others = [100 * each.outside[measure].mean for each in shown]
        axes.plot(others, range(len(shown)), "|", color=QUIET, markersize=12, markeredgewidth=2)
        points(axes, [100 * each.mean for each in inside], [BLUE] * len(shown), across=False)
    return svg.getvalue()


def robustness_plots(found: Robustness) -> dict[str, str]:
    """One plot for each condition, by its name, all on one scale: differences with intervals."""
    ends = [0.0, *(end for each in found.curves for point in each.points for end in _ends(point))]
    margin = 0.05 * (max(ends) - min(ends)) or 1.0
    limits = min(ends) - margin, max(ends) + margin
    return {each.condition: _curve(each, found.measure, limits) for each in found.curves}


def _curve(curve: Curve, measure: str, limits: tuple[float, float]) -> str:
    levels = [_level(each) for each in curve.points]
    titles = [f"{curve.condition} {level}: {_told(point)}"
              for level, point in zip(levels, curve.points, strict=True)]  # fmt: skip
    label = f"{measure} less that of untouched photos, {curve.condition}"
    with drawing(*_CURVE, label, titles) as (axes, svg):
        axes.set_ylim(*limits)
        axes.set_xlim(-0.5, len(levels) - 0.5)
        axes.set_xticks(range(len(levels)), levels, parse_math=False)
        axes.set_xlabel(" ".join((curve.condition, f"({curve.unit})" if curve.unit else "")))
        axes.set_ylabel(f"{measure}, points")
        axes.grid(axis="y")
        axes.axhline(0, color=INK, linewidth=1)
        middles = [100 * each.difference.mean for each in curve.points]
        if curve.unit:  # levels are an order, names are not
            axes.plot(range(len(levels)), middles, color=BLUE, linewidth=1, alpha=0.6)
        for at, each in enumerate(curve.points):
            axes.vlines(at, *_ends(each), colors=BLUE, linewidth=2)
        points(axes, middles, [BLUE] * len(middles))
    return svg.getvalue()


def _ends(point: Point) -> tuple[float, float]:
    """Of the interval, in points; the mean twice where there is no interval."""
    found = point.difference
    low, high = (found.mean if math.isnan(end) else end for end in (found.low, found.high))
    return 100 * low, 100 * high


def _level(point: Point) -> str:
    return f"{point.level:g}" if isinstance(point.level, float | int) else point.level


def _told(point: Point) -> str:
    low, high = _ends(point)
    return f"{100 * point.difference.mean:+.1f} [{low:.1f}, {high:.1f}]"


def reliability_plot(found: Reliability) -> str:
    """Share right by confidence: on the diagonal, both agree. Areas of points stand for hits."""
    bins, most = found.bins, max((each.hits for each in found.bins), default=1)
    titles = [f"confidence {100 * each.said:.0f}: {100 * each.right:.1f} of {each.hits} hits right"
              for each in bins]  # fmt: skip
    label = f"Share right by confidence, {found.asked}, {found.hits}"
    with drawing(_SIDE, _SIDE, label, titles) as (axes, svg):
        axes.set(xlim=(0, 100), ylim=(0, 100), xlabel="mean confidence, %", ylabel="right, %")
        axes.grid()
        axes.plot((0, 100), (0, 100), "--", color=QUIET, linewidth=1)
        said, right = [100 * each.said for each in bins], [100 * each.right for each in bins]
        axes.plot(said, right, color=BLUE, linewidth=1, alpha=0.6)
        for x, y, each in zip(said, right, bins, strict=True):
            size = max(3.0, _MARKER * math.sqrt(each.hits / most))
            axes.plot(x, y, "o", color=BLUE, markersize=size, clip_on=False, gid="point")
        error = f"calibration error {found.trust.error.percent()}"
        axes.text(2, 97, error, va="top", color=INK)
        axes.text(2, 91, f"by chance {100 * found.chance:.1f}", va="top", color=QUIET)
    return svg.getvalue()


def frontier_plot(found: Frontier) -> str:
    """Recall by bytes a photo; those on the front are blue and have names, with their latency.

    The line joins what has the most recall for its bytes, whatever its latency.
    """
    shown = sorted(found.points, key=lambda each: each.on_front)  # the front on top
    titles = [f"{_kind(each)}: {100 * each.recall:.1f} %, {each.photo_bytes:.0f} bytes, "
              f"{each.latency_ms:.3g} ms" for each in shown]  # fmt: skip
    label = "Recall against exact search by bytes a photo"
    with drawing(_WIDTH, _HEIGHT, label, titles) as (axes, svg):
        axes.set(xscale="log", xlabel="bytes a photo", ylabel="recall@10, %")
        _count_in_twos(axes, [each.photo_bytes for each in shown])
        axes.grid()
        steps = _most_recall(found.points)
        axes.plot(*zip(*steps, strict=True), color=BLUE, linewidth=1, drawstyle="steps-post")
        for each in shown:
            colour = BLUE if each.on_front else QUIET
            axes.plot(each.photo_bytes, 100 * each.recall, "o", color=colour, gid="point")
        _name_front(axes, [each for each in found.points if each.on_front])
    return svg.getvalue()


def _most_recall(found: Sequence[IndexPoint]) -> list[tuple[float, float]]:
    """Bytes and recall in percent of those that no smaller one exceeds."""
    steps: list[tuple[float, float]] = []
    for each in sorted(found, key=lambda point: (point.photo_bytes, -point.recall)):
        if not steps or 100 * each.recall > steps[-1][1]:
            steps.append((each.photo_bytes, 100 * each.recall))
    return steps


def _count_in_twos(axes: Axes, sizes: Sequence[float]) -> None:
    """The x axis, by powers of two."""
    powers = range(math.floor(math.log2(min(sizes))), math.ceil(math.log2(max(sizes))) + 1)
    axes.set_xlim(0.9 * 2.0 ** powers[0], 1.1 * 2.0 ** powers[-1])
    axes.set_xticks([2.0**power for power in powers], [f"{2.0**power:,.0f}" for power in powers])
    axes.set_xticks([], minor=True)


def _name_front(axes: Axes, front: Sequence[IndexPoint]) -> None:
    """Names in a column beside the plot, near the height of their points and with lines to them."""
    named = sorted(front, key=lambda each: (-each.recall, each.photo_bytes))[:_NAMED]
    low, high = axes.get_ylim()
    heights = [(100 * each.recall - low) / (high - low) for each in named]
    for each, height in zip(named, _apart(heights, 1 / _NAMED), strict=True):
        axes.annotate(
            f"{_kind(each)}, {each.latency_ms:.2g} ms",
            (each.photo_bytes, 100 * each.recall),
            xytext=(1.06, height),
            textcoords="axes fraction",
            va="center",
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.4, "relpos": (0, 0.5)},
            annotation_clip=False,
            parse_math=False,
        )


def _apart(heights: Sequence[float], gap: float) -> list[float]:
    """Descending heights from 0 to 1, moved as little as keeps them a gap apart."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - gap if placed else 1.0))
    lowest = 0.0
    for at in reversed(range(len(placed))):
        placed[at] = max(placed[at], lowest)
        lowest = placed[at] + gap
    return placed


def _kind(each: IndexPoint) -> str:
    return " ".join(part for part in (each.kind, each.settings, f"width {each.width}") if part)
