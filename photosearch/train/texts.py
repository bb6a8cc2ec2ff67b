"""Training sentences: templates around names, and a bank that numbers all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from photosearch.text import WordPiece
from photosearch.text.wordpiece import split_words

TEMPLATES = (
    "{}",
    "a {}",
    "a photo of a {}",
    "a picture of {}",
    "a close-up of a {}",
    "the {}",
    "a photo of the {}",
    "an image of a {}",
    "{} in a photo",
)
PLURALS = ("{}", "several {}", "photos of {}")
STYLES = {
    "cartoon": ("a cartoon {}", "a cartoon of a {}", "a drawing of a {}"),
    "sketch": ("a sketch of a {}", "a pencil drawing of a {}", "a line drawing of a {}"),
    "grayscale photo": ("a black and white photo of a {}", "a grayscale photo of {}"),
    "photo": ("a photo of a {}",),
    "product": ("a product photo of a {}", "{} on a white background"),
    "room": ("a room: {}", "a {} interior"),
}
_FRAME = 2  # tokens of start and end


class TextBank:
    """Numbers sentences as they are added, and holds their token ids."""

    def __init__(self, tokenizer: WordPiece) -> None:
        self.tokenizer = tokenizer
        self.numbers: dict[str, int] = {}
        self.texts: list[str] = []
        self.ids: list[list[int]] = []

    def add(self, text: str) -> int:
        """The number of a sentence, a new one if it was never seen."""
        number = self.numbers.setdefault(text.strip(), len(self.numbers))
        if number == len(self.ids):
            self.texts.append(text)
            self.ids.append(self.tokenizer.encode(text))
        return number

    def chosen(self, numbers: Sequence[int]) -> list[list[int]]:
        """The token ids of some sentences."""
        return [self.ids[number] for number in numbers]


def words_of(texts: Iterable[str], *, least: int = 2) -> list[str]:
    """The words that occur so often in the texts, the most frequent first, then by their letters.

    Rarer ones may be slips themselves.
    """
    counts = Counter(word for text in texts for word in split_words(text) if word.isalpha())
    often = [word for word, count in counts.items() if count >= least]
    return sorted(often, key=lambda word: (-counts[word], word))


def drop_words(ids: Sequence[int], odds: float, random: np.random.Generator) -> list[int]:
    """Without some of the pieces between start and end; one always stays."""
    inner = list(ids[1:-1])
    drawn = random.random(len(inner))
    kept = [piece for piece, odd in zip(inner, drawn, strict=True) if odd >= odds]
    return [ids[0], *(kept or inner[:1]), ids[-1]] if len(ids) > _FRAME else list(ids)


def phrases(name: str) -> list[str]:
    """Every template filled with the name, and with its plural where it seems to have one."""
    many = plural(name)
    more = [] if many is None else [template.format(many) for template in PLURALS]
    return [template.format(name) for template in TEMPLATES] + more


def plural(name: str) -> str | None:
    """ "red apple" -> "red apples", by the rules of spelling; None for what seems to have none.

    Exceptions are left to the sentence encoder, which has read them: a wrong one does no harm here.
    """
    head, behind = re.split(r"(?= (?:of|in|on|at|with|and|for) |$)", name, maxsplit=1)
    if not head.isascii() or not head[-1:].isalpha() or head.endswith(("s", "ing", "people")):
        return None
    return regular_plural(head) + behind


def regular_plural(word: str) -> str:
    """ "box" -> "boxes", "berry" -> "berries", "cat" -> "cats"."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def styled(name: str, style: str | None) -> list[str]:
    """The templates of a style, none for an unknown one."""
    return [template.format(name) for template in STYLES.get(style or "", ())]


def synonyms(line: str) -> list[str]:
    """The names in a line of `imagenet_labels.txt`: '   3  great white shark, white shark, …'."""
    return [name.strip().lower() for name in re.sub(r"^\s*\d+\s+", "", line).split(",")]
