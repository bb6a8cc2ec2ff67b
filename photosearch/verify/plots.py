"""The plots of a verification, each from its records to one SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from photosearch.verify.measures import FP16_MAX, FP16_ROOT
from photosearch.verify.records import Agreement, Compared, Control, Similarities, TowerFindings
from photosearch.verify.svg import Scale, cloud, dot, drawing, frame, line, text

_LEAST_ERROR, _MOST_ERROR = 1e-4, 10.0
_LEAST_VALUE, _MOST_VALUE = 1e-3, 1e6
_WIDTH, _HEIGHT = 460, 300
_LEFT, _TOP, _BOTTOM = 54, 34, 44
_ROW = 30  # of a list of bars
_NAME = 330  # room for what a bar is called


def similarities_plot(found: Similarities) -> str:
    """Every text with every photo: on the diagonal where both agree."""
    side = 380
    values = [each for each in found.torch + found.shipped if math.isfinite(each)] or [0.0]
    margin = 0.05 * (max(values) - min(values)) or 0.05
    low, high = min(values) - margin, max(values) + margin
    across = Scale(low, high, _LEFT, side - 12)
    up = Scale(low, high, side - _BOTTOM, _TOP)
    points = zip(found.torch, found.shipped, strict=True)
    parts = frame(across, up, ("cosine in torch", "cosine as shipped"))
    parts.append(line(across(low), up(low), across(high), up(high), "mark"))
    parts.append(cloud(((across(x), up(y)) for x, y in points), "cloud"))
    return drawing(side, side, parts, "Cosines as shipped against cosines in torch")


def differences_plot(found: Similarities) -> str:
    """The same points, with what the packages add to each cosine; on a scale of its own."""
    side = 380
    pairs = list(zip(found.torch, found.shipped, strict=True))
    pairs = [(x, y - x) for x, y in pairs if math.isfinite(x) and math.isfinite(y)] or [(0.0, 0.0)]
    most = 1.1 * max(abs(gap) for _, gap in pairs) or _LEAST_ERROR
    low, high = min(x for x, _ in pairs), max(x for x, _ in pairs)
    margin = 0.05 * (high - low) or 0.05
    across = Scale(low - margin, high + margin, _LEFT, side - 12)
    up = Scale(-most, most, side - _BOTTOM, _TOP)
    parts = frame(across, up, ("cosine in torch", "shipped - torch"))
    parts.append(line(across.start, up(0), across.end, up(0), "mark"))
    parts.append(cloud(((across(x), up(gap)) for x, gap in pairs), "cloud"))
    return drawing(side, side, parts, "Cosines as shipped less those in torch")


def errors_plot(found: Agreement, limit: float, title: str) -> str:
    """The error of each input, and the limit for their root mean square."""
    across, up = _axes(len(found.inputs) - 1, _LEAST_ERROR, _MOST_ERROR)
    parts = frame(across, up, (f"{title}: inputs", "error / spread"))
    parts += _limit(across, up, limit, "limit")
    parts += [line(across.start, up(found.error), across.end, up(found.error), "mark")]
    worst = max(range(len(found.errors)), key=lambda i: found.errors[i])
    for place, (name, error) in enumerate(zip(found.inputs, found.errors, strict=True)):
        kind = "good" if error <= limit else "bad"
        parts.append(dot(across(place), up(error), kind, f"{name}: {error:.4g}"))
    told = f"worst: {found.inputs[worst][:40]} {found.errors[worst]:.2g}"
    parts.append(text(across.end, _TOP - 10, told, anchor="end"))
    return drawing(_WIDTH, _HEIGHT, parts, f"Error of each input, {title}")


def controls_plot(towers: Mapping[str, TowerFindings], limits: Mapping[str, float]) -> str:
    """The error of each mistake, which should lie beyond the limit; of the packages, before it."""
    rows = [
        row for name, found in towers.items() for row in _control_rows(name, found, limits[name])
    ]
    height, width = _TOP + _ROW * len(rows) + _BOTTOM, 2 * _WIDTH
    across = Scale(_LEAST_ERROR, _MOST_ERROR, _NAME, width - 120, log=True)
    base = height - _BOTTOM
    parts = [line(across(t), _TOP - 8, across(t), base, "grid") for t in across.ticks()]
    parts += [text(across(t), base + 15, f"{t:g}", anchor="middle") for t in across.ticks()]
    parts.append(text((_NAME + width - 120) / 2, base + 32, "error / spread", "name", "middle"))
    for number, (tower, name, error, good, outcome) in enumerate(rows):
        y, kind = _TOP + _ROW * (number + 0.5), "good" if good else "bad"
        parts.append(text(_NAME - 10, y + 4, name, anchor="end"))
        parts.append(line(across.start, y, across(error), y, f"bar {kind}"))
        parts.append(line(across(limits[tower]), y - 11, across(limits[tower]), y + 11, "limit"))
        parts.append(dot(across(error), y, kind, f"{name}: {error:.4g}"))
        parts.append(text(width - 110, y + 4, outcome, kind))
    return drawing(width, height, parts, "Errors of the packages and of the negative controls")


def _control_rows(
    tower: str, found: TowerFindings, limit: float
) -> Iterator[tuple[str, str, float, bool, str]]:
    """Tower, name, error, whether it is as it should be, and that in words."""
    error = found.agreement.error
    yield tower, f"{tower}: the package itself", error, error <= limit, "as shipped"
    for control in found.controls:
        told = "noticed" if control.noticed else "NOT NOTICED"
        yield tower, f"{tower}: {_short(control)}", control.error, control.noticed, told


def _short(control: Control) -> str:
    limit = 44
    name = control.mistake
    return name if len(name) <= limit else f"{name[: limit - 1]}…"


def ranges_plot(found: TowerFindings) -> str:
    """The largest value of each operation, in the program's order."""
    across, up = _axes(len(found.ranges) - 1, _LEAST_VALUE, _MOST_VALUE)
    parts = frame(across, up, (f"{found.tower}: operations in order", "largest |value|"))
    parts += _limit(across, up, FP16_MAX, "65504, the most in fp16")
    parts.append(line(across.start, up(FP16_ROOT), across.end, up(FP16_ROOT), "mark"))
    parts.append(text(across.start + 4, up(FP16_ROOT) - 4, "255, squares beyond it overflow"))
    for place, each in enumerate(found.ranges):
        fits = each.largest <= (FP16_ROOT if each.squared else FP16_MAX)
        title = f"{each.type} '{each.op}': {each.largest:.4g}"
        parts.append(dot(across(place), up(each.largest), "good" if fits else "bad", title))
    return drawing(_WIDTH, _HEIGHT, parts, f"Largest value of each operation, {found.tower}")


def retrieval_plot(metrics: Mapping[str, Compared]) -> str:
    """Each metric of torch and as shipped, with 95 % intervals."""
    rows = [
        (f"{name}, {side}", estimate, kind)
        for name, both in metrics.items()
        for side, estimate, kind in (("torch", both.torch, "other"), ("shipped", both.shipped, ""))
    ]
    height = _TOP + _ROW * len(rows) + _BOTTOM
    across = Scale(0, 1, 130, 2 * _WIDTH - 20)
    base = height - _BOTTOM
    parts = [line(across(t), _TOP - 8, across(t), base, "grid") for t in across.ticks()]
    parts += [text(across(t), base + 15, f"{t:.0%}", anchor="middle") for t in across.ticks()]
    for number, (name, estimate, kind) in enumerate(rows):
        y = _TOP + _ROW * (number + 0.5)
        parts.append(text(120, y + 4, name, anchor="end"))
        parts.append(line(across(estimate.low), y, across(estimate.high), y, "whisker"))
        parts.append(dot(across(estimate.mean), y, kind or "good", estimate.percent()))
    return drawing(2 * _WIDTH, height, parts, "Retrieval metrics of torch and as shipped")


def _axes(last: int, low: float, high: float) -> tuple[Scale, Scale]:
    across = Scale(0, max(last, 1), _LEFT, _WIDTH - 12)
    return across, Scale(low, high, _HEIGHT - _BOTTOM, _TOP, log=True)


def _limit(across: Scale, up: Scale, value: float, words: str) -> list[str]:
    y = up(value)
    return [
        line(across.start, y, across.end, y, "limit"),
        text(across.end, y - 4, words, "bad", "end"),
    ]
