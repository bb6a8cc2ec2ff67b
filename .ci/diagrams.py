"""Draws the four walks of docs/architecture.md as SVG, which needs no script and no network."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

WIDTH = 560  # all lengths are in pixels
_MARGIN, _PAD, _GAP, _LINE = 12, 12, 22, 20
_CHARACTERS = 64  # in a line, in the widest of the usual fonts
_STYLE = "font-family='system-ui, sans-serif' fill='#1a1a2e'"


@dataclass(frozen=True)
class Step:
    """One box: what happens, and what goes in and out."""

    name: str
    told: str


WALKS: dict[str, tuple[Step, ...]] = {
    "photo-to-row": (
        Step(
            "Find", "Folders are walked; sizes, times and sidecars are compared with the catalog."
        ),
        Step("Decode", "A few threads read ahead: bytes to an upright picture in sRGB."),
        Step("Metadata", "Date, place and camera from EXIF, XMP, IPTC and files beside the photo."),
        Step("Resize", "Pillow's antialiased filter, to uint8 [S, S, 3]."),
        Step("Embed", "The image tower in OpenVINO, to float32 [D] of unit length."),
        Step("Commit", "One SQLite transaction a batch: row, fp16 embedding, new generation."),
        Step("Vectors", "vectors.faiss is made anew from the catalog when the run is done."),
    ),
    "query-to-hits": (
        Step("Read", "Dates, places, kinds of photos, negation; what is left is weighted terms."),
        Step("Tokenize", "WordPiece or byte-pair encoding, to int32 token ids [context]."),
        Step(
            "Embed", "The text tower in numpy, to vectors to look near and away from, float32 [D]."
        ),
        Step(
            "Filter", "Times, places, media and folders, from columns in memory, to a set of ids."
        ),
        Step("Scan", "faiss over vectors.faiss, and over the photos that came since it was made."),
        Step("Score", "Candidates are scored exactly; negative words set back; ties by lowest id."),
        Step("Words", "FTS5 over names, albums, titles and keywords; joined with the cosine."),
        Step("Answer", "Hits: path, score, confidence by the model's calibration."),
    ),
    "weight-to-verification": (
        Step("Read", "A checkpoint's tensors, to one common description of both towers."),
        Step(
            "Lay out",
            "The towers in torch: plain, or as the Neural Engine runs them, [B, C, 1, S].",
        ),
        Step("Convert", "coremltools, to a fp16 ML Program; five of its conversions are replaced."),
        Step("Compress", "int8, palettes, or bits for each layer by what it costs in retrieval."),
        Step("Save", "image.mlpackage, text.mlpackage and export.json; the same bytes every time."),
        Step(
            "Execute", "The saved programs are interpreted, operation by operation, on real photos."
        ),
        Step(
            "Compare", "With torch: numbers, ranking, ranges; controls that must fail; retrieval."
        ),
        Step("Decide", "verification.json and .html; a package that fails is never released."),
        Step("Release", "Bundle, hashes, signature, bill of materials, one archive."),
    ),
    "data-to-model": (
        Step("Read", "Folders of photos, captions and labels, to one list with splits."),
        Step("Change", "Each photo cropped, mirrored and recoloured anew at every step."),
        Step("Sample", "Batches of captioned and of labelled photos, by seed and step alone."),
        Step("Teach", "What published classifiers, CLIP and earlier models think, computed once."),
        Step(
            "Learn",
            "Contrastive and soft-label losses; AdamW, a moving average, exact checkpoints.",
        ),
        Step("Round", "int8 and int4 rounding in the forward pass, for the last fifth."),
        Step("Calibrate", "Scores to confidences, on photos held back."),
        Step("Write", "weights.safetensors, tokenizer and manifest: a bundle of 20 MB."),
        Step("Measure", "Retrieval and labels on photos held back; the model card."),
    ),
}


def diagram(walk: str) -> str:
    """One walk as an SVG, steps from top to bottom."""
    parts: list[str] = []
    top = float(_MARGIN)
    for number, step in enumerate(WALKS[walk]):
        if number:
            parts.append(_arrow(top - _GAP))
        height, lines = _box(step, top)
        parts += lines
        top += height + _GAP
    height_all = top - _GAP + _MARGIN
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height_all:g}' "
        f"width='{WIDTH}' height='{height_all:g}' role='img'>"
    )
    ground = f"<rect width='{WIDTH}' height='{height_all:g}' rx='10' fill='#ffffff'/>"
    title = f"<title>{walk.replace('-', ' ')}</title>"
    return "\n".join([head, title, ground, *parts, "</svg>"]) + "\n"


def _box(step: Step, top: float) -> tuple[float, list[str]]:
    """The height of a step's box, and its elements."""
    wrapped = textwrap.wrap(step.told, _CHARACTERS)
    height = 2 * _PAD + _LINE * (1 + len(wrapped)) - 4
    wide = WIDTH - 2 * _MARGIN
    place = f"x='{_MARGIN}' y='{top:g}' width='{wide}' height='{height}' rx='8'"
    return height, [
        f"<rect {place} fill='#eef0fb' stroke='#3f51b5'/>",
        *_texts([step.name, *wrapped], top + _PAD + 12),
    ]


def _texts(lines: list[str], top: float) -> Iterator[str]:
    """The name, larger, and what is told below it."""
    for number, line in enumerate(lines):
        size = "font-size='14'" if number else "font-size='16' font-weight='600'"
        y = top + number * _LINE
        yield f"<text x='{_MARGIN + _PAD}' y='{y:g}' {size} {_STYLE}>{escape(line)}</text>"


def _arrow(top: float) -> str:
    """From one box to the next."""
    x, end = WIDTH / 2, top + _GAP
    return (
        f"<path d='M{x:g} {top:g}V{end - 6:g}M{x - 5:g} {end - 8:g}l5 7l5 -7' "
        "fill='none' stroke='#3f51b5' stroke-width='2'/>"
    )
