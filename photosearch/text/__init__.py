"""Tokenizers: text to the token ids that a text tower reads, the same in Python and Swift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.text.clip_bpe import ClipBPE as ClipBPE
    from photosearch.text.clip_files import load_clip_bpe as load_clip_bpe
    from photosearch.text.clip_files import read_clip_files as read_clip_files
    from photosearch.text.normalization import casefold as casefold
    from photosearch.text.normalization import nfc as nfc
    from photosearch.text.normalization import nfd as nfd
    from photosearch.text.tokenizer import load_tokenizer as load_tokenizer
    from photosearch.text.tokenizer import pad as pad
    from photosearch.text.wordpiece import WordPiece as WordPiece

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "ClipBPE": "photosearch.text.clip_bpe",
        "WordPiece": "photosearch.text.wordpiece",
        "casefold": "photosearch.text.normalization",
        "load_clip_bpe": "photosearch.text.clip_files",
        "load_tokenizer": "photosearch.text.tokenizer",
        "nfc": "photosearch.text.normalization",
        "nfd": "photosearch.text.normalization",
        "pad": "photosearch.text.tokenizer",
        "read_clip_files": "photosearch.text.clip_files",
    },
)
