"""Draws the plots of a verification report, as SVG for inside the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from photosearch.drawing import BAD, BLUE, GOOD, INK, QUIET, cloud, drawing, name_rows, points
from photosearch.errors import require
from photosearch.shorten import shorten
from photosearch.verify.measures import FP16_MAX, FP16_ROOT
from photosearch.verify.records import Agreement, Compared, Similarities, TowerFindings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ERRORS, _VALUES = (1e-4, 10.0), (1e-3, 1e6)  # what the axes show; the rest is drawn at their ends
_SIDE, _WIDTH, _HEIGHT, _ROW = 380, 460, 300, 30  # points: 1/72 of an inch
_NAME = 44  # letters of what a row is called


def require_plots() -> None:
    """Raises MissingExtra if no plot can be drawn."""
    require("coreml", "the plots of a verification", "matplotlib")


def similarities_plot(found: Similarities) -> str:
    """Every text with every photo: on the dashed diagonal where both agree."""
    values = [each for each in found.torch + found.shipped if math.isfinite(each)] or [0.0]
    limits = _with_margin(min(values), max(values))
    with drawing(_SIDE, _SIDE, "Cosines as shipped against cosines in torch") as (axes, svg):
        axes.set(xlim=limits, ylim=limits, xlabel="cosine in torch", ylabel="cosine as shipped")
        axes.grid(axis="y")
        axes.plot(limits, limits, "--", color=QUIET, linewidth=1)
        cloud(axes, found.torch, _inside(found.shipped, limits))
    return svg.getvalue()


def differences_plot(found: Similarities) -> str:
    """The same points, with what the packages add to each cosine; on a scale of its own."""
    pairs = [
        (x, y - x)
        for x, y in zip(found.torch, found.shipped, strict=True)
        if math.isfinite(x) and math.isfinite(y)
    ] or [(0.0, 0.0)]
    across, gaps = zip(*pairs, strict=True)
    most = 1.1 * max(map(abs, gaps)) or _ERRORS[0]
    limits = _with_margin(min(across), max(across))
    with drawing(_SIDE, _SIDE, "Cosines as shipped less those in torch") as (axes, svg):
        axes.set(xlim=limits, ylim=(-most, most), xlabel="cosine in torch")
        axes.set_ylabel("shipped - torch")
        axes.grid(axis="y")
        axes.axhline(0, color=QUIET, linestyle="--", linewidth=1)
        cloud(axes, across, gaps)
    return svg.getvalue()


def errors_plot(found: Agreement, limit: float, title: str) -> str:
    """The error of each input, and the limit for their root mean square, which is dashed."""
    worst = max(range(len(found.errors)), key=lambda i: found.errors[i])
    told = f"worst: {shorten(found.inputs[worst], 40)} {found.errors[worst]:.2g}"
    names = [f"{name}: {e:.4g}" for name, e in zip(found.inputs, found.errors, strict=True)]
    with drawing(_WIDTH, _HEIGHT, f"Error of each input, {title}", names) as (axes, svg):
        axes.set(yscale="log", ylim=_ERRORS, xlabel=f"{title}: inputs", ylabel="error / spread")
        axes.set_title(told, loc="right", fontsize=11, parse_math=False)
        axes.grid(axis="y")
        _limit(axes, _inside([limit], _ERRORS)[0], "limit")
        axes.axhline(_inside([found.error], _ERRORS)[0], color=QUIET, linestyle="--", linewidth=1)
        points(axes, _inside(found.errors, _ERRORS), _colours(e <= limit for e in found.errors))
    return svg.getvalue()


def ranges_plot(found: TowerFindings) -> str:
    """The largest value of each operation, in the program's order."""
    names = [f"{each.type} '{each.op}': {each.largest:.4g}" for each in found.ranges]
    label = f"Largest value of each operation, {found.tower}"
    with drawing(_WIDTH, _HEIGHT, label, names) as (axes, svg):
        axes.set(yscale="log", ylim=_VALUES, xlabel=f"{found.tower}: operations in order")
        axes.set_ylabel("largest |value|")
        axes.grid(axis="y")
        _limit(axes, FP16_MAX, "65504, the most in fp16")
        axes.axhline(FP16_ROOT, color=QUIET, linestyle="--", linewidth=1)
        _note(axes, FP16_ROOT, "255, squares beyond it overflow", INK, 0.01, "left")
        fits = [x.largest <= (FP16_ROOT if x.squared else FP16_MAX) for x in found.ranges]
        points(axes, _inside([each.largest for each in found.ranges], _VALUES), _colours(fits))
    return svg.getvalue()


def controls_plot(towers: Mapping[str, TowerFindings], limit: float) -> str:
    """The error of each mistake, which should lie beyond the limit; of the packages, before it."""
    rows = [row for name, found in towers.items() for row in _control_rows(name, found, limit)]
    names, errors, good, outcomes = zip(*rows, strict=True)
    titles = [f"{name}: {error:.4g}" for name, error in zip(names, errors, strict=True)]
    label = "Errors of the packages and of the negative controls"
    with drawing(2 * _WIDTH, 78 + _ROW * len(rows), label, titles) as (axes, svg):
        axes.set(xscale="log", xlim=_ERRORS, xlabel="error / spread")
        name_rows(axes, names)
        axes.axvline(limit, color=BAD, linewidth=1.5)
        shown = _inside(errors, _ERRORS)
        for row, (error, holds, outcome) in enumerate(zip(shown, good, outcomes, strict=True)):
            colour = GOOD if holds else BAD
            axes.hlines(row, _ERRORS[0], error, colors=colour, linewidth=2, alpha=0.35)
            axes.text(_ERRORS[1] * 1.3, row, outcome, color=colour, va="center")
        points(axes, shown, _colours(good), across=False)
    return svg.getvalue()


def _control_rows(
    tower: str, found: TowerFindings, limit: float
) -> Iterator[tuple[str, float, bool, str]]:
    """Name, error, whether it is as it should be, and that in words."""
    error = found.agreement.error
    yield f"{tower}: the package itself", error, error <= limit, "as shipped"
    for control in found.controls:
        told = "noticed" if control.noticed else "NOT NOTICED"
        yield f"{tower}: {shorten(control.mistake, _NAME)}", control.error, control.noticed, told


def retrieval_plot(metrics: Mapping[str, Compared]) -> str:
    """Each metric of torch and as shipped, with 95 % intervals."""
    rows = [
        (f"{name}, {side}", estimate)
        for name, both in metrics.items()
        for side, estimate in (("torch", both.torch), ("shipped", both.shipped))
    ]
    titles = [estimate.percent() for _, estimate in rows]
    label = "Retrieval metrics of torch and as shipped"
    with drawing(2 * _WIDTH, 60 + _ROW * len(rows), label, titles) as (axes, svg):
        axes.set(xlim=(0, 1))
        axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        name_rows(axes, [name for name, _ in rows])
        for row, (_, estimate) in enumerate(rows):
            axes.hlines(row, estimate.low, estimate.high, colors=QUIET, linewidth=2)
        points(axes, [e.mean for _, e in rows], [QUIET, BLUE] * len(metrics), across=False)
    return svg.getvalue()


def _with_margin(low: float, high: float) -> tuple[float, float]:
    margin = 0.05 * (high - low) or 0.05
    return low - margin, high + margin


def _inside(values: Iterable[float], limits: tuple[float, float]) -> list[float]:
    """What lies beyond the axis is drawn at its ends; what is not a number, at the upper one."""
    low, high = limits
    return [high if math.isnan(each) else min(max(each, low), high) for each in values]


def _colours(good: Iterable[bool]) -> list[str]:
    return [BLUE if holds else BAD for holds in good]


def _limit(axes: Axes, value: float, words: str) -> None:
    axes.axhline(value, color=BAD, linewidth=1.5)
    _note(axes, value, words, BAD, 1, "right")


def _note(axes: Axes, y: float, words: str, colour: str, x: float, side: str) -> None:
    """Words on a horizontal line, `x` from 0 to 1."""
    axes.text(x, y * 1.15, words, color=colour, ha=side, transform=axes.get_yaxis_transform())
