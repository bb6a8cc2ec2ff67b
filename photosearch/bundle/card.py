"""The card of a model that came without one: what its files tell, and what they do not."""

from __future__ import annotations

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
