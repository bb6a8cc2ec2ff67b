"""Draws plots with matplotlib, as SVG for inside a page.

An SVG is a text: its colours are the variables of the page's style sheet (page.css.jinja), its
letters the page's. The same numbers give the same bytes with one version of matplotlib.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

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


@contextmanager
def drawing(
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


def points(
    axes: Axes, values: Sequence[float], colours: Iterable[str], *, across: bool = True
) -> None:
    """One after the other, `across` or downwards; their titles are put in by `drawing`."""
    look: dict[str, Any] = {"gid": "point", "clip_on": False, "in_layout": False}
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        x, y = (place, value) if across else (value, place)
        axes.plot(x, y, "o", color=colour, **look)


def cloud(axes: Axes, x: Sequence[float], y: Sequence[float]) -> None:
    """Many points, each of which may lie on others."""
    axes.plot(x, y, "o", color=BLUE, markersize=3.5, alpha=0.45, clip_on=False, gid="cloud")


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """The y axis as rows from the top, each with its name."""
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
