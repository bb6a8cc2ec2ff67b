"""Real photos that are on this machine already: inside scikit-image and scikit-learn."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from photosearch.errors import MissingExtra

# The photographs among the files that the two packages install; the rest are drawings and scans.
PHOTOS = {
    "skimage": (
        "data",
        ("astronaut.png", "brick.png", "camera.png", "chelsea.png", "clock_motion.png",
         "coffee.png", "coins.png", "grass.png", "gravel.png", "hubble_deep_field.jpg", "moon.png",
         "motorcycle_left.png", "motorcycle_right.png", "page.png", "retina.jpg", "rocket.jpg"),
    ),
    "sklearn": ("datasets/images", ("china.jpg", "flower.jpg")),
}  # fmt: skip


def sample_photos(*, extra: str, purpose: str) -> list[Path]:
    """The files, straight from the installed packages, which are not imported.

    Raises MissingExtra, which names the extra and the purpose, if a package is not installed.
    """
    found: list[Path] = []
    for package, (folder, names) in PHOTOS.items():
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise MissingExtra(extra, purpose)
        home = Path(next(iter(spec.submodule_search_locations))) / folder
        found += [home / name for name in names if (home / name).is_file()]
    return found
