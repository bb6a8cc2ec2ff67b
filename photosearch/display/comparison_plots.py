"""Draws how two systems, A and B, differ: intervals, single queries, and ranks of what is right.

Legend: Q queries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from photosearch.drawing import BLUE, INK, QUIET, drawing, name_rows, points
from photosearch.evaluate.comparison import JUDGE, Comparison
from photosearch.evaluate.expected import Values
from photosearch.evaluate.places import Ints
from photosearch.evaluate.significance import LEVEL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 430, 340  # points: 1/72 of an inch
_BINS = 10  # of ranks, at most
_CURVE = 600  # points of a curve, at most
_LEAST, _GREATEST = 0.08, 0.6  # opacity of a cell: letters on it stay readable


def intervals_plot(found: Sequence[Comparison]) -> str:
    """Of one pair: each measure's difference with its interval; 0 is marked."""
    ends = [100 * end for each in found for end in (each.low, each.high)] + [0.0]
    margin = 0.05 * (max(ends) - min(ends)) or 1.0
    titles = [f"{each.measure}: {_told(each)}" for each in found]
    label = "Difference of each measure with its interval, A less B"
    with drawing(_WIDTH, _HEIGHT, label, titles) as (axes, svg):
        axes.set_xlim(min(ends) - margin, max(ends) + margin)
        axes.set_xlabel("A less B, in points")
        name_rows(axes, [each.measure for each in found])
        axes.axvline(0, color=INK, linewidth=1)
        colours = [BLUE if each.p_holm <= LEVEL else QUIET for each in found]
        for row, (each, colour) in enumerate(zip(found, colours, strict=True)):
            axes.hlines(row, 100 * each.low, 100 * each.high, colors=colour, linewidth=2)
        points(axes, [100 * each.difference for each in found], colours, across=False)
    return svg.getvalue()


def queries_plot(differences: Values) -> str:
    """Of every query, [Q], the greatest first."""
    ordered, count = np.sort(differences)[::-1], len(differences)
    shown = np.unique(np.linspace(0, count - 1, min(count, _CURVE)).round().astype(int))
    share = 100 * (shown + 0.5) / count
    with drawing(_WIDTH, _HEIGHT, f"Differences of {JUDGE} of single queries, sorted") as both:
        axes, svg = both
        axes.set(xlim=(0, 100), ylim=(-105, 105), xlabel="share of the queries, %")
        axes.set_ylabel(f"A less B, points of {JUDGE}")
        axes.grid(axis="y")
        axes.axhline(0, color=INK, linewidth=1)
        axes.fill_between(share, 100 * ordered[shown], color=BLUE, alpha=0.25, linewidth=0)
        axes.plot(share, 100 * ordered[shown], color=BLUE, linewidth=1.5)
    return svg.getvalue()


def found_plot(a: Values, b: Values) -> str:
    """By how far one looks, the share of queries with a right item so far; ranks [Q] each."""
    most = max(2.0, _greatest(a, b))
    depths = np.unique(np.geomspace(1, most, _CURVE // 4).round())
    with drawing(_WIDTH, _HEIGHT, "Share of queries answered within the first k") as (axes, svg):
        axes.set(xscale="log", xlim=(1, most), ylim=(0, 100), xlabel="first k")
        axes.set_ylabel("queries with a right item, %")
        axes.set_xticks(_round_numbers(most), minor=False)
        axes.set_xticks([], minor=True)
        axes.xaxis.set_major_formatter(lambda depth, _: f"{depth:,.0f}")
        axes.grid()
        for name, ranks, colour, line in (("A", a, BLUE, "-"), ("B", b, INK, "--")):
            shares = [100 * float((ranks <= depth).mean()) for depth in depths]
            axes.plot(depths, shares, line, color=colour, label=name, linewidth=2)
        axes.legend(frameon=False, loc="lower right")
    return svg.getvalue()


def ranks_plot(a: Values, b: Values) -> str:
    """How many queries have their first right item at which ranks in A and in B, [Q] each."""
    octaves = int(_greatest(a, b)).bit_length()
    step = math.ceil(octaves / _BINS)  # octaves to a bin
    bins = math.ceil(octaves / step)
    counts = np.zeros((bins + 1, bins + 1), np.int64)  # the last: not found
    np.add.at(counts, (_bin(b, step, bins), _bin(a, step, bins)), 1)
    side = bins + 1 if counts[-1].any() or counts[:, -1].any() else bins
    with drawing(_WIDTH, _HEIGHT, "Queries by the rank of the right item in A and in B") as both:
        axes, svg = both
        axes.set(xlim=(0, side), ylim=(0, side), xlabel="rank in A", ylabel="rank in B")
        _name_ranks(axes, step, bins, side)
        axes.plot((0, side), (0, side), "--", color=QUIET, linewidth=1)
        _cells(axes, counts[:side, :side])
    return svg.getvalue()


def _greatest(a: Values, b: Values) -> float:
    """Rank of what was found; 1 if nothing was."""
    ranks = np.concatenate([a, b])
    return float(ranks[np.isfinite(ranks)].max(initial=1))


def _round_numbers(most: float) -> list[int]:
    """1, 2, 5, 10, 20, ... up to `most`; beyond 1,000 only 1, 10, 100, ..."""
    steps = (1, 2, 5) if most <= 1000 else (1,)
    numbers = (step * 10**power for power in range(math.ceil(math.log10(most)) + 1)
               for step in steps)  # fmt: skip
    return [number for number in numbers if number <= most]


def _bin(ranks: Values, step: int, bins: int) -> Ints:
    found = np.isfinite(ranks)
    octave = np.floor(np.log2(np.where(found, ranks, 1)) / step)
    return np.where(found, np.minimum(octave, bins - 1), bins).astype(np.int64)


def _name_ranks(axes: Axes, step: int, bins: int, side: int) -> None:
    """Ranks at the edges of cells, where they begin; what was not found at the middle of its."""
    edges, names = list(map(float, range(bins))), [f"{2 ** (step * at):,}" for at in range(bins)]
    if side > bins:
        edges, names = [*edges, bins + 0.5], [*names, "none"]
    axes.set_xticks(edges, names)
    axes.set_yticks(edges, names)


def _cells(axes: Axes, counts: Ints) -> None:
    from matplotlib.patches import Rectangle

    most = math.sqrt(counts.max(initial=1))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            alpha = _LEAST + (_GREATEST - _LEAST) * math.sqrt(count) / most
            cell = Rectangle((column, row), 1, 1, linewidth=0, facecolor=BLUE, alpha=alpha)
            axes.add_patch(cell)
            shown = f"{count}" if count < 10_000 else f"{count / 1000:.0f}k"
            axes.text(column + 0.5, row + 0.5, shown, ha="center", va="center", fontsize=9.5)


def _told(each: Comparison) -> str:
    interval = f"[{100 * each.low:.1f}, {100 * each.high:.1f}]"
    return f"{100 * each.difference:+.1f} {interval}, p {each.p_holm:.4f}"
