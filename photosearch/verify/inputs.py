"""The photos and sentences that every verification runs on.

All of it is on every machine that can verify, so that the figures can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PIL.Image import Image

from photosearch.images import open_image, sample_photos

# Photos in colour, whose parts show something else than the whole.
_PARTED = ("astronaut", "chelsea", "china", "coffee", "flower", "hubble_deep_field",
           "motorcycle_left", "rocket")  # fmt: skip
_LEFT, _RIGHT = (0.0, 0.55), (0.45, 1.0)  # of the width


@dataclass(frozen=True, slots=True)
class Photo:
    name: str
    picture: Image
    colour: bool  # whether it looks different with its channels swapped


@cache
def photos() -> tuple[Photo, ...]:
    """The photos inside scikit-image and scikit-learn, and halves of those with most to see.

    Raises MissingExtra if a package is not installed.
    """
    found = []
    for path in sample_photos(extra="coreml", purpose="verification"):
        picture = open_image(path)
        found.append(Photo(path.stem, picture, _has_colour(picture)))
    parted = [each for each in found if each.name in _PARTED]
    halves = [_part(each, *limits) for each in parted for limits in (_LEFT, _RIGHT)]
    return tuple(found + halves)


def _has_colour(picture: Image) -> bool:
    red, _, blue = picture.resize((16, 16)).split()
    return red.tobytes() != blue.tobytes()


def _part(photo: Photo, start: float, end: float) -> Photo:
    width, height = photo.picture.size
    side = "left" if start == 0 else "right"
    box = (round(start * width), 0, round(end * width), height)
    return Photo(f"{photo.name}, {side} half", photo.picture.crop(box), photo.colour)


# Sentences as people write about photos and as they ask for them: short, long, with numbers,
# names, typing errors, capitals, signs and other alphabets.
TEXTS = (
    "a cat",
    "a close-up of a tabby cat looking at the camera",
    "an astronaut in an orange suit smiling in front of a flag",
    "a cup of coffee on a saucer with a spoon",
    "a red motorcycle parked in a garage",
    "a rocket on the launch pad at night",
    "old coins lying in rows",
    "the moon's surface with craters",
    "thousands of galaxies in deep space",
    "a pink flower in full bloom",
    "a temple in China with a curved roof",
    "a man with a camera on a tripod in a field",
    "green grass",
    "a wall of red bricks",
    "small stones and gravel on the ground",
    "a page of printed text",
    "the back of a human eye, seen by a doctor",
    "a clock whose hands are blurred by motion",
    "two dogs playing with a ball on the beach",
    "A little girl in a pink dress is climbing a set of stairs in an entry way .",
    "people",
    "sunset",
    "birthday party 2019",
    "my daughter's first day at school, September 4th",
    "snowboarder in mid-air, blue sky behind him",
    "a crowded street market in Marrakesh with spices, carpets and lamps",
    "black and white portrait of an elderly woman",
    "receipt from the supermarket",
    "screenshot of a chat",
    "a plate of spaghetti with tomato sauce and basil",
    (
        "two children building a sandcastle while their parents read under a striped umbrella, and "
        "a small brown dog watches the waves come in from the shade of an old wooden fishing boat"
    ),
    "not a dog",
    "blurry",
    "IMG_2043.JPG",
    "a bicycle leaning against a yellow wall",
    "ein Hund am Strand",
    "une tasse de café",
    "犬と猫",
    "🎂🎉",
    "mountians with snow and a lake infront",
)
