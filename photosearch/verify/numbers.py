"""Compares the embeddings of both saved packages with those of the torch model.

Legend: N photos, M texts, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photosearch.contract import IMAGE, TEXT
from photosearch.coreml import Convertible, ReferenceModel
from photosearch.coreml.mil.describe import Precision
from photosearch.coreml.record import require_export_record
from photosearch.progress import Listener, Progress, silent, telling
from photosearch.verify.controls import image_controls, text_controls
from photosearch.verify.inputs import TEXTS, photos
from photosearch.verify.measures import (
    FP16_MAX,
    FP16_ROOT,
    LEAST_SPREAD,
    Limits,
    Watch,
    agreement,
    limits_of,
    overlap,
    spread,
)
from photosearch.verify.records import (
    Check,
    Control,
    Numbers,
    Similarities,
    Tower,
    TowerFindings,
    measured,
)
from photosearch.verify.towers import (
    Floats,
    Inputs,
    embed,
    picture_inputs,
    text_inputs_of,
    torch_pictures,
    torch_texts,
)

_CONTROLLED = 8  # inputs that the negative controls run on


@dataclass(frozen=True)
class Reference:
    """The model in torch on the photos and sentences of `inputs`; one serves all variants."""

    photos: Floats  # [N, D]
    texts: Floats  # [M, D]


def torch_reference(source: Convertible, progress: Listener = silent) -> Reference:
    """Raises MissingExtra if the photos, or the tokenizer's package, are not installed."""
    pictures = [each.picture for each in photos()]
    return Reference(
        photos=torch_pictures(source, pictures, telling(progress, "photos in torch")),
        texts=torch_texts(source, TEXTS, telling(progress, "texts in torch")),
    )


def check_numbers(directory: Path, reference: Reference, progress: Listener = silent) -> Numbers:
    """Everything that needs no data beside the packages that export wrote to a directory.

    Raises BundleError (PackageError, UnknownOperation) if they cannot be read or run.
    """
    limits = limits_of(require_export_record(directory).weights)
    image, shipped_photos = _image(directory / IMAGE, reference.photos, limits, progress)
    text, shipped_texts = _text(directory / TEXT, reference.texts, limits, progress)
    wanted = reference.texts @ reference.photos.T
    found = shipped_texts @ shipped_photos.T
    share = (overlap(found, wanted) + overlap(found.T, wanted.T)) / 2
    return Numbers(
        towers={"image": image, "text": text},
        overlap=share,
        similarities=Similarities(*(tuple(each.ravel().tolist()) for each in (wanted, found))),
        checks=(
            *_checks(image, spread(shipped_photos), limits),
            *_checks(text, spread(shipped_texts), limits),
            measured("overlap of the ten best", share, limits.overlap, "at least"),
        ),
    )


def _image(
    path: Path, wanted: Floats, limits: Limits, progress: Listener
) -> tuple[TowerFindings, Floats]:
    model, known = ReferenceModel(path), photos()
    given = [picture_inputs(path, model, each.picture) for each in known]
    some = [i for i, each in enumerate(known) if each.colour][:_CONTROLLED]

    def controls() -> tuple[Control, ...]:
        return image_controls(model, [known[i].picture for i in some], wanted[some], limits)

    names = [each.name for each in known]
    return _TowerRun("image", model, names, given, wanted, progress).findings(controls)


def _text(
    path: Path, wanted: Floats, limits: Limits, progress: Listener
) -> tuple[TowerFindings, Floats]:
    model = ReferenceModel(path)
    given = text_inputs_of(path, model, TEXTS)

    def controls() -> tuple[Control, ...]:
        return text_controls(model, TEXTS[:_CONTROLLED], wanted[:_CONTROLLED], limits)

    return _TowerRun("text", model, TEXTS, given, wanted, progress).findings(controls)


@dataclass(frozen=True)
class _TowerRun:
    """One package, what goes into it, and what should come out."""

    tower: Tower
    model: ReferenceModel
    names: Sequence[str]
    given: Sequence[Inputs]
    wanted: Floats
    progress: Listener

    def findings(self, controls: Callable[[], tuple[Control, ...]]) -> tuple[TowerFindings, Floats]:
        shipped, half = self._embed("as shipped", "fp16")
        _, single = self._embed("ranges", "fp32")
        self.progress(Progress(0, 1, f"{self.tower}: negative controls"))
        found = TowerFindings(
            tower=self.tower,
            agreement=agreement(self.names, shipped, self.wanted),
            controls=controls(),
            ranges=single.ranges(self.model.package.functions[self.model.package.default]),
            first_not_finite=half.first_not_finite(),
        )
        self.progress(Progress(1, 1, f"{self.tower}: negative controls"))
        return found, shipped

    def _embed(self, what: str, precision: Precision) -> tuple[Floats, Watch]:
        watch, tick = Watch(), telling(self.progress, f"{self.tower}: {what}")
        found = embed(self.model, self.given, lambda x: x, tick, precision=precision, observe=watch)
        return found, watch


def _checks(found: TowerFindings, shipped_spread: float, limits: Limits) -> Iterator[Check]:
    name, of = found.tower, found.agreement
    apart = min(of.spread, shipped_spread)
    yield measured(f"{name}: inputs told apart", apart, LEAST_SPREAD, "at least", "the spread")
    yield measured(f"{name}: error over spread", of.error, limits.error)
    yield measured(f"{name}: direction of differences", of.direction, limits.direction, "at least")
    yield from _range_checks(found)
    for each in found.controls:
        yield _control_check(each, limits)


def _range_checks(found: TowerFindings) -> Iterator[Check]:
    name = f"{found.tower}: largest value"
    most = max(found.ranges, key=lambda each: np.nan_to_num(each.largest, nan=np.inf))
    yield measured(name, most.largest, FP16_MAX, detail=f"{most.type} '{most.op}'")
    first = found.first_not_finite
    yield Check(
        f"{found.tower}: finite in fp16",
        "failed" if first else "passed",
        detail=f"the first that is not: {first}" if first else "",
    )
    beyond = [each for each in found.ranges if each.squared and not each.largest <= FP16_ROOT]
    yield Check(
        f"{found.tower}: squares beyond fp16",
        "noted",
        value=len(beyond),
        detail=", ".join(f"{each.type} '{each.op}' {each.largest:.4g}" for each in beyond[:3]),
    )


def _control_check(control: Control, limits: Limits) -> Check:
    """Passed if the gate stopped the mistake."""
    return Check(
        f"{control.tower}: {control.mistake}",
        "passed" if control.noticed else "failed",
        detail=(
            f"must fail: error {control.error:.3g} beyond {limits.error:g}, "
            f"or direction {control.direction:.4g} below {limits.direction:g}"
        ),
    )
