"""Photo files: found in folders, decoded to upright sRGB and the model's pixels, metadata read.

find      the photo files in folders           suffixes  which names are photos
load      one photo file to pixels and metadata
files     reads a file once                    formats   the format by the first bytes
heif, jpeg, png, raw, tiff                     what is particular to a format
color     any pixel layout to sRGB             resize    a picture to the model's pixels
metadata  EXIF, XMP, IPTC and sidecars to a PhotoInfo
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.images.color import to_srgb as to_srgb
    from photosearch.images.find import FoundFile as FoundFile
    from photosearch.images.find import find_photos as find_photos
    from photosearch.images.find import sample_photos as sample_photos
    from photosearch.images.load import LoadedPhoto as LoadedPhoto
    from photosearch.images.load import load_photo as load_photo
    from photosearch.images.load import load_pixels as load_pixels
    from photosearch.images.load import open_image as open_image
    from photosearch.images.load import upright as upright
    from photosearch.images.metadata.read import read_info as read_info
    from photosearch.images.resize import model_pixels as model_pixels

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "FoundFile": "photosearch.images.find",
        "LoadedPhoto": "photosearch.images.load",
        "find_photos": "photosearch.images.find",
        "load_photo": "photosearch.images.load",
        "load_pixels": "photosearch.images.load",
        "model_pixels": "photosearch.images.resize",
        "open_image": "photosearch.images.load",
        "read_info": "photosearch.images.metadata.read",
        "sample_photos": "photosearch.images.find",
        "to_srgb": "photosearch.images.color",
        "upright": "photosearch.images.load",
    },
)
