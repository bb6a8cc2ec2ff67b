"""Which queries belong together: by their length, their concepts, and the tags of their photos.

Legend: N photos, Q queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.places import Ints
from photosearch.text import casefold, nfc

Mask: TypeAlias = NDArray[np.bool_]

SHORT, MEDIUM = 3, 9  # words at most
NONE_OF_THESE, NO_TAG = "none of these", "no tag"

# Words that people describe photos with; regular plurals are found too.
CONCEPTS: Mapping[str, tuple[str, ...]] = {
    "people": (
        "person", "people", "man", "men", "woman", "women", "guy", "lady", "adult", "couple",
        "crowd", "family", "player", "rider", "cyclist", "biker", "soldier", "worker", "someone",
    ),
    "children": ("child", "children", "kid", "boy", "girl", "baby", "toddler", "teenager"),
    "animals": (
        "animal", "dog", "puppy", "cat", "kitten", "horse", "bird", "cow", "sheep", "goat", "duck",
        "fish", "monkey", "elephant", "bear", "insect",
    ),
    "vehicles": (
        "vehicle", "car", "truck", "bus", "van", "bicycle", "bike", "motorcycle", "motorbike",
        "train", "boat", "ship", "airplane", "plane", "helicopter", "scooter", "atv",
    ),
    "food": (
        "food", "meal", "breakfast", "lunch", "dinner", "bread", "pizza", "sandwich", "fruit",
        "apple", "banana", "vegetable", "salad", "cake", "ice cream", "coffee", "tea", "beer",
        "wine",
    ),
    "buildings": (
        "building", "house", "home", "tower", "church", "bridge", "castle", "skyscraper", "store",
        "shop", "street", "city",
    ),
    "water": (
        "water", "sea", "ocean", "lake", "river", "stream", "pool", "beach", "wave", "waterfall",
        "fountain", "puddle",
    ),
    "nature": (
        "tree", "forest", "wood", "mountain", "hill", "field", "grass", "flower", "park", "sky",
        "rock", "sand", "snow",
    ),
    "sport": (
        "sport", "soccer", "football", "basketball", "baseball", "tennis", "volleyball", "hockey",
        "skateboard", "skateboarder", "snowboard", "snowboarder", "ski", "skier", "surf", "surfer",
        "surfboard", "surfing", "skiing", "skateboarding", "climbing", "race", "racing", "game",
    ),
    "indoors": (
        "indoors", "inside", "room", "kitchen", "bedroom", "bathroom", "couch", "sofa", "bed",
        "table", "chair", "office", "restaurant",
    ),
    "clothes": (
        "shirt", "jacket", "coat", "dress", "hat", "cap", "helmet", "jeans", "pants", "shorts",
        "shoe", "uniform", "suit", "sunglasses", "bikini", "costume",
    ),
    "colours": (
        "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white",
        "gray", "grey",
    ),
    "numbers": (
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several", "many",
        "group",
    ),
}  # fmt: skip

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_HISSING = r"(?<=[sxz])|(?<=ch)|(?<=sh)|(?<=o)"  # endings that take -es


def by_length(texts: Sequence[str]) -> dict[str, Mask]:
    """Short, medium and long by words between spaces and punctuation: masks [Q].

    Short is what people type into a search box (2.2 words: Jansen et al. 2000,
    doi:10.1016/S0306-4573(99)00056-4), long is a whole sentence, as most captions of Flickr8k and
    COCO are. Languages written without spaces have one word. Raises UsageError for no texts.
    """
    words = np.array([len(_WORD.findall(text)) for text in _some(texts)])
    return {
        f"short (1 to {SHORT} words)": words <= SHORT,
        f"medium ({SHORT + 1} to {MEDIUM} words)": (words > SHORT) & (words <= MEDIUM),
        f"long ({MEDIUM + 1} words or more)": words > MEDIUM,
    }


def by_concept(
    texts: Sequence[str], concepts: Mapping[str, Sequence[str]] = CONCEPTS
) -> dict[str, Mask]:
    """Texts with any word of each concept, and those with a word of none: masks [Q].

    Words and phrases match whole words, whatever their case, and their regular English plurals;
    what else a word means is not seen ("orange" is a colour and not food). Raises UsageError for no
    texts, for a concept without words, or for a word that is empty.
    """
    folded = [_folded(text) for text in _some(texts)]
    found = {}
    for name, words in concepts.items():
        pattern = _pattern(name, words)
        found[name] = np.array([pattern.search(text) is not None for text in folded])
    return _and_the_rest(found, NONE_OF_THESE, len(texts))


def by_tags(photo_names: Sequence[str], tags: Mapping[str, Iterable[str]]) -> dict[str, Mask]:
    """Photos with each tag, and those without any: masks [N], tags by the alphabet.

    `tags` are those of photos by name; other photos' are passed over. Raises UsageError if there
    are tags of none of these photos, or a string where a list of tags is expected.
    """
    place = {name: at for at, name in enumerate(photo_names)}
    if not place.keys() & tags.keys():
        raise UsageError(
            f"none of {len(place)} photos has tags: got names such as {next(iter(tags), '')!r}, "
            f"expected {next(iter(place), '')!r}"
        )
    found: dict[str, Mask] = {}
    for name, given in tags.items():
        if isinstance(given, str):
            raise UsageError(f"tags of {name!r}: got the string {given!r}, expected a list")
        for tag in given if name in place else ():
            found.setdefault(tag, np.zeros(len(place), bool))[place[name]] = True
    return _and_the_rest(dict(sorted(found.items())), NO_TAG, len(place))


def of_queries(masks: Mapping[str, Mask], photo: Ints) -> dict[str, Mask]:
    """Masks of photos [N] as masks of queries [Q]: `photo` [Q] is the place of each one's photo.

    That is `Captioned.owner`. Raises ShapeError for a place that a mask does not have.
    """
    for name, mask in masks.items():
        if len(photo) and not 0 <= photo.min() <= photo.max() < len(mask):
            raise ShapeError(f"{name}: got photos up to {photo.max()}, expected below {len(mask)}")
    return {name: mask[photo] for name, mask in masks.items()}


def _some(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str) or not len(texts):
        raise UsageError(f"texts: got {texts!r}, expected a list of strings")
    return texts


def _and_the_rest(found: dict[str, Mask], name: str, count: int) -> dict[str, Mask]:
    if name in found:
        raise UsageError(f"{name!r}: expected another name, this one is for all others")
    anywhere: Mask = np.zeros(count, bool)
    for mask in found.values():
        anywhere |= mask
    return found | {name: ~anywhere}


def _folded(text: str) -> str:
    return " ".join(nfc(casefold(text)).split())


def _pattern(name: str, words: Sequence[str]) -> re.Pattern[str]:
    """Any of the words, with -s, -es or -ies where English has it."""
    folded = [] if isinstance(words, str) else [_folded(word) for word in words]
    if not folded or not all(folded):
        raise UsageError(f"concept {name!r}: got {words!r}, expected words")
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_with_plural, folded))})(?!\w)")


def _with_plural(word: str) -> str:
    if re.search(r"[^\Waeiou]y$", word):
        return rf"{re.escape(word[:-1])}(?:y|ies)"
    return rf"{re.escape(word)}(?:s|(?:{_HISSING})es)?"
