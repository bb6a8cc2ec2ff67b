"""What single characters mean in a query: signs, quotes, digits, and what makes a name."""

from __future__ import annotations

from typing import Final

from photosearch.text.tables import PUNCTUATION, REMOVED, SPACE, is_flagged

MINUSES: Final = "-−"
DASHES: Final = "-−‐‑‒–—―﹘﹣－"  # a keyboard may make one of the others of a minus
DIGITS: Final = "0123456789"
QUOTES: Final = '"“”„‟«»＂'
WHITE_SPACE: Final = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def is_name(text: str) -> bool:
    """Whether a character is visible and neither a digit nor punctuation."""
    return any(c not in DIGITS and not is_flagged(c, PUNCTUATION | REMOVED | SPACE) for c in text)


def is_visible(text: str) -> bool:
    return any(not is_flagged(char, SPACE | REMOVED) for char in text)


def is_punctuation(text: str) -> bool:
    return all(is_flagged(char, PUNCTUATION) for char in text)
