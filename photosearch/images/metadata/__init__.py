"""What a photo's file and its sidecars say of date, place, camera, rating and kind, and in words.

read    finds the blocks and takes the best of each field: `read_info`, `describe`
exif, iptc, xmp, sidecar   each source       fields  dates, coordinates, the order of sources
media   screenshots, panoramas and the like
texts   titles, keywords and the like; exif_texts, xmp_lists  where sources have them
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.images.metadata.read import Description as Description
    from photosearch.images.metadata.read import describe as describe
    from photosearch.images.metadata.read import describe_file as describe_file
    from photosearch.images.metadata.read import orientation as orientation
    from photosearch.images.metadata.read import read_info as read_info
    from photosearch.images.metadata.sidecar import Sidecars as Sidecars
    from photosearch.images.metadata.sidecar import forget_listings as forget_listings
    from photosearch.images.metadata.sidecar import read_sidecars as read_sidecars
    from photosearch.images.metadata.sidecar import sidecar_fingerprint as sidecar_fingerprint

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Description": "photosearch.images.metadata.read",
        "Sidecars": "photosearch.images.metadata.sidecar",
        "describe": "photosearch.images.metadata.read",
        "describe_file": "photosearch.images.metadata.read",
        "forget_listings": "photosearch.images.metadata.sidecar",
        "orientation": "photosearch.images.metadata.read",
        "read_info": "photosearch.images.metadata.read",
        "read_sidecars": "photosearch.images.metadata.sidecar",
        "sidecar_fingerprint": "photosearch.images.metadata.sidecar",
    },
)
