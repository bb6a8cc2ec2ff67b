"""Exit codes that stand for no error of ours; the others are in `photosearch.errors`."""

from __future__ import annotations

INTERRUPTED = 130  # what shells report for Ctrl-C
BROKEN_PIPE = 141  # what shells report for a reader that went away
