"""Loads the tokenizer that a bundle's manifest names, and pads token ids to a batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import BundleError, UsageError
from photosearch.manifest import TextSpec

if TYPE_CHECKING:
    from photosearch.text.clip_bpe import ClipBPE
    from photosearch.text.wordpiece import WordPiece


def load_tokenizer(directory: Path, spec: TextSpec, *, mends: bool = False) -> WordPiece | ClipBPE:
    """Loads the tokenizer whose files lie in a directory: `vocab.txt`, or one of CLIP's forms.

    `mends`: whether slips of typing are mended by `words.txt` beside `vocab.txt`, as in a bundle
    whose manifest lists it.

    Raises BundleError if they are missing or damaged, if they pad with another id than the
    manifest says, or if the kind is "huggingface", which only `photosearch.models` reads.
    """
    if spec.tokenizer == "wordpiece":
        from photosearch.text.wordpiece import WordPiece

        if spec.pad_id != 0:
            raise BundleError(f"pad_id: got {spec.pad_id}, expected 0 for wordpiece")
        return WordPiece.from_folder(directory, context=spec.context, mends=mends)
    if spec.tokenizer == "clip-bpe":
        from photosearch.text.clip_files import load_clip_bpe  # not on the built-in model's path

        return load_clip_bpe(directory, context=spec.context, pad_id=spec.pad_id)
    raise BundleError(f"tokenizer: got {spec.tokenizer!r}, expected wordpiece or clip-bpe")


def pad(rows: Sequence[Sequence[int]], *, pad_id: int) -> NDArray[np.int32]:
    """Pads rows of ids on the right to the longest: int32 [N, T]."""
    width = max(map(len, rows), default=0)
    batch = np.full((len(rows), width), pad_id, dtype=np.int32)
    for index, row in enumerate(rows):
        batch[index, : len(row)] = row
    return batch


def check_context(context: int) -> int:
    """Returns the context. Raises UsageError if start and end would not fit."""
    if context < 2:
        raise UsageError(f"context: got {context} tokens, expected at least 2 (start and end)")
    return context
