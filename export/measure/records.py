"""What was measured, as records: the tables, the JSON and the model card are made from them."""

from __future__ import annotations

from dataclasses import dataclass

from photosearch.evaluate import Estimate
from photosearch.evaluate.calibration import Trust
from photosearch.manifest import Calibration


@dataclass(frozen=True, slots=True)
class NamesFound:
    """Asking for every name of a group of photos."""

    names: int
    photos: int  # that were searched
    precision: Estimate  # mean average precision, 0..1
    first_right: Estimate  # share of the names whose first photo is right, 0..1


@dataclass(frozen=True, slots=True)
class Reworded:
    """The same queries in other words, against their plain wording."""

    queries: int  # that the rule applies to
    plain: Estimate  # mAP of names, R@10 of captions, 0..1
    drop: Estimate  # plain less reworded, query by query
    overlap: Estimate  # share of the first ten photos that stay among them


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """What a query of the demo found first."""

    query: str
    first: str  # name of the file
    confidence: float  # 0..1
    right: bool
    rank: int  # of the first photo that is right, from 1


@dataclass(frozen=True, slots=True)
class Measured:
    """All of it; what needs a set that is missing is empty, and `missing` says so."""

    model: str  # name and version
    size_bytes: int  # of both towers, as Python reads them
    captions: dict[int, dict[str, Estimate]]  # width of the embedding -> R@1, R@5, R@10
    names: dict[str, NamesFound]  # group of photos -> what was found
    reworded: dict[str, dict[str, Reworded]]  # "names" or "captions" -> rule -> effect
    trust: dict[str, dict[str, Trust]]  # what is asked -> which hits -> trust in confidence
    demo: tuple[DemoAnswer, ...]
    calibration: Calibration  # that a bundle takes; the encoder's own without photos to fit it on
    missing: tuple[str, ...]  # one sentence for each set that is not there
