"""`verification.html`: one page for people, which loads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from photosearch.verify.measures import limits_of
from photosearch.verify.plots import (
    controls_plot,
    differences_plot,
    errors_plot,
    ranges_plot,
    retrieval_plot,
    similarities_plot,
)
from photosearch.verify.records import Check, Verification

_MEGA = 1e6
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --quiet: #6a7078; --rule: #dfe3e8;
  --good: #1a7f4b; --bad: #c62828; --blue: #2563eb; --soft: #f5f7f9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --paper: #15181c; --quiet: #9aa3ad;
  --rule: #30363d; --good: #4cc38a; --bad: #ff6b6b; --blue: #6ea8ff; --soft: #1d2126; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1000px; padding: 32px 24px 64px; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0; } h2 { font-size: 18px; margin: 40px 0 8px; }
p { margin: 6px 0; max-width: 72ch; } .quiet { color: var(--quiet); }
.badge { display: inline-block; border-radius: 4px; padding: 1px 10px; color: var(--paper);
  font-weight: 600; vertical-align: 3px; margin-left: 10px; font-size: 15px; }
.badge.good { background: var(--good); } .badge.bad { background: var(--bad); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 600; color: var(--quiet); }
td, th { border-bottom: 1px solid var(--rule); padding: 4px 10px 4px 0; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td code { font-size: 12px; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 12px; margin: 14px 0 0; padding: 0; }
.figures div { background: var(--soft); border-radius: 6px; padding: 8px 14px; flex: 1 1 150px; }
.figures b { display: block; font-size: 21px; font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(400px, 1fr)); gap: 16px; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 11px; }
svg text.name { font-size: 12px; fill: var(--quiet); }
.axis { stroke: var(--quiet); } .grid { stroke: var(--rule); } .whisker { stroke: var(--quiet);
  stroke-width: 2; } .mark { stroke: var(--quiet); stroke-dasharray: 4 4; }
.limit { stroke: var(--bad); stroke-width: 1.5; } .bar { stroke-width: 2; opacity: .35; }
.cloud { stroke: var(--blue); stroke-width: 3.5; stroke-linecap: round; opacity: .45; fill: none; }
line.good { stroke: var(--good); } line.bad { stroke: var(--bad); }
circle.good { fill: var(--blue); } circle.bad { fill: var(--bad); } circle.other {
  fill: var(--quiet); } .passed, svg text.good { color: var(--good); fill: var(--good); }
.failed, svg text.bad { color: var(--bad); fill: var(--bad); } .failed { font-weight: 600; }
"""


def report_html(verification: Verification) -> str:
    """The whole page, without a date, a path or a script."""
    title = f"Verification of {verification.subject.name}"
    parts = [
        "<!doctype html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        *_head(verification, title),
        *_retrieval(verification),
        *_plots(verification),
        *_checks(verification),
        *_subject(verification),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _head(found: Verification, title: str) -> Iterator[str]:
    of, summary = found.subject, found.summary
    kind, word = ("good", "passed") if found.passed else ("bad", "failed")
    yield f"<h1>{escape(title)} <span class='badge {kind}'>{word}</span></h1>"
    about = f"{of.target}, {of.weights} weights, {of.layout} layout"
    yield f"<p class='quiet'>{escape(about)} · {escape(found.statement)}</p>"
    for check in found.failures:
        yield f"<p class='failed'>{escape(str(check))}</p>"
    figures = [(f"{each:.4f}", f"error / spread, {name}") for name, each in summary.error.items()]
    figures.append((f"{summary.overlap:.1%}", "same ten best"))
    if summary.recall_at_10:
        difference = 100 * summary.recall_at_10.difference.mean
        figures.append((f"{difference:+.1f} points", "R@10 against torch"))
    share = summary.size_bytes / summary.fp16_bytes
    figures.append((f"{summary.size_bytes / _MEGA:.1f} MB", f"{share:.0%} of fp16"))
    boxes = (f"<div><b>{escape(a)}</b>{escape(b)}</div>" for a, b in figures)
    yield f"<div class='figures'>{''.join(boxes)}</div>"


def _retrieval(found: Verification) -> Iterator[str]:
    yield "<h2>Retrieval</h2>"
    data = found.retrieval
    if data is None:
        yield "<p>Not run: no eval data was given.</p>"
        return
    used = (
        f"{data.captions} of {data.captions_available} captions and {data.photos} of "
        f"{data.photos_available} photos, chosen with seed {data.seed}"
    )
    yield f"<p class='quiet'>{escape(used)}. Intervals are 95 %; changes are paired by photo.</p>"
    yield "<table><tr><th>metric<th>torch, %<th>as shipped, %<th>change, points</tr>"
    for name, both in data.metrics.items():
        cells = "".join(
            f"<td>{each.percent()}" for each in (both.torch, both.shipped, both.difference)
        )
        yield f"<tr><td>{escape(name)}{cells}</tr>"
    yield f"</table>{retrieval_plot(data.metrics)}"


def _plots(found: Verification) -> Iterator[str]:
    towers, limit = found.numbers.towers, limits_of(found.subject.weights).error
    yield "<h2>Similarities</h2>"
    yield "<p class='quiet'>Each point is a text and a photo; on the dashed lines both agree.</p>"
    points = found.numbers.similarities
    yield f"<div class='pair'>{similarities_plot(points)}{differences_plot(points)}</div>"
    yield "<h2>Error of each input</h2>"
    yield (
        "<p class='quiet'>Distance from torch's embedding, divided by the spread of torch's "
        "embeddings: 1 is as far off as another input. Dashed: root mean square.</p>"
    )
    pairs = [errors_plot(each.agreement, limit, name) for name, each in towers.items()]
    yield f"<div class='pair'>{''.join(pairs)}</div>"
    yield "<h2>Negative controls</h2>"
    yield (
        "<p class='quiet'>Mistakes made on purpose; each has to go beyond the limit (red), or "
        "the gate would let it pass in a package too.</p>"
    )
    yield controls_plot({str(k): v for k, v in towers.items()}, dict.fromkeys(towers, limit))
    yield "<h2>Values inside the programs</h2>"
    yield f"<div class='pair'>{''.join(ranges_plot(each) for each in towers.values())}</div>"


def _checks(found: Verification) -> Iterator[str]:
    yield "<h2>Checks</h2>\n<table><tr><th>check<th>outcome<th>value<th>limit<th></tr>"
    for check in found.checks:
        yield (
            f"<tr><td>{escape(check.name)}<td class='{check.outcome.replace(' ', '-')}'>"
            f"{check.outcome}{_value(check)}<td>{escape(check.detail)}</tr>"
        )
    yield "</table>"


def _value(check: Check) -> str:
    value = "" if check.value is None else f"{check.value:.5g}"
    limit = "" if check.limit is None else f"{check.bound} {check.limit:g}"
    return f"<td class='n'>{value}<td class='n'>{limit}"


def _subject(found: Verification) -> Iterator[str]:
    of = found.subject
    yield "<h2>Packages</h2>\n<table><tr><th>package<th>size<th>as fp16<th>SHA-256</tr>"
    for name, size in of.size_bytes.items():
        fp16 = f"{of.fp16_bytes[name] / _MEGA:.2f} MB"
        yield (
            f"<tr><td>{escape(name)}<td class='n'>{size / _MEGA:.2f} MB<td class='n'>{fp16}"
            f"<td><code>{of.sha256[name]}</code></tr>"
        )
    yield f"</table><p class='quiet'>Space <code>{escape(of.space)}</code></p>"
