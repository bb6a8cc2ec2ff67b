"""What the demo's queries find first, and whether it is right.

What each photo shows was written down from the photos.

Legend: Q queries, N photos.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from export.measure.embedded import embed_photos
from export.measure.records import DemoAnswer
from photosearch.cli.demo import SHEETS
from photosearch.encoder import Encoder, Floats
from photosearch.evaluate import find_places
from photosearch.evaluate.calibration import Ranked, confidence, ranked
from photosearch.evaluate.expected import Values, rank
from photosearch.manifest import Calibration
from photosearch.progress import Listener

# Query -> the photos that show it, without their suffix. The moon is a picture of its surface.
RIGHT: Final = {
    "a cat": ("chelsea",),
    "a cup of coffee": ("coffee",),
    "an astronaut": ("astronaut",),
    "a motorcycle in a garage": ("motorcycle_left", "motorcycle_right"),
    "a flower": ("flower",),
    "a rocket launch": ("rocket",),
    "a moon": ("moon",),
    "a person with a camera": ("camera",),
    "coins": ("coins",),
    "a rocket at night": ("rocket",),
    "a page of a book": ("page",),
    "a galaxy": ("hubble_deep_field",),
}


@dataclass(frozen=True, eq=False)
class DemoSearch:
    """The queries of one sheet, asked of its photos."""

    queries: tuple[str, ...]
    photos: tuple[Path, ...]
    scores: Floats  # [Q, N]
    relevant: NDArray[np.bool_]  # [Q, N]
    ranks: Values  # [Q], of the first photo that is right

    def ranked(self) -> Ranked:
        """The first ten photos of each query."""
        return ranked(self.scores, self.relevant)


def search_demo(encoder: Encoder, paths: Sequence[Path], progress: Listener) -> list[DemoSearch]:
    """What `photosearch demo` shows, sheet by sheet."""
    photos = embed_photos(encoder, paths, "demo", progress)
    found = []
    for sheet in SHEETS:
        among = [place for place, path in enumerate(paths) if set(sheet.packages) & {*path.parts}]
        names = [paths[place].stem for place in among]
        texts = encoder.encode_texts(list(sheet.queries))
        relevant = np.array([[name in RIGHT[q] for name in names] for q in sheet.queries])
        found.append(
            DemoSearch(
                queries=sheet.queries,
                photos=tuple(paths[place] for place in among),
                scores=texts @ photos[among].T,
                relevant=relevant,
                ranks=rank(find_places(texts, photos[among], np.nonzero(relevant))),
            )
        )
    return found


def answers(found: DemoSearch, calibration: Calibration) -> Iterator[DemoAnswer]:
    """One for each query."""
    sure = confidence(found.scores, calibration)
    for row, query in enumerate(found.queries):
        best = int(np.argmax(found.scores[row]))
        yield DemoAnswer(
            query=query,
            first=found.photos[best].name,
            confidence=float(sure[row, best]),
            right=bool(found.relevant[row, best]),
            rank=round(found.ranks[row]),
        )
