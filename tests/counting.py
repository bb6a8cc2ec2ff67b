"""An encoder that tells how much work it was given."""

from __future__ import annotations

from collections.abc import Sequence

from photosearch.encoder import Floats
from photosearch.testing import FakeEncoder


class CountingEncoder(FakeEncoder):
    """Counts the texts that it encodes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        self.texts += len(texts)
        return super().encode_texts(texts)
