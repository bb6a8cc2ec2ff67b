"""Zero-shot classification: photos are given the class whose words are nearest.

Radford et al. 2021, arXiv:2103.00020, section 3.1. Legend: N photos, C classes, T templates,
D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from photosearch.encoder import Floats
from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.captioned import Embeds, embed_batches
from photosearch.evaluate.expected import Values, success
from photosearch.evaluate.places import Ints, Places, find_places
from photosearch.evaluate.report import Evaluation
from photosearch.evaluate.studies.labelled import Labelled
from photosearch.progress import Listener, silent

TEMPLATES = (
    "a photo of a {}",
    "a photo of the {}",
    "a picture of a {}",
    "a close-up photo of a {}",
    "{}",
)
CUTOFFS = (1, 5)
_TINY = np.float32(1e-12)  # a smaller norm is not divided by
_TIES = "Classes with one score count as the mean over every order of them."


@dataclass(frozen=True, eq=False)
class Prompts:
    """Every class in the words of every template."""

    templates: tuple[str, ...]  # T
    rows: Floats  # [T, C, D]

    def __post_init__(self) -> None:
        if self.rows.ndim != 3 or len(self.rows) != len(self.templates) or not self.templates:
            raise ShapeError(
                f"got {len(self.templates)} templates and rows {self.rows.shape}, "
                "expected [T, C, D] of one or more"
            )

    def classes(self) -> Floats:
        """The normalised mean of the unit embeddings of each class: [C, D]."""
        return _unit(_unit(self.rows).mean(axis=0))


def embed_prompts(
    encoder: Embeds,
    classes: Sequence[str],
    templates: Sequence[str] = TEMPLATES,
    *,
    progress: Listener = silent,
) -> Prompts:
    """Raises UsageError for no template, or one without {} for the name."""
    bad = [template for template in templates if "{}" not in template]
    if bad or not templates:
        raise UsageError(f"templates: got {bad[:1]}, expected words with {{}} for the name")
    texts = [template.replace("{}", name) for template in templates for name in classes]
    rows = embed_batches(encoder.encode_texts, texts, "prompts", progress)
    return Prompts(tuple(templates), rows.reshape(len(templates), len(classes), -1))


def score_zero_shot(
    data: Labelled, prompts: Prompts, *, progress: Listener = silent
) -> list[Evaluation]:
    """By photo, by class, and by photo with the first template alone where there are several.

    Raises ShapeError for prompts of other classes, ModelError for embeddings that are not finite.
    """
    if prompts.rows.shape[1] != len(data.classes):
        got, expected = prompts.rows.shape[1], len(data.classes)
        raise ShapeError(f"prompts: got {got} classes, expected {expected}")
    together, alone = prompts.classes(), Prompts(prompts.templates[:1], prompts.rows[:1])
    nearest = "Each photo is given the class whose text is nearest, of all classes."
    told = (nearest, *_mean_of(prompts.templates))
    found = classified("zero-shot", data, _places(data, together, progress), told)
    if len(prompts.templates) > 1:
        told = (nearest, f"The text of a class is {prompts.templates[0]!r}.")
        places = _places(data, alone.classes(), progress)
        found.append(classified("zero-shot one prompt", data, places, told)[0])
    return found


def classified(
    asked: str, data: Labelled, places: Places, protocol: tuple[str, ...]
) -> list[Evaluation]:
    """Accuracy over photos, and its mean over classes; places of the class of each photo."""
    values = {f"top-{k}": success(places, k) for k in CUTOFFS if k < len(data.classes)}
    counts = data.counts()
    with_photos = np.flatnonzero(counts)
    means = {name: _by_class(column, data.label, counts) for name, column in values.items()}
    protocol = (*data.protocol, *protocol)
    notes = (*_without_photos(counts), _ties(places))
    by_class = (
        "The mean over classes of the accuracy over their photos.",
        "Intervals draw classes.",
    )
    return [
        Evaluation(
            asked=asked,
            protocol=(*protocol, _TIES),
            queries=data.names,
            values=values,
            notes=notes,
        ),
        Evaluation(
            asked=f"{asked} by class",
            protocol=(*protocol, *by_class, _TIES),
            queries=tuple(data.classes[at] for at in with_photos),
            values={name: column[with_photos] for name, column in means.items()},
            notes=notes,
        ),
    ]


def _places(data: Labelled, classes: Floats, progress: Listener) -> Places:
    own = (np.arange(len(data.photos)), data.label)
    return find_places(data.photos, classes, own, progress=progress)


def _mean_of(templates: Sequence[str]) -> list[str]:
    """A sentence, in lines of a terminal."""
    shown = ", ".join(map(repr, templates))
    told = f"The text of a class is the normalised mean of {len(templates)}: {shown}."
    return wrap(told, 96, break_on_hyphens=False, break_long_words=False)


def _by_class(values: Values, label: Ints, counts: Ints) -> Values:
    """Means of [N] over the photos of each class: [C]; 0 for one without."""
    found: Values = np.bincount(label, values, minlength=len(counts)) / np.maximum(counts, 1)
    return found


def _without_photos(counts: Ints) -> Iterator[str]:
    without = int((counts == 0).sum())
    if without:
        yield f"{without} classes have none of these photos: they are wrong answers alone."


def _ties(places: Places) -> str:
    count = places.tied_pairs()
    return f"{count} photos have a class tied with others." if count else "No ties."


def _unit(rows: Floats) -> Floats:
    """Rows of length 1: [..., D] -> [..., D]."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), _TINY))
