"""Reads what a photo was taken with: shot on iPhone 12, taken with a Canon, with my Leica."""

from __future__ import annotations

from typing import Final

from photosearch.query.words import Run

_LEADS: Final = (
    ("captured", "on"), ("captured", "with"), ("from", "my"), ("made", "with"), ("on", "my"),
    ("shot", "by"), ("shot", "on"), ("shot", "with"), ("taken", "by"), ("taken", "on"),
    ("taken", "with"), ("with", "my"),
)  # fmt: skip
_ARTICLES: Final = frozenset(("a", "an", "my", "our", "the"))
_MAKES: Final = frozenset(
    ("canon", "casio", "dji", "fuji", "fujifilm", "galaxy", "google", "gopro", "hasselblad", "htc",
     "huawei", "ipad", "iphone", "kodak", "leica", "lg", "lumix", "minolta", "motorola", "nexus",
     "nikon", "nokia", "olympus", "oneplus", "panasonic", "pentax", "pixel", "polaroid", "ricoh",
     "samsung", "sigma", "sony", "xiaomi")
)  # fmt: skip
_MODELS: Final = frozenset(
    ("air", "alpha", "coolpix", "cybershot", "edge", "eos", "fold", "galaxy", "hero", "ii", "iii",
     "iv", "lumix", "mark", "mavic", "max", "mini", "mk", "mkii", "mkiii", "mkiv", "note", "pixel",
     "plus", "powershot", "pro", "rebel", "se", "ultra", "xr", "xs", "xperia")
)  # fmt: skip


def read_camera(run: Run, at: int) -> tuple[str, int] | None:
    """A camera in lower case, and the place behind its last word."""
    if run.keys(at, 2) not in _LEADS:
        return None
    start = at + 2 + (run.next(at + 2) in _ARTICLES)
    if run.next(start) not in _MAKES:
        return None
    end = start + 1
    while run.next(end) in _MODELS or any("0" <= char <= "9" for char in run.next(end)[:16]):
        if _is_year(run.next(end)):
            break
        end += 1
    return " ".join(run.key(place) for place in range(start, end)), end


def _is_year(key: str) -> bool:
    return len(key) == 4 and key.isascii() and key.isdigit() and key[:2] in ("19", "20")
