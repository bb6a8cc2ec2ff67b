"""What tests stand on, yours too: a fake encoder, a random bundle, drawn photos, made libraries.

encoders  FakeEncoder: colours only    bundles  random weights
drawing   shapes in two colours        library  years of photos whose times and places are known

>>> from photosearch.testing import FakeEncoder
>>> red, blue = FakeEncoder().encode_texts(["red", "blue"])
>>> float(red @ blue)
0.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.testing.bundles import random_bundle as random_bundle
    from photosearch.testing.drawing import DRAWINGS as DRAWINGS
    from photosearch.testing.drawing import draw_photo as draw_photo
    from photosearch.testing.drawing import draw_photos as draw_photos
    from photosearch.testing.encoders import COLORS as COLORS
    from photosearch.testing.encoders import FakeEncoder as FakeEncoder
    from photosearch.testing.encoders import FakeTokenizer as FakeTokenizer
    from photosearch.testing.library.assemble import plan_library as plan_library
    from photosearch.testing.library.manifest import read_library as read_library
    from photosearch.testing.library.plan import LibraryPlan as LibraryPlan
    from photosearch.testing.library.records import SimulatedLibrary as SimulatedLibrary
    from photosearch.testing.library.records import SimulatedPhoto as SimulatedPhoto
    from photosearch.testing.library.simulate import simulate_library as simulate_library

_LIBRARY = "photosearch.testing.library"
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "COLORS": "photosearch.testing.encoders",
        "DRAWINGS": "photosearch.testing.drawing",
        "FakeEncoder": "photosearch.testing.encoders",
        "FakeTokenizer": "photosearch.testing.encoders",
        "LibraryPlan": f"{_LIBRARY}.plan",
        "SimulatedLibrary": f"{_LIBRARY}.records",
        "SimulatedPhoto": f"{_LIBRARY}.records",
        "draw_photo": "photosearch.testing.drawing",
        "draw_photos": "photosearch.testing.drawing",
        "plan_library": f"{_LIBRARY}.assemble",
        "random_bundle": "photosearch.testing.bundles",
        "read_library": f"{_LIBRARY}.manifest",
        "simulate_library": f"{_LIBRARY}.simulate",
    },
)
