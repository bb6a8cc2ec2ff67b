"""Opens the tokenizer of a model, our own or transformers', from the folder of its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosearch.encoder import Tokenizer
from photosearch.errors import MissingExtra, ModelError
from photosearch.manifest import FILE_NAME, TextSpec, read_manifest
from photosearch.text import load_tokenizer
from photosearch.text.wordpiece import WORDS


def open_tokenizer(directory: Path, spec: TextSpec) -> Tokenizer:
    """What turns texts into ids: our own, or the one of transformers that the files name.

    Raises BundleError or ModelError if files are missing or damaged, MissingExtra if they need
    transformers or sentencepiece.
    """
    if spec.tokenizer == "huggingface":
        return HuggingFaceTokenizer(directory, context=spec.context)
    return load_tokenizer(directory, spec, mends=_has_words(directory))


def _has_words(directory: Path) -> bool:
    """Whether a list of words lies there and, where a manifest lies above, that lists it."""
    bundle = directory.parent
    if (bundle / FILE_NAME).is_file():
        return f"{directory.name}/{WORDS}" in read_manifest(bundle).files
    return (directory / WORDS).is_file()


class HuggingFaceTokenizer:
    """SigLIP's tokenizer, whichever the checkpoint names, padded as its model was trained.

    SigLIP 2 was trained on lower-cased text (github.com/google-research/big_vision/issues/187),
    which some of its checkpoints leave to whoever reads them: they name Gemma's tokenizer.
    """

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
        _lower_case(getattr(self._inner, "backend_tokenizer", None))

    def encode(self, text: str) -> list[int]:
        """Ids with the end token, cut to the context, not padded."""
        return list(self._inner(text, truncation=True, max_length=self._context)["input_ids"])

    def encode_batch(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """int32 [N, context], padded on the side and with the token that the checkpoint says."""
        batch = self._inner(
            list(texts), padding="max_length", truncation=True, max_length=self._context
        )
        return np.asarray(batch["input_ids"], np.int32)


def _lower_case(backend: Any) -> None:
    """Adds what transformers' Siglip2Tokenizer does, if these are Gemma's pieces and it is missing.

    Among SigLIP's tokenizers only Gemma's is BPE with bytes to fall back on; that of the first
    SigLIP is a unigram model, and lower-cases by itself.
    """
    if backend is None or not getattr(backend.model, "byte_fallback", False):
        return
    from tokenizers import models, normalizers

    present = backend.normalizer
    if not isinstance(backend.model, models.BPE) or _lowers(present):
        return
    steps = [normalizers.Lowercase()] + ([] if present is None else [present])
    backend.normalizer = normalizers.Sequence(steps)


def _lowers(normalizer: Any) -> bool:
    return normalizer is not None and "A" not in normalizer.normalize_str("A")
