"""Sentences around names: a label becomes the many ways in which people ask for it."""

from __future__ import annotations

import re

TEMPLATES = (
    "{}",
    "a {}",
    "a photo of a {}",
    "a picture of {}",
    "a close-up of a {}",
    "the {}",
    "a photo of the {}",
    "an image of a {}",
    "{} in a photo",
    "several {}",
)
STYLES = {
    "cartoon": ("a cartoon {}", "a cartoon of a {}", "a drawing of a {}"),
    "sketch": ("a sketch of a {}", "a pencil drawing of a {}", "a line drawing of a {}"),
    "grayscale photo": ("a black and white photo of a {}", "a grayscale photo of {}"),
    "photo": ("a photo of a {}",),
    "product": ("a product photo of a {}", "{} on a white background"),
    "room": ("a room: {}", "a {} interior"),
}


def phrases(name: str) -> list[str]:
    """Every template filled with the name."""
    return [template.format(name) for template in TEMPLATES]


def styled(name: str, style: str | None) -> list[str]:
    """The templates of a style, none for an unknown one."""
    return [template.format(name) for template in STYLES.get(style or "", ())]


def synonyms(line: str) -> list[str]:
    """The names in a line of `imagenet_labels.txt`: '   3  great white shark, white shark, …'."""
    return [name.strip().lower() for name in re.sub(r"^\s*\d+\s+", "", line).split(",")]
