"""A verification of a tiny model that passes, and what it is made of. Not to be written to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photosearch.coreml.families.convertible import Convertible
from photosearch.testing import COLORS, draw_photos
from photosearch.verify.records import Verification
from photosearch.verify.verification import TorchSide, torch_side, verify_export
from tests.coreml.conftest import bundle, clip, mobileclip_b, mobileclip_s, siglip
from tests.coreml.mil.conftest import tiny_package

__all__ = ["bundle", "clip", "mobileclip_b", "mobileclip_s", "siglip", "tiny_package"]


@pytest.fixture(scope="session")
def eval_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("eval")
    others = {color: COLORS[i - 1] for i, color in enumerate(COLORS)}
    texts = [f"{color} disc on {others[color]}" for color in COLORS]
    drawn = draw_photos(directory / "photos", texts)
    lines = [
        {"image": f"photos/{path.name}", "captions": [text, text.split()[0]]}
        for text, path in drawn.items()
    ]
    (directory / "captions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return directory


@pytest.fixture(scope="session")
def reference(tiny_source: Convertible) -> TorchSide:
    return torch_side(tiny_source)


@pytest.fixture(scope="session")
def found(tiny_source: Convertible, tiny_export: Path, eval_data: Path) -> Verification:
    return verify_export(tiny_export, tiny_source, eval_data=eval_data)
