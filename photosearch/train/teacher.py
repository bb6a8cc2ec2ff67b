"""Teachers: CLIP, and models that were trained before.

A student taught beside the data by others of its kind, and most of all by the average of several,
ends up better than they are (born-again networks, Furlanello et al. 2018, arXiv:1805.04770). They
see each photo whole and mirrored, at the side that ships.

Legend: N photos, M sentences, K categories, D embedding width, E width of CLIP's embeddings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.train.kept import Part, kept
from photosearch.train.losses import cut, relations, soft_labels
from photosearch.train.pictures import Pictures
from photosearch.train.student import Student
from photosearch.train.texts import TextBank

SHARPNESS = 25.0  # the teachers' inverse temperature
BATCH_PHOTOS, BATCH_TEXTS = 64, 512


class ClipTeacher(nn.Module):
    """CLIP's opinion of those photos for which its embedding is known.

    `photos` maps a photo's number to its row of `images` [P, E]; `categories` [C, E] are CLIP's
    embeddings of the names of categories; all have unit norm.
    """

    def __init__(
        self,
        photos: dict[int, int],
        images: Tensor,
        categories: Tensor,
        *,
        dim: int,
        teacher_scale: float = 100.0,
    ) -> None:
        super().__init__()
        self.photos, self.teacher_scale = photos, teacher_scale
        self.register_buffer("images", images, persistent=False)
        self.register_buffer("categories", categories, persistent=False)
        self.images: Tensor
        self.categories: Tensor
        self.project = nn.Linear(dim, images.shape[1])

    def known(self, photos: NDArray[np.int64]) -> list[int]:
        """The places of the photos that CLIP has seen, among these."""
        return [place for place, photo in enumerate(photos.tolist()) if photo in self.photos]

    def embeddings(self, photos: NDArray[np.int64]) -> Tensor:
        """CLIP's embeddings of photos that it has seen: [n, E]."""
        return self.images[[self.photos[photo] for photo in photos.tolist()]]

    def distance(self, ours: Tensor, clip: Tensor) -> Tensor:
        """Mean cosine distance of our projected embeddings to CLIP's: [n, D], [n, E]."""
        return 1 - F.cosine_similarity(self.project(ours), clip).mean()

    def categorise(
        self, ours: Tensor, clip: Tensor, names: Tensor, chosen: Tensor, *, scale: Tensor
    ) -> Tensor:
        """KL divergence from CLIP's distribution over the chosen [K] categories to ours."""
        logits = self.teacher_scale * clip @ self.categories[chosen].T
        return soft_labels(ours, names, torch.softmax(logits, 1), scale=scale)


@dataclass(frozen=True)
class Teacher:
    """Embeddings of all photos and all sentences of the bank, unit norm, float16."""

    photos: Tensor  # [N, D]
    texts: Tensor  # [M, D]

    def similarities(self, photos: Tensor, texts: Tensor) -> Tensor:
        """Cosines of some photos and sentences by their numbers: [n, m]."""
        seen, read = self.photos[photos.cpu()], self.texts[texts.cpu()]
        return (seen.to(photos.device).float()) @ read.to(texts.device).float().T


def teach(
    teachers: Sequence[Teacher],
    photos: Tensor,
    texts: Tensor,
    numbers: tuple[Tensor, Tensor],
    *,
    widths: Sequence[int],
    scale: Tensor,
) -> Tensor:
    """How far our similarities of photos and sentences are from the teachers' mean."""
    seen = torch.stack([teacher.similarities(*numbers) for teacher in teachers]).mean(0)
    parts = [
        relations(cut(photos, width) @ cut(texts, width).T, SHARPNESS * seen, scale=scale)
        for width in widths
    ]
    return torch.stack(parts).mean()


@torch.inference_mode()
def become_teacher(
    student: Student,
    pictures: Pictures,
    bank: TextBank,
    *,
    side: int,
    tick: Callable[[int], object],
) -> Teacher:
    """Embeds every photo and every sentence of the bank; `tick(n)` hears of n more photos done."""
    student.eval()
    photos = []
    for start in range(0, len(pictures.paths), BATCH_PHOTOS):
        numbers = range(start, min(start + BATCH_PHOTOS, len(pictures.paths)))
        pixels = torch.from_numpy(pictures.whole(numbers, side)).to(student.device)
        x = pixels.permute(0, 3, 1, 2).float()
        both = [student.image.head(student.features(view)) for view in (x, x.flip(3))]
        photos.append(F.normalize(both[0] + both[1], dim=1).half())
        tick(len(numbers))
    starts = range(0, len(bank.ids), BATCH_TEXTS)
    texts = [student.texts(bank.ids[start : start + BATCH_TEXTS]).half() for start in starts]
    student.train()
    return Teacher(torch.cat(photos).clone(), torch.cat(texts).clone())


def kept_teacher(
    student: Callable[[], Student],
    pictures: Pictures,
    bank: TextBank,
    folder: Path,
    *,
    of: Path,
    side: int,
    tick: Callable[[int], object],
) -> Teacher:
    """The same, kept in the folder, by all that it was made from.

    `of` is the file with the teacher's weights. Raises ImageError or StorageError.
    """

    def make() -> dict[str, Tensor]:
        teacher = become_teacher(student(), pictures, bank, side=side, tick=tick)
        return {"photos": teacher.photos, "texts": teacher.texts}

    parts: list[Part] = [of, str(side), *pictures.paths, *map(repr, bank.ids)]
    rows = {"photos": len(pictures.paths), "texts": len(bank.ids)}
    return Teacher(**kept(folder, "teacher", parts, rows, make))
