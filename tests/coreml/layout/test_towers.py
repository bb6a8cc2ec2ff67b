"""The towers that we convert, of every family and in both layouts, run as saved, against torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from photosearch.coreml import ReferenceModel
from photosearch.coreml.families.convertible import Convertible, open_model
from photosearch.coreml.inputs import text_inputs
from photosearch.coreml.layout.layouts import LAYOUTS
from photosearch.coreml.record import LayoutName
from tests.coreml.mil.packages import Array, cosine, named_inputs, save_traced
from tests.coreml.towers import random_pixels

SAME = 0.999999
FAMILIES = ("bundle", "lite0", "clip", "siglip", "mobileclip_s", "mobileclip_b")
# One is run every time, the others where slow tests are.
CASES = [
    pytest.param(
        family,
        side,
        layout,
        id=f"{family} {side} {layout}",
        marks=() if (family, side) == ("mobileclip_s", "text") else pytest.mark.slow,
    )
    for family in FAMILIES
    for side in ("image", "text")
    for layout in LAYOUTS
    if (family, side) != ("lite0", "text")  # the bundle's
]
TEXTS = ((10, 2), (10, 3, 4, 11), (10, 5, 6, 7, 8, 11), (10, 11))


def tower(source: Convertible, side: str, layout: LayoutName) -> nn.Module:
    """Weights of the family's shapes, large enough that inputs come out apart."""
    module = (source.image if side == "image" else source.text).build(LAYOUTS[layout])
    torch.manual_seed(3)
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear | nn.Embedding):
            nn.init.normal_(layer.weight, std=(2 / layer.weight[0].numel()) ** 0.5)
        elif "weight" in dict(layer.named_parameters(recurse=False)):  # a norm
            nn.init.uniform_(layer.get_parameter("weight"), 0.5, 1.5)
    return module


def examples(source: Convertible, side: str) -> list[tuple[Tensor, ...]]:
    if side == "image":
        shade = np.linspace(0.2, 1, 4)[:, None, None, None]
        pixels = random_pixels(source.image.spec.size, 4) * shade * np.eye(4)[:, None, None, :3]
        return [(torch.from_numpy(each).permute(2, 0, 1)[None].float(),) for each in pixels + 20]
    rows = (text_inputs(source.text, ids).values() for ids in TEXTS)
    arrays = [[torch.from_numpy(np.array(each)) for each in row] for row in rows]
    return [tuple(x.float() if x.is_floating_point() else x for x in row) for row in arrays]


def apart(embeddings: Array) -> Array:
    wide = np.asarray(embeddings, np.float64)
    return np.asarray(wide - wide.mean(0))


@pytest.mark.slow
@pytest.mark.parametrize(("family", "side", "layout"), CASES)
def test_a_tower_in_fp32_agrees_with_torch(
    family: str, side: str, layout: LayoutName, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source = open_model(request.getfixturevalue(family))
    module, given = tower(source, side, layout), examples(source, side)
    with torch.inference_mode():
        wanted = np.concatenate([module(*each).numpy() for each in given])
    save_traced(tmp_path / "m.mlpackage", module, given[0] if len(given[0]) > 1 else given[0][0])
    model = ReferenceModel(tmp_path / "m.mlpackage")
    fed = [{"x": each[0]} if len(each) == 1 else named_inputs(each) for each in given]
    found = np.concatenate([
        model.predict({name: x.numpy() for name, x in each.items()}, precision="fp32")["y"]
        for each in fed
    ])  # fmt: skip
    assert np.linalg.norm(apart(wanted), axis=1).min() > 0.02 * np.linalg.norm(wanted)
    assert cosine(found, wanted) >= SAME
    assert cosine(apart(found), apart(wanted)) >= SAME
