"""Kinds and states of photos as bits of the catalog's column `media`."""

from __future__ import annotations

from typing import get_args

from photosearch.types import Kind, Media, State

MEDIA_BITS: dict[Media, int] = {
    "live": 1,
    "panorama": 2,
    "portrait": 4,
    "screenshot": 8,
    "burst": 16,
    "video": 32,
    "selfie": 64,
    "black-and-white": 128,
    "blurry": 256,
    "dark": 512,
}
KIND_BITS = sum(MEDIA_BITS[kind] for kind in get_args(Kind))
STATE_BITS = sum(MEDIA_BITS[state] for state in get_args(State))


def media_of(bits: int) -> frozenset[Media]:
    """The names of bits."""
    return frozenset(name for name, bit in MEDIA_BITS.items() if bits & bit)
