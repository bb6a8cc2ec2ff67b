"""Runs the towers of a CLIP or SigLIP checkpoint by transformers. Imports it: reach it lazily.

The image tower runs in bfloat16 where the CPU multiplies it in hardware (ViT-B/32 on one thread
of an AMD EPYC: 40 photos a second against 11, cosine above 0.9999), the text tower in float32.
Shape legend: N photos or texts, T tokens, S side in pixels, D embedding width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
import transformers
from safetensors import SafetensorError
from torch.nn.functional import normalize
from transformers.utils import logging as hf_logging

from photosearch.encoder import Bytes, Floats, Tokenizer
from photosearch.errors import ModelError
from photosearch.manifest import Calibration
from photosearch.models.checkpoint import CLIP_MIDDLE, Checkpoint
from photosearch.models.machine import fastest_dtype, keep_freed_memory
from photosearch.models.tokenizer import HuggingFaceTokenizer
from photosearch.shorten import first_of
from photosearch.text import load_clip_bpe


class TransformerTowers:
    """Pixels and texts to unit vectors."""

    def __init__(self, files: Checkpoint, *, bf16: bool | None) -> None:
        """Raises ModelError if they cannot be loaded, MissingExtra if the tokenizer needs more."""
        keep_freed_memory()
        self._files, self._dtype = files, fastest_dtype(bf16)
        self._model = _load_model(files)
        self._model.vision_model.to(self._dtype)
        self.tokenizer: Tokenizer
        if files.family == "clip":
            clip = load_clip_bpe(files.directory, context=files.text.context)
            self.tokenizer, self._encode_batch = clip, clip.encode_batch
        else:
            other = HuggingFaceTokenizer(files.directory, context=files.text.context)
            self.tokenizer, self._encode_batch = other, other.encode_batch

    @property
    def calibration(self) -> Calibration:
        scale = math.exp(float(self._model.logit_scale))
        if self._files.family == "siglip":
            return Calibration(scale, float(self._model.logit_bias))
        return Calibration(scale, -scale * CLIP_MIDDLE)

    def photos(self, pixels: Bytes) -> Floats:
        """uint8 [N, S, S, 3] -> float32 [N, D], unit norm."""
        settings = self._files.preprocessing
        mean, std = (torch.tensor(v).view(3, 1, 1) for v in (settings.mean, settings.std))
        x = torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2).float()  # [N, 3, S, S]
        x = (x * settings.rescale - mean) / std
        with torch.inference_mode():
            pooled = self._model.vision_model(pixel_values=x.to(self._dtype)).pooler_output.float()
            if self._files.family == "clip":
                pooled = self._model.visual_projection(pooled)
            return _unit(pooled)

    def texts(self, texts: Sequence[str]) -> Floats:
        """N strings -> float32 [N, D], unit norm.

        No attention mask: CLIP attends only backwards and reads the end token, and SigLIP was
        trained to attend to its padding.
        """
        ids = torch.from_numpy(self._encode_batch(texts)).long()
        with torch.inference_mode():
            return _unit(self._model.get_text_features(input_ids=ids).pooler_output)


def _load_model(files: Checkpoint) -> Any:
    """The model in full: transformers itself would fill what is missing with random numbers."""
    kinds: dict[str, Any] = {"clip": transformers.CLIPModel, "siglip": transformers.SiglipModel}
    try:
        with _no_progress_bar():
            model, found = kinds[files.family].from_pretrained(
                files.directory, dtype=torch.float32, output_loading_info=True
            )
    except (OSError, ValueError, RuntimeError, SafetensorError, UnpicklingError) as error:
        raise ModelError(f"{files.directory}: transformers cannot load it: {error}") from error
    if missing := sorted(found["missing_keys"]):
        raise ModelError(f"{files.directory}: missing: {first_of(missing, 1)}")
    return model.eval().requires_grad_(False)


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Loading takes seconds, and what is written meanwhile is ours to say."""
    shown = hf_logging.is_progress_bar_enabled()
    hf_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            hf_logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _unit(vectors: torch.Tensor) -> Floats:
    return np.asarray(normalize(vectors, dim=-1).numpy(), np.float32)
