"""Training sentences: templates around names, and a bank of all with their frozen hidden states.

Shape legend: N texts, T tokens of the longest of them, W hidden width.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from photosearch.models.towers import TextTower, attention_bias
from photosearch.text import WordPiece

TEMPLATES = (
    "{}",
    "a {}",
    "a photo of a {}",
    "a picture of {}",
    "a close-up of a {}",
    "the {}",
    "a photo of the {}",
    "an image of a {}",
    "{} in a photo",
    "several {}",
)
STYLES = {
    "cartoon": ("a cartoon {}", "a cartoon of a {}", "a drawing of a {}"),
    "sketch": ("a sketch of a {}", "a pencil drawing of a {}", "a line drawing of a {}"),
    "grayscale photo": ("a black and white photo of a {}", "a grayscale photo of {}"),
    "photo": ("a photo of a {}",),
    "product": ("a product photo of a {}", "{} on a white background"),
    "room": ("a room: {}", "a {} interior"),
}
BATCH_TEXTS = 256


class TextBank:
    """Numbers sentences as they are added; later gives a batch of them as tensors."""

    def __init__(self, tokenizer: WordPiece) -> None:
        self.tokenizer = tokenizer
        self.numbers: dict[str, int] = {}
        self.ids: list[list[int]] = []
        self.hidden: NDArray[np.float16] = np.zeros((0, 0), np.float16)
        self.offsets: NDArray[np.int64] = np.zeros(1, np.int64)

    def add(self, text: str) -> int:
        """The number of a sentence, a new one if it was never seen."""
        number = self.numbers.setdefault(text.strip(), len(self.numbers))
        if number == len(self.ids):
            self.ids.append(self.tokenizer.encode(text))
        return number

    def freeze(self, tower: TextTower, *, layers: int, tick: Callable[[int], object]) -> None:
        """Computes the output of the first `layers` layers for every sentence added."""
        lengths = np.array([len(ids) for ids in self.ids])
        self.offsets = np.concatenate([[0], np.cumsum(lengths)])
        self.hidden = np.zeros((int(self.offsets[-1]), tower.tokens.embedding_dim), np.float16)
        order = np.argsort(lengths, kind="stable")  # equal lengths together: little padding
        for start in range(0, len(order), BATCH_TEXTS):
            numbers = order[start : start + BATCH_TEXTS]
            states = hidden_states(tower, self.padded(numbers), layers)
            for number, state in zip(numbers, states, strict=True):
                first, last = self.offsets[number], self.offsets[number + 1]
                self.hidden[first:last] = state[: last - first]
            tick(len(numbers))

    def adopt(self, other: TextBank) -> None:
        """Takes over what `other` froze of the very same sentences."""
        assert self.ids == other.ids, "banks of two corpora"
        self.hidden, self.offsets = other.hidden, other.offsets

    def padded(self, numbers: Sequence[int] | NDArray[np.int64]) -> Tensor:
        """Token ids, padded with 0: int64 [N, T]."""
        chosen = [self.ids[number] for number in numbers]
        out = torch.zeros((len(chosen), max(map(len, chosen))), dtype=torch.long)
        for row, ids in zip(out, chosen, strict=True):
            row[: len(ids)] = torch.tensor(ids)
        return out

    def batch(self, numbers: Sequence[int] | NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Frozen hidden states float [N, T, W] and the mask of real tokens bool [N, T]."""
        lengths = np.array([len(self.ids[number]) for number in numbers])
        places = np.arange(lengths.max())[None, :]
        mask = places < lengths[:, None]
        rows = self.offsets[np.asarray(numbers)][:, None] + np.where(mask, places, 0)
        return torch.from_numpy(self.hidden[rows]).float(), torch.from_numpy(mask)


@torch.inference_mode()
def hidden_states(tower: TextTower, ids: Tensor, layers: int) -> NDArray[np.float16]:
    """The output of the first `layers` layers: int [N, T] -> fp16 [N, T, W]."""
    bias = attention_bias(ids != 0)
    with torch.autocast("cpu", torch.bfloat16):
        hidden = tower.embed(ids)
        for layer in tower.layers[:layers]:
            hidden = layer(hidden, bias)
    return hidden.half().numpy()


def phrases(name: str) -> list[str]:
    """Every template filled with the name."""
    return [template.format(name) for template in TEMPLATES]


def styled(name: str, style: str | None) -> list[str]:
    """The templates of a style, none for an unknown one."""
    return [template.format(name) for template in STYLES.get(style or "", ())]


def synonyms(line: str) -> list[str]:
    """The names in a line of `imagenet_labels.txt`: '   3  great white shark, white shark, …'."""
    return [name.strip().lower() for name in re.sub(r"^\s*\d+\s+", "", line).split(",")]
