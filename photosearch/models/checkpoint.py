"""Reads what kind of transformers checkpoint a folder holds, and gives it a space id.

Imports neither torch nor transformers, so that what is wrong with a folder is said at once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from photosearch.errors import MissingExtra, ModelError
from photosearch.manifest import TextSpec, file_entry, space_id
from photosearch.models.preprocessing import Family, Preprocessing, read_json, read_preprocessing

CONFIG = "config.json"
_FAMILIES: dict[str, Family] = {"clip": "clip", "siglip": "siglip"}
# Where a configuration leaves a number out, transformers takes these.
_CONTEXT = {"clip": 77, "siglip": 64}  # tokens
_CLIP_DIM, _SIGLIP_DIM, _SIDE = 512, 768, 224
_WEIGHTS = ("model*.safetensors", "pytorch_model*.bin")  # the first kind that is there
_TOKENIZERS: dict[Family, tuple[tuple[str, ...], ...]] = {
    "clip": (("tokenizer.json",), ("vocab.json", "merges.txt")),
    "siglip": (("tokenizer.json",), ("spiece.model",)),
}
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
# CLIP has no bias. Of ViT-B/32, photos and names of things on Flickr8k had a cosine of 0.240 +-
# 0.024 where three of five captions named the thing and 0.191 +- 0.021 where none did (1,273 and
# 101,956 pairs): at CLIP's own scale of 100 a match is as likely as not at 0.25, if one pair in
# 27 is one.
CLIP_MIDDLE = 0.25
_SMALL_FILES = ["*.json", "*.txt", "*.model"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    directory: Path
    family: Family
    preprocessing: Preprocessing
    text: TextSpec
    dim: int  # width of an embedding
    space: str


def read_checkpoint(directory: Path) -> Checkpoint:
    """What a `save_pretrained` directory holds.

    Raises ModelError for another architecture and for missing weights, preprocessing or
    tokenizer.
    """
    config = read_json(directory / CONFIG)
    family = _family(config.get("model_type"), directory)
    preprocessing = read_preprocessing(directory, family)
    _check_side(config, preprocessing.spec.size)
    text, dim = _text(config, family), _dim(config, family)
    weights, tokenizer = _weights(directory), tokenizer_files(directory, family)
    config.pop("transformers_version", None)  # says who saved it, not what it computes
    settings = json.dumps([config, asdict(preprocessing)], sort_keys=True)
    space = space_id(
        weights_sha256=_digest(weights, settings),
        tokenizer_sha256=_digest(tokenizer, ""),
        image=preprocessing.spec,
        text=text,
    )
    return Checkpoint(directory, family, preprocessing, text, dim, space)


def is_hub_id(name: str) -> bool:
    """Whether a string could name a model on the hub: `model` or `owner/model`."""
    return _HUB_ID.fullmatch(name) is not None


def download(name: str) -> Path:
    """The local copy of a hub model; the network is used only if there is none.

    Raises MissingExtra without huggingface_hub, ModelError if there is no such model or no way
    to reach it.
    """
    try:
        return _cached(name) or _fetched(name)
    except ImportError as error:
        purpose = f"no folder {name!r}; fetching a model of that name from the Hugging Face hub"
        raise MissingExtra("models", purpose) from error
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0].removeprefix("Got: ")
        tried = "a model of that name could not be fetched from the Hugging Face hub"
        raise ModelError(f"no folder {name!r}; {tried}: {reason}") from error


def _cached(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        directory = Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    whole = (directory / CONFIG).is_file() and any(map(any, map(directory.glob, _WEIGHTS)))
    return directory if whole else None


def _fetched(name: str) -> Path:
    """Pickled weights are fetched only where there are no others."""
    from huggingface_hub import snapshot_download

    directory = Path(snapshot_download(name, allow_patterns=[*_SMALL_FILES, _WEIGHTS[0]]))
    if not any(directory.glob(_WEIGHTS[0])):
        snapshot_download(name, allow_patterns=[*_SMALL_FILES, _WEIGHTS[1]])
    return directory


def _family(model_type: object, directory: Path) -> Family:
    if isinstance(model_type, str) and model_type in _FAMILIES:
        return _FAMILIES[model_type]
    hint = "; of SigLIP 2, the fixed-resolution checkpoints" if model_type == "siglip2" else ""
    expected = " or ".join(map(repr, _FAMILIES))
    raise ModelError(f"{directory}: model_type: got {model_type!r}, expected {expected}{hint}")


def _text(config: Mapping[str, Any], family: Family) -> TextSpec:
    context = _part(config, "text_config").get("max_position_embeddings", _CONTEXT[family])
    return TextSpec(
        context=int(context), tokenizer="clip-bpe" if family == "clip" else "huggingface"
    )


def _dim(config: Mapping[str, Any], family: Family) -> int:
    """Width of an embedding: CLIP projects to it, SigLIP's image tower is as wide."""
    if family == "clip":
        return int(config.get("projection_dim", _CLIP_DIM))
    return int(_part(config, "vision_config").get("hidden_size", _SIGLIP_DIM))


def _check_side(config: Mapping[str, Any], side: int) -> None:
    expected = _part(config, "vision_config").get("image_size", _SIDE)
    if side != expected:
        raise ModelError(f"image size: got {side} from the preprocessing, expected {expected}")


def _part(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = config.get(name)
    return part if isinstance(part, dict) else {}


def _weights(directory: Path) -> list[Path]:
    for pattern in _WEIGHTS:
        if found := sorted(directory.glob(pattern)):
            return found
    raise ModelError(f"{directory}: no weights: expected {' or '.join(_WEIGHTS)}")


def tokenizer_files(directory: Path, family: Family) -> list[Path]:
    """The files that make the tokenizer. Raises ModelError if they are not there."""
    for names in _TOKENIZERS[family]:
        if all((directory / name).is_file() for name in names):
            return [directory / name for name in names]
    expected = " or ".join(" + ".join(names) for names in _TOKENIZERS[family])
    raise ModelError(f"{directory}: no tokenizer: expected {expected}")


def _digest(files: Sequence[Path], more: str) -> str:
    digest = hashlib.sha256(more.encode())
    for file in files:
        digest.update(f"{file.name} {file_entry(file).sha256}\n".encode())
    return digest.hexdigest()
