"""Small models of every kind that can be exported, in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.coreml.compress.apply import Weights
from photosearch.coreml.export import export_model
from photosearch.coreml.families.open import open_source
from photosearch.coreml.record import LayoutName
from photosearch.verify.check import check_numbers, torch_reference

pytest.importorskip("skimage")
pytest.importorskip("sklearn")
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("weights", "layout"), [("int8", "ane"), ("fp16", "plain")])
@pytest.mark.parametrize("name", ["bundle", "clip", "siglip", "mobileclip_s", "mobileclip_b"])
def test_an_export_of_any_model_passes_its_own_verification(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    name: str,
    weights: Weights,
    layout: LayoutName,
) -> None:
    source = open_source(request.getfixturevalue(name))
    done = export_model(source, tmp_path / "out", weights=weights, layout=layout)
    found = check_numbers(done.directory, torch_reference(source))
    assert [str(check) for check in found.checks if check.outcome == "failed"] == []
