"""The same query in other words: plurals, articles, capitals, slips of typing, near-synonyms.

Each rule turns a text into another wording of it, or into None where it does not apply. They are
for measuring: simple and seeded, right for everyday names and captions, not for all of English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Final, TypeAlias

from photosearch.train.texts import regular_plural

Rule: TypeAlias = Callable[[str, Random], "str | None"]

LONG_WORD = 5  # letters: slips in shorter words often make another word
_LETTERS = re.compile(r"[A-Za-z]+")
_PLURALS: Final = {
    "person": "people", "child": "children", "mouse": "mice", "foot": "feet", "tooth": "teeth",
    "goose": "geese", "knife": "knives", "wolf": "wolves", "leaf": "leaves", "shelf": "shelves",
    "scarf": "scarves", "loaf": "loaves", "calf": "calves", "potato": "potatoes",
    "tomato": "tomatoes", "mango": "mangoes", "cactus": "cacti", "human": "humans",
}  # fmt: skip
# Nouns that stay as they are: plural already, the same in both, or not counted.
_ALIKE: Final = """
    acupuncture archery art asparagus bacon badminton bamboo baseball basketball beef beer bread
    broccoli butter cabinetry cardboard celery chalk champagne cheese chess children clothing coal
    coffee corn cricket deer fabric feet fire flour fog food football fur furniture garlic geese
    ginger glue golf graffiti grass gymnastics hair hockey honey ice jewelry judo juice lightning
    luggage makeup meat men mice milk money moose paper pasta people plastic pork rain rice rugby
    salt sand sheep silk smoke snow soccer spinach sugar tea teeth tennis traffic volleyball waste
    water weather wine women
"""
# Words in -ing that are no doing.
_THINGS: Final = """
    building ceiling drawing duckling earring king painting pudding ring string swing wedding wing
"""
# Where the noun ends: "cup of tea", "person wearing a mask".
_BEHIND_NOUN = re.compile(r" (?:of|in|on|at|with|and|or|to|for|from|\w+ing)\b| [^\w]")
_BOTH_WAYS: Final = (
    ("airplane", "plane"), ("backpack", "rucksack"), ("bicycle", "bike"), ("boat", "ship"),
    ("bucket", "pail"), ("bunny", "rabbit"), ("car", "automobile"), ("child", "kid"),
    ("children", "kids"), ("coast", "shore"), ("couch", "sofa"), ("cup", "mug"),
    ("doctor", "physician"), ("forest", "woods"), ("jacket", "coat"), ("lady", "woman"),
    ("man", "guy"), ("men", "guys"), ("mobile phone", "cell phone"), ("motorcycle", "motorbike"),
    ("photo", "picture"), ("rock", "stone"), ("rug", "carpet"), ("sea", "ocean"),
    ("shop", "store"), ("stove", "cooker"), ("street", "road"), ("sweater", "pullover"),
    ("television", "tv"), ("trash", "garbage"), ("trousers", "pants"), ("truck", "lorry"),
    ("wardrobe", "closet"),
)  # fmt: skip
_ONE_WAY: Final = {
    "armchair": "easy chair", "cellphone": "mobile phone", "firefighter": "fireman",
    "flashlight": "torch", "hare": "rabbit", "laptop": "notebook computer", "puppy": "young dog",
    "sneakers": "running shoes", "t-shirt": "tee shirt", "toad": "frog",
}  # fmt: skip
SYNONYMS: Final[Mapping[str, str]] = (
    _ONE_WAY | dict(_BOTH_WAYS) | {right: left for left, right in _BOTH_WAYS}
)
_SYNONYM: Final = re.compile(
    rf"\b({'|'.join(sorted(map(re.escape, SYNONYMS), key=len, reverse=True))})\b"
)


def plural(name: str, _: Random) -> str | None:
    """ "red apple" -> "red apples", "box" -> "boxes", "sheep" -> None."""
    noun = _noun(name)
    head, space, last = noun.rpartition(" ")
    if not _is_countable(name):
        return None
    return head + space + _plural(last) + name[len(noun) :]


def article(name: str, _: Random) -> str | None:
    """ "orange" -> "an orange", "fish" -> "a fish", "Big Ben" -> None."""
    if not _is_countable(name) or name.startswith(("a ", "an ", "the ")):
        return None
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def photo_of_name(name: str, random: Random) -> str | None:
    """ "cat" -> "a photo of a cat", "sand" -> "a photo of sand"."""
    return f"a photo of {article(name, random) or name}"


def photo_of_caption(caption: str, _: Random) -> str | None:
    """ "A dog runs ." -> "a photo of a dog runs"."""
    first, space, rest = caption.rstrip(" .").partition(" ")
    return f"a photo of {first.lower()}{space}{rest}"


def without_articles(caption: str, _: Random) -> str | None:
    """ "A dog on the grass" -> "dog on grass"."""
    bare = re.sub(r"\b(?:a|an|the)\s+", "", caption, flags=re.IGNORECASE)
    return bare if bare != caption and bare.strip() else None


def capitals(text: str, _: Random) -> str | None:
    """ "cat" -> "CAT"."""
    return text.upper() if text.upper() != text else None


def misspelling(text: str, random: Random) -> str | None:
    """One slip in one word of five letters or more: two letters swapped, one dropped or doubled.

    The first letter stays: slips there are rare (Yannakoudakis and Fawthrop 1983,
    doi:10.1016/0306-4573(83)90045-6).
    """
    words = [found for found in _LETTERS.finditer(text) if len(found[0]) >= LONG_WORD]
    if not words:
        return None
    chosen = random.choice(words)
    return text[: chosen.start()] + _slip(chosen[0], random) + text[chosen.end() :]


def synonym(text: str, _: Random) -> str | None:
    """The first word that has a near-synonym replaced: "a motorcycle" -> "a motorbike"."""
    changed = _SYNONYM.sub(lambda found: SYNONYMS[found[0]], text, count=1)
    return changed if changed != text else None


NAME_RULES: Final[Mapping[str, Rule]] = {
    "plural": plural, "article": article, "photo of": photo_of_name, "capitals": capitals,
    "misspelling": misspelling, "near-synonym": synonym,
}  # fmt: skip
CAPTION_RULES: Final[Mapping[str, Rule]] = {
    "no articles": without_articles, "photo of": photo_of_caption, "capitals": capitals,
    "misspelling": misspelling, "near-synonym": synonym,
}  # fmt: skip


def reword(rule: Rule, text: str, *, seed: int = 0) -> str | None:
    """The rule's wording of a text, which depends on text and seed alone."""
    return rule(text, Random(f"{seed}:{text}"))


def _slip(word: str, random: Random) -> str:
    swaps = [i for i in range(1, len(word) - 1) if word[i].lower() != word[i + 1].lower()]
    kind = random.choice(("swap", "drop", "double") if swaps else ("drop", "double"))
    if kind == "swap":
        i = random.choice(swaps)
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    i = random.randrange(1, len(word))
    return word[:i] + word[i + 1 :] if kind == "drop" else word[: i + 1] + word[i:]


def _noun(name: str) -> str:
    """What comes before a preposition, a participle or a bracket: "child on a swing" -> "child"."""
    for found in _BEHIND_NOUN.finditer(name):
        if found[0].strip() not in _THINGS.split():
            return name[: found.start()]
    return name


def _is_countable(name: str) -> bool:
    """Whether it is a noun in the singular, and no proper one such as "Eiffel Tower"."""
    last = _noun(name).rpartition(" ")[2]
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is"))
    doing = last.endswith("ing") and last not in _THINGS.split()
    return last.isalpha() and not (name[0].isupper() or plural or doing or last in _ALIKE.split())


def _plural(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("fish"):
        return word
    if word.endswith("man"):
        return f"{word[:-2]}en"
    return regular_plural(word)
