"""Reads words for kinds of photos: screenshots, selfies, black and white, my favourites.

Words that mean something else as well count only where they stand alone or with a word for photos:
"dark", "dark photos", but "dark chocolate"; "portraits", but "portrait of a lady".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from photosearch.query.words import Run, by_first_word

FAVOURITES: Final = "favourites"
_PHOTO: Final = frozenset(
    ("image", "images", "photo", "photos", "photograph", "photographs", "pic", "pics", "picture",
     "pictures", "shot", "shots", "snapshot", "snapshots")
)  # fmt: skip
_ARTICLES: Final = frozenset(("a", "an", "all", "any", "my", "our", "some", "the"))
# Always a kind of photo, but before one of the words behind it
_CERTAIN: Final = by_first_word(
    (
        (("screen", "shot"), "screenshot"),
        (("screen", "shots"), "screenshot"),
        (("screenshot",), "screenshot"),
        (("screenshots",), "screenshot"),
        (("screengrab",), "screenshot"),
        (("screengrabs",), "screenshot"),
        (("selfie",), "selfie"),
        (("selfies",), "selfie"),
        (("panorama",), "panorama"),
        (("panoramas",), "panorama"),
        (("panoramic",), "panorama"),
        (("video",), "video"),
        (("videos",), "video"),
        (("portrait", "mode"), "portrait"),
        (("portraits",), "portrait"),
        (("favourites",), FAVOURITES),
        (("favorites",), FAVOURITES),
    )
)
# Only alone, or with a word for photos
_DOUBTFUL: Final = by_first_word(
    (
        (("black", "and", "white"), "black-and-white"),
        (("black", "&", "white"), "black-and-white"),
        (("b&w",), "black-and-white"),
        (("bw",), "black-and-white"),
        (("monochrome",), "black-and-white"),
        (("blurry",), "blurry"),
        (("blurred",), "blurry"),
        (("out", "of", "focus"), "blurry"),
        (("dark",), "dark"),
        (("underexposed",), "dark"),
        (("live",), "live"),
        (("burst",), "burst"),
        (("bursts",), "burst"),
        (("portrait",), "portrait"),
        (("favourite",), FAVOURITES),
        (("favorite",), FAVOURITES),
        (("favourited",), FAVOURITES),
        (("favorited",), FAVOURITES),
        (("starred",), FAVOURITES),
    )
)
# "in black and white" is a kind of photo, whatever stands around it; "black and white dog" is not
_LED: Final = frozenset(("black-and-white", "portrait"))
_OTHERWISE: Final = {
    "selfie": frozenset(("stick", "sticks")),
    "video": frozenset(
        ("call", "calls", "camera", "cameras", "card", "chat", "conference", "console", "consoles",
         "editing", "editor", "game", "games", "gamer", "monitor", "player", "projector", "screen",
         "store", "tape", "wall")
    ),
}  # fmt: skip


class MediaFound(NamedTuple):
    """A kind of photo that words name, and the place behind the last of these words."""

    end: int
    kind: str  # a MediaFilter, or FAVOURITES


def read_media(
    run: Run, at: int, *, is_start: bool, ends: Callable[[int], bool]
) -> MediaFound | None:
    """The kind of photo that the words from a place on name.

    `is_start` says that nothing plain stands before it, `ends(place)` that nothing plain stands at
    a place: a comma, the end, or what is read as something else.
    """
    start = at + (run.key(at) in _ARTICLES and bool(run.next(at + 1)))
    is_led = run.key(at) == "in" and bool(run.next(at + 1))
    start += is_led
    first = run.key(start)
    for words, kind in (*_CERTAIN.get(first, ()), *_DOUBTFUL.get(first, ())):
        if run.keys(start, len(words)) != words:
            continue
        behind = start + len(words)
        if run.next(behind) in _PHOTO and not is_led:
            return MediaFound(_behind_of(run, behind + 1), kind)
        if (words, kind) in _CERTAIN.get(first, ()):
            is_other = run.next(behind) in _OTHERWISE.get(kind, ())
            return None if is_other or is_led else MediaFound(_behind_of(run, behind), kind)
        if (is_led and kind in _LED) or (not is_led and is_start and ends(behind)):
            return MediaFound(behind, kind)
    return None


def _behind_of(run: Run, at: int) -> int:
    """Behind an "of": "screenshots of receipts" are receipts that are screenshots."""
    return at + 1 if run.next(at) == "of" and run.next(at + 1) else at
