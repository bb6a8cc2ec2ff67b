"""The tokenizer that a bundle's manifest names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import BundleError
from photosearch.manifest import TextSpec
from photosearch.text.wordpiece import WordPiece

if TYPE_CHECKING:
    from photosearch.text.clip_bpe import ClipBPE


def load_tokenizer(directory: Path, spec: TextSpec) -> WordPiece | ClipBPE:
    """The tokenizer whose files lie in a directory: `vocab.txt`, or one of CLIP's forms.

    Raises BundleError if they are missing or damaged, if they pad with another id than the
    manifest says, or if the kind is "huggingface", which only `photosearch.models` reads.
    """
    if spec.tokenizer == "wordpiece":
        if spec.pad_id != 0:
            raise BundleError(f"pad_id: got {spec.pad_id}, expected 0 for wordpiece")
        return WordPiece.from_file(directory / "vocab.txt", context=spec.context)
    if spec.tokenizer == "clip-bpe":
        from photosearch.text.clip_files import load_clip_bpe  # not on the built-in model's path

        return load_clip_bpe(directory, context=spec.context, pad_id=spec.pad_id)
    raise BundleError(f"tokenizer: got {spec.tokenizer!r}, expected wordpiece or clip-bpe")
