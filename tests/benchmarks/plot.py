"""A line plot as SVG: what the benchmarks draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 150, 40, 52
_COLORS = ("#4269d0", "#c2750b", "#d6455d", "#2f8f83", "#7a5cb8", "#8c6239")


@dataclass(frozen=True)
class Line:
    name: str
    points: Sequence[tuple[float, float]]
    labels: Sequence[str]  # one a point


@dataclass(frozen=True)
class Axis:
    title: str
    low: float
    high: float
    ticks: Sequence[float]

    def share(self, value: float) -> float:
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Plot:
    title: str
    x: Axis
    y: Axis
    goal: tuple[float, float]  # x at most, y at least: shaded
    lines: Sequence[Line]

    def svg(self) -> str:
        body = [*self._goal(), *self._grid()]
        for place, line in enumerate(self.lines):
            body += self._line(line, _COLORS[place % len(_COLORS)], place)
        style = "font-family: system-ui, sans-serif; font-size: 12px; fill: #333"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'width="{_WIDTH}" height="{_HEIGHT}" style="{style}">\n'
            '<rect width="100%" height="100%" fill="#fff"/>\n'
            + _text(_LEFT, 22, self.title, "start", "font-weight: 600; font-size: 14px")
            + "\n".join(body)
            + "\n</svg>\n"
        )

    def _at(self, x: float, y: float) -> tuple[float, float]:
        across, down = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return _LEFT + self.x.share(x) * across, _TOP + (1 - self.y.share(y)) * down

    def _goal(self) -> list[str]:
        (left, bottom), (right, top) = (
            self._at(self.x.low, self.goal[1]),
            self._at(self.goal[0], self.y.high),
        )
        box = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}"'
        box += f' height="{bottom - top:.1f}"'
        words = _text(left + 6, (top + bottom) / 2 + 4, "goal", "start")
        return [f'<rect {box} fill="#e4f2e4"/>', words]

    def _grid(self) -> list[str]:
        out = []
        for tick in self.x.ticks:
            (x, top), (_, bottom) = self._at(tick, self.y.high), self._at(tick, self.y.low)
            out += [_stroke(x, top, x, bottom), _text(x, bottom + 18, f"{tick:g}", "middle")]
        for tick in self.y.ticks:
            (left, y), (right, _) = self._at(self.x.low, tick), self._at(self.x.high, tick)
            out += [_stroke(left, y, right, y), _text(left - 8, y + 4, f"{tick:g}", "end")]
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        out.append(_text(middle, _HEIGHT - 12, self.x.title, "middle"))
        across = (_TOP + _HEIGHT - _BOTTOM) / 2
        turned = f'transform="rotate(-90 16 {across})"'
        out.append(_text(16, across, self.y.title, "middle", more=turned))
        return out

    def _line(self, line: Line, color: str, place: int) -> list[str]:
        at = [self._at(*point) for point in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        out = [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>']
        for (x, y), label in zip(at, line.labels, strict=True):
            title = f"<title>{escape(line.name)}, {escape(label)}</title>"
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}">{title}</circle>')
        y = _TOP + 16 + 20 * place
        x = _WIDTH - _RIGHT + 16
        out.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{color}"/>')
        out.append(_text(x + 16, y, line.name, "start"))
        return out


def _stroke(x1: float, y1: float, x2: float, y2: float) -> str:
    where = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {where} stroke="#ddd" stroke-width="1"/>'


def _text(x: float, y: float, words: str, anchor: str, style: str = "", *, more: str = "") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    extra = f' style="{style}"' if style else ""
    return f"<text {where}{extra} {more}>{escape(words)}</text>"
