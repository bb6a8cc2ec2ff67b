"""The Core ML packages of an export as something that embeds, executed as their programs say."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from photosearch.contract import IMAGE, TEXT
from photosearch.coreml import ReferenceModel
from photosearch.verify.towers import (
    Floats,
    Tick,
    embed,
    picture_inputs,
    silent,
    text_inputs_of,
)


class PackageEncoder:
    """Both packages in a folder that `photosearch model export` wrote, in fp16 storage mode.

    Raises PackageError for a package that is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._image, self._text = (ReferenceModel(folder / name) for name in (IMAGE, TEXT))

    def encode_images(self, images: Sequence[Path], tick: Tick = silent) -> Floats:
        """Files to float32 [N, D]. Raises ImageError for the first one that cannot be read."""
        inputs = partial(picture_inputs, self._image.path, self._image)
        return embed(self._image, images, inputs, tick)

    def encode_texts(self, texts: Sequence[str], tick: Tick = silent) -> Floats:
        """Strings to float32 [N, D]."""
        inputs = text_inputs_of(self._text.path, self._text, texts)
        return embed(self._text, inputs, lambda given: given, tick)
