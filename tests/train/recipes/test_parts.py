"""What a run is put together from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from photosearch.models.backbones import MOBILENET_V2
from photosearch.models.inverted_residuals import pool
from photosearch.text import WordPiece
from photosearch.train.classes import Classifier, Opinions
from photosearch.train.config import ContrastConfig, LossWeights, Rates
from photosearch.train.corpus import MOBILENET_FILE
from photosearch.train.objectives import Objective
from photosearch.train.recipes.parts import (
    Towers,
    alike,
    build_towers,
    classifiers,
    keep_gains,
    learned_rates,
)
from photosearch.train.student import Student
from photosearch.train.teacher import ClipTeacher
from photosearch.train.tower_files import save_towers
from photosearch.weights import dense
from tests.train.tiny import (
    CONFIG,
    TOWERS,
    VOCABULARY,
    image_tower,
    published,
    random_backbone,
    sentences,
    text_tower,
    tiny_world,
)

RATES = Rates()


@pytest.fixture(autouse=True)
def _world() -> Iterator[None]:
    with tiny_world():
        yield


@pytest.fixture
def towers() -> Towers:
    return build_towers(CONFIG, sentences(), VOCABULARY, None)


def test_towers_start_from_what_was_published(towers: Towers) -> None:
    state = towers.image.backbone.state_dict()
    assert all(torch.equal(state[name], value) for name, value in published().state().items())
    up = sentences().tensors["encoder.layer.1.intermediate.dense.weight"]
    assert torch.equal(towers.text.state_dict()["layers.1.up.weight"], up)


def test_word_embeddings_take_their_stored_values_at_once(towers: Towers) -> None:
    assert np.array_equal(towers.text.tokens.weight.detach().numpy(), dense(towers.embeddings))


def test_towers_start_from_a_file_where_one_is_given(tmp_path: Path) -> None:
    path = tmp_path / "towers.safetensors"
    save_towers(path, image_tower(3), text_tower(3))
    started = build_towers(CONFIG, sentences(), VOCABULARY, path)
    expected = image_tower(3).head.linear.weight.half().float()
    assert torch.equal(started.image.head.linear.weight, expected)
    assert np.array_equal(started.text.tokens.weight.detach().numpy(), dense(started.embeddings))


@torch.no_grad()
def test_kept_gains_leave_the_tower_as_it_was(towers: Towers) -> None:
    x = torch.randn(2, 3, 64, 64)
    before = towers.image.backbone(x)
    keep_gains(towers)
    torch.testing.assert_close(towers.image.backbone(x), before, rtol=1e-3, atol=1e-3)


@torch.no_grad()
def test_names_are_alike_by_the_cosine_of_their_mean_tokens(towers: Towers) -> None:
    names = ["red", "red disc", "a red disc", "triangle", "square on blue"]
    tokenizer = WordPiece(VOCABULARY, context=TOWERS.context)
    vectors = []
    for name in names:  # one by one, without padding
        hidden = towers.text.embed(torch.tensor([tokenizer.encode(name)]))
        bias = torch.zeros(1, 1, 1, hidden.shape[1])
        for layer in towers.text.layers:
            hidden = layer(hidden, bias)
        vectors.append(hidden[0].mean(0).double().numpy())
    cosines = np.array([
        [a @ b / np.sqrt((a @ a) * (b @ b)) for a in vectors] for b in vectors
    ])  # fmt: skip
    least = float(np.median(cosines)) + 1e-4
    found = alike(names, towers.text, tokenizer, least=least)
    assert np.array_equal(found, cosines >= least)


def test_no_names_are_alike_where_there_are_none(towers: Towers) -> None:
    tokenizer = WordPiece(VOCABULARY, context=TOWERS.context)
    assert alike([], towers.text, tokenizer, least=0.75).shape == (0, 0)


@pytest.fixture
def objective(towers: Towers) -> Objective:
    own = towers.published
    return Objective(
        student=Student(towers.image, towers.text),
        classifier=Classifier(own.classifier_weight, own.classifier_bias),
        opinions=Opinions(torch.zeros(1, 4)),
        clip=ClipTeacher({}, torch.eye(4), torch.eye(4), dim=TOWERS.dim),
        contrast=ContrastConfig((TOWERS.dim,)),
        weights=LossWeights(),
    )


def peaks(objective: Objective) -> dict[int, tuple[float, float]]:
    """Of each parameter, by its identity: peak and decay."""
    rates = learned_rates(objective, RATES)
    pairs = [(id(p), (rate.peak, rate.decay)) for rate in rates for p in rate.parameters]
    assert len(pairs) == len(dict(pairs))  # none has two rates
    return dict(pairs)


def test_all_that_learns_has_one_rate(objective: Objective) -> None:
    assert objective.clip is not None
    modules = (objective.student, objective.classifier, objective.clip)
    learning = {id(p) for module in modules for p in module.parameters() if p.requires_grad}
    assert learning == peaks(objective).keys()


def test_rates_rise_through_the_backbone_and_the_text_layers(objective: Objective) -> None:
    found, student = peaks(objective), objective.student
    backbone, layers = student.image.backbone, student.text.layers
    decay = RATES.tuned_decay
    parts = [backbone.stem, *backbone.blocks, backbone.head]
    for number, part in enumerate(parts):
        share = 0.3 + 0.7 * number / (len(parts) - 1)
        for parameter in part.parameters():
            assert found[id(parameter)] == pytest.approx((RATES.backbone * share, decay))
    for layer, share in zip(layers, (0.8, 1.0), strict=True):
        for parameter in layer.parameters():
            assert found[id(parameter)] == pytest.approx((RATES.text * share, decay))


def test_what_starts_from_nothing_and_the_classifier_have_rates_of_their_own(
    objective: Objective,
) -> None:
    found, student = peaks(objective), objective.student
    new = [student.log_scale, student.image.head.up.weight, student.text.head.norm.bias]
    assert {found[id(p)] for p in new} == {(RATES.heads, RATES.heads_decay)}
    learned = list(objective.classifier.parameters())
    assert {found[id(p)] for p in learned} == {(RATES.classifier, RATES.tuned_decay)}


def test_mobilenet_is_asked_where_the_folder_holds_it(tmp_path: Path) -> None:
    lite = {f"efficientnet-lite{number}" for number in range(3)}
    assert classifiers(tmp_path).keys() == lite
    (tmp_path / MOBILENET_FILE).parent.mkdir()
    (tmp_path / MOBILENET_FILE).touch()
    assert classifiers(tmp_path).keys() == {*lite, MOBILENET_V2.name}


@pytest.mark.slow
@torch.no_grad()
def test_mobilenets_background_is_no_class(tmp_path: Path) -> None:
    backbone = random_backbone(0, MOBILENET_V2)
    tensors = {name: value.half() for name, value in backbone.state_dict().items()}
    tensors["fc.weight"] = torch.randn(6, MOBILENET_V2.features, 1, 1).half()
    tensors["fc.bias"] = torch.randn(6).half()
    (tmp_path / MOBILENET_FILE).parent.mkdir()
    save_file(tensors, tmp_path / MOBILENET_FILE)
    pixels = torch.rand(1, 3, 64, 64) * 255
    found = classifiers(tmp_path)[MOBILENET_V2.name]()(pixels)
    backbone.load_state_dict({n: t.float() for n, t in tensors.items() if n[:3] != "fc."})
    features = pool(backbone((pixels - 128) / 128))
    expected = features @ tensors["fc.weight"][1:, :, 0, 0].float().T + tensors["fc.bias"][1:]
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)
