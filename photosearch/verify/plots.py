"""Draws the plots of a verification report with matplotlib, as SVG.

An SVG is a text for inside a page: its colours are the page's variables, its letters the page's.
The same records give the same bytes with one version of matplotlib.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING, Any

from photosearch.errors import MissingExtra
from photosearch.shorten import shorten
from photosearch.verify.measures import FP16_MAX, FP16_ROOT
from photosearch.verify.records import Agreement, Compared, Similarities, TowerFindings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Drawn in these, each then becomes the variable of that name in the page's style sheet.
COLOURS = {"ink": "#1c1e21", "quiet": "#6a7078", "rule": "#dfe3e8", "good": "#1a7f4b",
           "bad": "#c62828", "blue": "#2563eb"}  # fmt: skip
INK, QUIET, RULE, GOOD, BAD, BLUE = COLOURS.values()
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # letters stay letters
    "svg.hashsalt": "photosearch",  # else names inside are drawn by chance
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, which measures words in it
    "font.size": 11, "axes.labelsize": 11, "text.color": INK, "axes.labelcolor": QUIET,
    "axes.edgecolor": QUIET, "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelcolor": INK,
    "ytick.labelcolor": INK, "axes.spines.top": False, "axes.spines.right": False,
    "axes.axisbelow": True, "grid.color": RULE, "lines.markersize": 5, "lines.markeredgewidth": 0,
}  # fmt: skip
_ERRORS, _VALUES = (1e-4, 10.0), (1e-3, 1e6)  # what the axes show; the rest is drawn at their ends
_SIDE, _WIDTH, _HEIGHT, _ROW = 380, 460, 300, 30  # points: 1/72 of an inch
_NAME = 44  # letters of what a row is called


def require_plots() -> None:
    """Raises MissingExtra if no plot can be drawn."""
    if find_spec("matplotlib") is None:
        raise MissingExtra("coreml", "the plots of a verification")


def similarities_plot(found: Similarities) -> str:
    """Every text with every photo: on the dashed diagonal where both agree."""
    values = [each for each in found.torch + found.shipped if math.isfinite(each)] or [0.0]
    limits = _with_margin(min(values), max(values))
    with _drawing(_SIDE, _SIDE, "Cosines as shipped against cosines in torch") as (axes, svg):
        axes.set(xlim=limits, ylim=limits, xlabel="cosine in torch", ylabel="cosine as shipped")
        axes.grid(axis="y")
        axes.plot(limits, limits, "--", color=QUIET, linewidth=1)
        _cloud(axes, found.torch, _inside(found.shipped, limits))
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
    with _drawing(_SIDE, _SIDE, "Cosines as shipped less those in torch") as (axes, svg):
        axes.set(xlim=limits, ylim=(-most, most), xlabel="cosine in torch")
        axes.set_ylabel("shipped - torch")
        axes.grid(axis="y")
        axes.axhline(0, color=QUIET, linestyle="--", linewidth=1)
        _cloud(axes, across, gaps)
    return svg.getvalue()


def errors_plot(found: Agreement, limit: float, title: str) -> str:
    """The error of each input, and the limit for their root mean square, which is dashed."""
    worst = max(range(len(found.errors)), key=lambda i: found.errors[i])
    told = f"worst: {shorten(found.inputs[worst], 40)} {found.errors[worst]:.2g}"
    names = [f"{name}: {e:.4g}" for name, e in zip(found.inputs, found.errors, strict=True)]
    with _drawing(_WIDTH, _HEIGHT, f"Error of each input, {title}", names) as (axes, svg):
        axes.set(yscale="log", ylim=_ERRORS, xlabel=f"{title}: inputs", ylabel="error / spread")
        axes.set_title(told, loc="right", fontsize=11, parse_math=False)
        axes.grid(axis="y")
        _limit(axes, _inside([limit], _ERRORS)[0], "limit")
        axes.axhline(_inside([found.error], _ERRORS)[0], color=QUIET, linestyle="--", linewidth=1)
        _points(axes, _inside(found.errors, _ERRORS), _colours(e <= limit for e in found.errors))
    return svg.getvalue()


def ranges_plot(found: TowerFindings) -> str:
    """The largest value of each operation, in the program's order."""
    names = [f"{each.type} '{each.op}': {each.largest:.4g}" for each in found.ranges]
    label = f"Largest value of each operation, {found.tower}"
    with _drawing(_WIDTH, _HEIGHT, label, names) as (axes, svg):
        axes.set(yscale="log", ylim=_VALUES, xlabel=f"{found.tower}: operations in order")
        axes.set_ylabel("largest |value|")
        axes.grid(axis="y")
        _limit(axes, FP16_MAX, "65504, the most in fp16")
        axes.axhline(FP16_ROOT, color=QUIET, linestyle="--", linewidth=1)
        _note(axes, FP16_ROOT, "255, squares beyond it overflow", INK, 0.01, "left")
        fits = [x.largest <= (FP16_ROOT if x.squared else FP16_MAX) for x in found.ranges]
        _points(axes, _inside([each.largest for each in found.ranges], _VALUES), _colours(fits))
    return svg.getvalue()


def controls_plot(towers: Mapping[str, TowerFindings], limit: float) -> str:
    """The error of each mistake, which should lie beyond the limit; of the packages, before it."""
    rows = [row for name, found in towers.items() for row in _control_rows(name, found, limit)]
    names, errors, good, outcomes = zip(*rows, strict=True)
    titles = [f"{name}: {error:.4g}" for name, error in zip(names, errors, strict=True)]
    label = "Errors of the packages and of the negative controls"
    with _drawing(2 * _WIDTH, 78 + _ROW * len(rows), label, titles) as (axes, svg):
        axes.set(xscale="log", xlim=_ERRORS, xlabel="error / spread")
        _name_rows(axes, names)
        axes.axvline(limit, color=BAD, linewidth=1.5)
        shown = _inside(errors, _ERRORS)
        for row, (error, holds, outcome) in enumerate(zip(shown, good, outcomes, strict=True)):
            colour = GOOD if holds else BAD
            axes.hlines(row, _ERRORS[0], error, colors=colour, linewidth=2, alpha=0.35)
            axes.text(_ERRORS[1] * 1.3, row, outcome, color=colour, va="center")
        _points(axes, shown, _colours(good), across=False)
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
    with _drawing(2 * _WIDTH, 60 + _ROW * len(rows), label, titles) as (axes, svg):
        axes.set(xlim=(0, 1))
        axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        _name_rows(axes, [name for name, _ in rows])
        for row, (_, estimate) in enumerate(rows):
            axes.hlines(row, estimate.low, estimate.high, colors=QUIET, linewidth=2)
        _points(axes, [e.mean for _, e in rows], [QUIET, BLUE] * len(metrics), across=False)
    return svg.getvalue()


def _with_margin(low: float, high: float) -> tuple[float, float]:
    margin = 0.05 * (high - low) or 0.05
    return low - margin, high + margin


def _inside(values: Iterable[float], limits: tuple[float, float]) -> list[float]:
    """What lies beyond the axis is drawn at its ends; what is not a number, at the upper one."""
    low, high = limits
    return [high if math.isnan(each) else min(max(each, low), high) for each in values]


def _cloud(axes: Axes, x: Sequence[float], y: Sequence[float]) -> None:
    axes.plot(x, y, "o", color=BLUE, markersize=3.5, alpha=0.45, clip_on=False, gid="cloud")


def _points(
    axes: Axes, values: Sequence[float], colours: Iterable[str], *, across: bool = True
) -> None:
    """One after the other, `across` or downwards; their titles are put in by `_drawing`."""
    look: dict[str, Any] = {"gid": "point", "clip_on": False, "in_layout": False}
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        x, y = (place, value) if across else (value, place)
        axes.plot(x, y, "o", color=colour, **look)


def _colours(good: Iterable[bool]) -> list[str]:
    return [BLUE if holds else BAD for holds in good]


def _limit(axes: Axes, value: float, words: str) -> None:
    axes.axhline(value, color=BAD, linewidth=1.5)
    _note(axes, value, words, BAD, 1, "right")


def _note(axes: Axes, y: float, words: str, colour: str, x: float, side: str) -> None:
    """Words on a horizontal line, `x` from 0 to 1."""
    axes.text(x, y * 1.15, words, color=colour, ha=side, transform=axes.get_yaxis_transform())


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")


@contextmanager
def _drawing(
    width: int, height: int, label: str, titles: Sequence[str] = ()
) -> Iterator[tuple[Axes, StringIO]]:
    """Axes to draw on, and the stream that holds the SVG afterwards.

    `label` is what a screen reader says; `titles` say what each point is that is pointed at.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    svg, drawn = StringIO(), StringIO()
    with mpl.rc_context(), warnings.catch_warnings():
        # Letters stay letters in an SVG: whoever reads the page has a font for them, or none.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        mpl.rcdefaults()  # whatever the user's own settings are
        mpl.rcParams.update(_STYLE)
        figure = Figure((width / 72, height / 72), layout="constrained")
        yield figure.add_subplot(), svg
        none: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(drawn, format="svg", transparent=True, metadata=none)
    svg.write(_for_a_page(drawn.getvalue(), label, titles))


def _for_a_page(svg: str, label: str, titles: Sequence[str]) -> str:
    """With titles and the page's colours; without prologue, size, names of groups and 1/1000 px."""
    view = re.search(r'viewBox="[^"]*"', svg)
    assert view is not None
    svg = svg[svg.index(">", view.end()) + 1 :]
    svg = re.sub(r'<g id="cloud">.*?</g>', _styled_once, svg, flags=re.DOTALL)
    told = iter(titles)
    svg = re.sub(
        r'(<g id="point">.*?<use [^>]*)/>',
        lambda point: f"{point[1]}><title>{escape(next(told))}</title></use>",
        svg,
        flags=re.DOTALL,
    )
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)
    svg = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), svg)
    svg = re.sub(r"\n\s+", "\n", svg)
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    return f'<svg {view[0]} role="img" aria-label="{escape(label)}">{svg}'


def _styled_once(cloud: re.Match[str]) -> str:
    """The look of a thousand points stands at their group, not at each: half the bytes."""
    look = re.search(r'<use [^>]*( style="[^"]*")/>', cloud[0])
    if look is None:
        return cloud[0]
    return cloud[0].replace(look[1], "").replace(' id="cloud"', look[1])
