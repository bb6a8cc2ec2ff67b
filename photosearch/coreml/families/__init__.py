"""Models that can be converted, each read into one common description.

convertible.py  the description, and open_model with the registry of families
builtin.py      bundles               mobileclip.py  Apple's checkpoints, with
pretrained.py   CLIP and SigLIP           mobileclip_image.py, mobileclip_text.py, fold.py
tensors.py      a checkpoint's tensors
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.coreml.families.convertible import Convertible as Convertible
    from photosearch.coreml.families.convertible import Family as Family
    from photosearch.coreml.families.convertible import ImageSide as ImageSide
    from photosearch.coreml.families.convertible import TextSide as TextSide
    from photosearch.coreml.families.convertible import open_model as open_model

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Convertible": "photosearch.coreml.families.convertible",
        "Family": "photosearch.coreml.families.convertible",
        "ImageSide": "photosearch.coreml.families.convertible",
        "TextSide": "photosearch.coreml.families.convertible",
        "open_model": "photosearch.coreml.families.convertible",
    },
)
