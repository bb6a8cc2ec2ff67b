"""Encoders of photos and texts: the built-in model, and CLIP and SigLIP checkpoints.

load.py           load_encoder: one name for each of them
builtin.py        the built-in model: text_tower.py (numpy) and image_tower.py (OpenVINO)
pretrained.py     checkpoints: checkpoint.py (the files), hf_towers.py (transformers)
bundle_io.py      the built-in model's bundle on disk; quantizable.py: how weights are stored
towers.py         the same towers in torch, for training; inverted_residuals.py: its image backbone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.models.builtin import BuiltinEncoder as BuiltinEncoder
    from photosearch.models.bundle_io import open_bundle as open_bundle
    from photosearch.models.bundle_io import write_bundle as write_bundle
    from photosearch.models.load import builtin_bundle as builtin_bundle
    from photosearch.models.load import load_encoder as load_encoder
    from photosearch.models.pretrained import PretrainedEncoder as PretrainedEncoder
    from photosearch.models.quantizable import is_quantizable as is_quantizable
    from photosearch.models.quantizable import quantize_towers as quantize_towers
    from photosearch.models.tokenizer import open_tokenizer as open_tokenizer

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "BuiltinEncoder": "photosearch.models.builtin",
        "PretrainedEncoder": "photosearch.models.pretrained",
        "builtin_bundle": "photosearch.models.load",
        "is_quantizable": "photosearch.models.quantizable",
        "load_encoder": "photosearch.models.load",
        "open_bundle": "photosearch.models.bundle_io",
        "open_tokenizer": "photosearch.models.tokenizer",
        "quantize_towers": "photosearch.models.quantizable",
        "write_bundle": "photosearch.models.bundle_io",
    },
)
