"""Every tokenizer that a model may name, from a directory that holds its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Tokenizer
from photosearch.errors import MissingExtra, ModelError
from photosearch.manifest import TextSpec
from photosearch.text.load import load_tokenizer


def open_tokenizer(directory: Path, spec: TextSpec) -> Tokenizer:
    """What turns texts into ids: our own, or the one of transformers that the files name.

    Raises BundleError or ModelError if files are missing or damaged, MissingExtra if they need
    transformers or sentencepiece.
    """
    if spec.tokenizer == "huggingface":
        return HuggingFaceTokenizer(directory, context=spec.context)
    return load_tokenizer(directory, spec)


class HuggingFaceTokenizer:
    """SigLIP's tokenizer, whichever the checkpoint names, padded as its model was trained."""

    def __init__(self, directory: Path, *, context: int) -> None:
        try:
            from transformers import AutoTokenizer

            self._inner: Any = AutoTokenizer.from_pretrained(directory)
        except ImportError as error:
            purpose = "this tokenizer (transformers, sentencepiece)"
            raise MissingExtra("models", purpose) from error
        except Exception as error:  # the very class that the library raises for a damaged file
            raise ModelError(f"{directory}: tokenizer: {error!r}") from error
        self._context = context

    def encode(self, text: str) -> list[int]:
        """Ids with the end token, cut to the context, not padded."""
        return list(self._inner(text, truncation=True, max_length=self._context)["input_ids"])

    def encode_batch(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """int32 [N, context], padded on the side and with the token that the checkpoint says."""
        batch = self._inner(
            list(texts), padding="max_length", truncation=True, max_length=self._context
        )
        return np.asarray(batch["input_ids"], np.int32)
