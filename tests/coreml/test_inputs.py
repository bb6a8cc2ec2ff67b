"""Token ids as a converted text tower takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosearch.coreml.families.convertible import open_model
from photosearch.coreml.inputs import text_inputs
from photosearch.errors import ShapeError


def test_clip_reads_the_last_token_that_is_given(clip: Path) -> None:
    inputs = text_inputs(open_model(clip).text, [5, 6, 7])
    assert inputs["ids"].tolist() == [[5, 6, 7, *[0] * 9]]
    assert inputs["eot"].dtype == np.float32
    assert np.flatnonzero(inputs["eot"]).tolist() == [2]


def test_the_built_in_model_reads_every_token_that_is_given(bundle: Path) -> None:
    inputs = text_inputs(open_model(bundle).text, [5, 6, 7])
    assert inputs["ids"].dtype == np.int32
    assert np.flatnonzero(inputs["mask"]).tolist() == [0, 1, 2]


def test_siglip_takes_padded_ids_and_nothing_else(siglip: Path) -> None:
    inputs = text_inputs(open_model(siglip).text, [5, 6])
    assert {name: array.tolist() for name, array in inputs.items()} == {"ids": [[5, 6, *[1] * 8]]}


@pytest.mark.parametrize("count", [0, 13])
def test_no_tokens_or_too_many_are_refused(clip: Path, count: int) -> None:
    with pytest.raises(ShapeError, match=f"got {count}, expected 1 to 12"):
        text_inputs(open_model(clip).text, [5] * count)
