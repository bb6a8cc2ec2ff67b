"""Just enough SVG for a page of plots that needs nothing but itself.

Sizes are in pixels. Colours are classes, which the page's style sheet sets for light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on pixels from `start` to `end`; beyond them, at the edge.

    What is not a number is drawn where the largest values are.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        value = self.high if math.isnan(value) else min(max(value, self.low), self.high)
        low, high = self._unit(self.low), self._unit(self.high)
        share = (self._unit(value) - low) / (high - low or 1)
        return self.start + share * (self.end - self.start)

    def _unit(self, value: float) -> float:
        return math.log10(value) if self.log else value

    def ticks(self) -> list[float]:
        """Round values: powers of ten on a logarithmic scale, else about five steps."""
        if self.log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1)]
        step = 10.0 ** math.floor(math.log10((self.high - self.low) / 2))
        step *= next((f for f in (1, 2, 5) if (self.high - self.low) / (f * step) <= 6), 10)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [round(number * step, 10) for number in range(first, last + 1)]


def drawing(width: int, height: int, parts: Iterable[str], label: str) -> str:
    """`label` is what a screen reader says."""
    head = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
    return "\n".join((head, *parts, "</svg>"))


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def text(x: float, y: float, words: str, kind: str = "small", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def dot(x: float, y: float, kind: str, title: str) -> str:
    """A point that says what it is when it is pointed at."""
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="3.2"'
    return f'<circle {place} class="{kind}"><title>{escape(title)}</title></circle>'


def cloud(points: Iterable[tuple[float, float]], kind: str) -> str:
    """Many points as one shape."""
    path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
    return f'<path d="{path}" class="{kind}"/>'


def frame(across: Scale, up: Scale, names: tuple[str, str]) -> list[str]:
    """Two axes with ticks; `names` are the horizontal and the vertical one's."""
    left, right, bottom, top = across.start, across.end, up.start, up.end
    parts = [line(left, bottom, right, bottom, "axis"), line(left, bottom, left, top, "axis")]
    for value in up.ticks():
        parts += [line(left, up(value), right, up(value), "grid")]
        parts += [text(left - 6, up(value) + 4, _number(value), anchor="end")]
    for value in across.ticks():
        parts += [text(across(value), bottom + 15, _number(value), anchor="middle")]
    parts.append(text((left + right) / 2, bottom + 32, names[0], "name", "middle"))
    parts.append(text(left, top - 10, names[1], "name"))
    return parts


def _number(value: float) -> str:
    return f"{value:g}" if 1e-4 <= abs(value) < 1e5 or value == 0 else f"{value:.0e}"
