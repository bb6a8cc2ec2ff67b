"""Model cards: what one says of its licence, and one for a model that came without."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photosearch.coreml.families.convertible import Convertible

_CARD = """# {name}

Converted from a {architecture} checkpoint that came without a model card.

## What it is

| | |
|-|-|
| architecture | {architecture} |
| embeddings | {dim} numbers, unit norm; may be cut to {widths} |
| photos | {resize} to {size} x {size} pixels, {filter} |
| texts | at most {context} tokens, {tokenizer} |

## What is not known

Nothing in the checkpoint says what data it was trained on, under what terms the data and the
weights may be used, how well it finds photos, or what it cannot do. Find that out from where the
checkpoint was published before you ship it. What was measured of these packages is in
`verification.json`.
"""
_RESIZE = {"squash": "squashed", "crop": "scaled and cropped"}


def read_licence(card: Path) -> str | None:
    """What the card in a file says of it; None also if there is no such file."""
    try:
        return find_licence(card.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def find_licence(card: str) -> str | None:
    """What a model card says of its licence, in one line; None if it says nothing.

    `license:` of the YAML in front, as on the hub; else the first paragraph of prose under a
    heading that names a licence or terms.
    """
    front = re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)
    if front and (named := re.search(r"^license: *(.+)$", front[1], re.MULTILINE)):
        return named[1].strip(" \"'")
    heading = re.search(r"^#+ .*\b(licen[cs]e|terms)\b.*$", card, re.MULTILINE | re.IGNORECASE)
    if heading is None:
        return None
    section = re.split(r"^#", card[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    paragraphs = (" ".join(each.split()) for each in section.split("\n\n"))
    return next((each for each in paragraphs if each and not each.startswith("|")), None)


def plain_card(source: Convertible) -> str:
    """Markdown."""
    image, text = source.image.spec, source.text.spec
    return _CARD.format(
        name=source.name,
        architecture=source.architecture,
        dim=source.dim,
        widths=", ".join(map(str, source.widths)),
        resize=_RESIZE[image.resize],
        size=image.size,
        filter=image.filter,
        context=text.context,
        tokenizer=text.tokenizer,
    )
