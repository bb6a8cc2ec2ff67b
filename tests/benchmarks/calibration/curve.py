"""Draws what recall costs: false positives among queries about nothing in the library, as PNG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from photosearch.drawing import BAD, BLUE, INK, QUIET, RULE
from tests.benchmarks.calibration.libraries import Values

_SIZE: Final = (6.4, 4.2)  # inches
_DOTS: Final = 150  # an inch
_COLOURS: Final = (QUIET, BLUE, BAD)


def draw_curves(path: Path, recalls: Values, rates: Mapping[str, Values]) -> None:
    """One line for each rule: its rates at these recalls."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {"axes.spines.top": False, "axes.spines.right": False}
    with mpl.rc_context(style):
        figure = Figure(_SIZE, layout="constrained")
        axes = figure.add_subplot()
        for colour, (name, values) in zip(_COLOURS, rates.items(), strict=False):
            axes.plot(100 * recalls, 100 * values, color=colour, label=name)
        axes.set(xlim=(100 * recalls[0], 100), ylim=(0, 100))
        axes.set_xlabel("queries with a right photo that are answered, %", color=INK)
        axes.set_ylabel("queries without one that are answered, %", color=INK)
        axes.grid(color=RULE)
        axes.legend(frameon=False, loc="upper left")
        figure.savefig(path, dpi=_DOTS)
