"""The name, version, card and weights that a bundle holds beside its packages."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import UsageError
from photosearch.manifest import FILE_NAME, read_manifest
from photosearch.models import builtin_bundle
from photosearch.models.bundle_io import CARD, WEIGHTS
from photosearch.models.load import BUILTIN

if TYPE_CHECKING:
    from photosearch.coreml import Convertible

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]*")
_README = "README.md"  # where checkpoints keep their card
# Of a checkpoint that came without one.
_PLAIN_CARD = """# {name}

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


@dataclass(frozen=True, slots=True)
class Model:
    """The model in a bundle, beside its packages and tokenizer.

    `weights` are there for bundles that Python can load too, which the built-in architecture's
    are. Of a checkpoint a bundle carries the packages only: Python loads the checkpoint itself.
    """

    source: Convertible
    name: str  # fit for a file's name
    version: str
    card: str  # Markdown
    weights: Path | None

    @property
    def title(self) -> str:
        """What the bundle and the archive are named after."""
        return f"{self.name}-{self.version}"


def describe_model(
    model: str, source: Convertible, *, version: str | None = None, card: Path | None = None
) -> Model:
    """The model that `open_model(model)` gave.

    `version` is by default the bundle's own; a checkpoint has none. `card` is by default the
    bundle's or the checkpoint's, else one that says what is known. Raises UsageError if a version
    is missing or no fit for a file's name, or the card cannot be read.
    """
    bundle = _bundle(model)
    if version is None and bundle:
        version = read_manifest(bundle).version
    if version is None:
        raise UsageError(f"{model} has no version of its own: expected --bundle-version")
    if not _VERSION.fullmatch(version):
        raise UsageError(f"version: got {version!r}, expected letters, digits, '.', '+' and '-'")
    return Model(
        source=source,
        name=re.sub(r"[^0-9A-Za-z._-]+", "-", source.name).strip("-.") or "model",
        version=version,
        card=_card(card or _own_card(bundle, source)) or plain_card(source),
        weights=bundle / WEIGHTS if bundle else None,
    )


def _bundle(model: str | os.PathLike[str]) -> Path | None:
    """The bundle of that name, if it is one."""
    path = builtin_bundle() if os.fspath(model) == BUILTIN else Path(model)
    return path if (path / FILE_NAME).is_file() else None


def _own_card(bundle: Path | None, source: Convertible) -> Path | None:
    path = bundle / CARD if bundle else source.text.tokenizer[0].parent / _README
    return path if path.is_file() else None


def _card(path: Path | None) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path else None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"card {path} cannot be read: {error}") from error


def plain_card(source: Convertible) -> str:
    """What the files of a checkpoint tell, and what they do not; Markdown."""
    image, text = source.image.spec, source.text.spec
    return _PLAIN_CARD.format(
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
