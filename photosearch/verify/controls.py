"""Negative controls: mistakes as people make them, each of which the gate has to notice.

A gate that lets one of them pass would let a broken package pass, so it fails the verification.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from photosearch.coreml.mil.model import ReferenceModel
from photosearch.errors import PackageError
from photosearch.verify.alter import rescaled, shifted, weights, without
from photosearch.verify.limits import Limits
from photosearch.verify.numbers import agreement
from photosearch.verify.records import Agreement, Control, Tower
from photosearch.verify.towers import (
    Floats,
    Inputs,
    Picture,
    embed,
    picture_inputs,
    text_inputs_of,
)

# Late in a program little comes after that could make up for a layer; all but the head's last.
_ZEROED = 0.9
_MIDDLE_GRAY = 127.5
Mistake = tuple[str, ReferenceModel, list[Inputs]]


def passes(found: Agreement, limits: Limits) -> bool:
    """The gate of one tower, the same for the packages and for the controls."""
    return found.error <= limits.error and found.direction >= limits.direction


def image_controls(
    model: ReferenceModel, photos: Sequence[Picture], wanted: Floats, limits: Limits
) -> tuple[Control, ...]:
    """On a few photos in colour, with torch's embeddings of them [N, D]."""
    given = [picture_inputs(model.path, model, each) for each in photos]
    return _run("image", _image_mistakes(model, given), wanted, limits)


def text_controls(
    model: ReferenceModel, texts: Sequence[str], wanted: Floats, limits: Limits
) -> tuple[Control, ...]:
    """On a few texts, with torch's embeddings of them [N, D]."""
    return _run("text", _text_mistakes(model, texts), wanted, limits)


def _image_mistakes(model: ReferenceModel, given: list[Inputs]) -> Iterator[Mistake]:
    swapped: list[Inputs] = [{name: x[..., ::-1] for name, x in one.items()} for one in given]
    yield "channels swapped", model, swapped
    yield "wrong scale: 0 to 1 in place of 0 to 255", rescaled(model, 1 / 255), given
    yield "wrong bias: middle gray too bright", shifted(model, _MIDDLE_GRAY), given
    yield _without_weight(model, given)


def _text_mistakes(model: ReferenceModel, texts: Sequence[str]) -> Iterator[Mistake]:
    yield "tokenizer off by one", model, text_inputs_of(model.path, model, texts, off_by=-1)
    yield _without_weight(model, text_inputs_of(model.path, model, texts))


def _without_weight(model: ReferenceModel, given: list[Inputs]) -> Mistake:
    names = weights(model)
    if not names:
        raise PackageError(f"{model.path} holds no weights, expected a tower")
    name = names[int(_ZEROED * len(names))]
    return f"weight {name} zeroed", without(model, name), given


def _run(
    tower: Tower, mistakes: Iterator[Mistake], wanted: Floats, limits: Limits
) -> tuple[Control, ...]:
    return tuple(
        _control(tower, mistake, _embedded(model, given, wanted), limits)
        for mistake, model, given in mistakes
    )


def _embedded(model: ReferenceModel, given: list[Inputs], wanted: Floats) -> Agreement:
    names = [str(i) for i in range(len(given))]
    return agreement(names, embed(model, given, lambda inputs: inputs), wanted)


def _control(tower: Tower, mistake: str, found: Agreement, limits: Limits) -> Control:
    return Control(tower, mistake, found.error, found.direction, not passes(found, limits))
