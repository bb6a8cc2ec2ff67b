"""Grounding: made-up features of classes without photos."""

from __future__ import annotations

import string

import numpy as np
import pytest
import torch
from torch import Tensor

from photosearch.text.wordpiece import WordPiece
from photosearch.train.classes import (
    RELU6_LIMIT,
    STRENGTH,
    Classes,
    build_classes,
    describe,
    imagine,
)
from photosearch.train.texts import TEMPLATES, TextBank

K, F, N = 4, 6, 50
LINES = ("   0  background", "   1  tench, Tinca tinca", "   2  crane", "   3  cat", "   4  dog")


@pytest.fixture
def bank() -> TextBank:
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *string.ascii_lowercase]
    return TextBank(WordPiece(vocabulary, context=16))


@pytest.fixture
def published() -> dict[str, Tensor]:
    return {"fc.weight": torch.randn(K + 1, F).half(), "fc.bias": torch.randn(K + 1).half()}


@pytest.fixture
def classes(published: dict[str, Tensor], bank: TextBank) -> Classes:
    return build_classes(published, LINES, bank)


@pytest.fixture
def features() -> Tensor:
    return torch.rand(N, F) * 3


def test_the_background_is_no_class(classes: Classes, published: dict[str, Tensor]) -> None:
    assert torch.equal(classes.weight, published["fc.weight"][1:].float())
    assert torch.equal(classes.bias, published["fc.bias"][1:].float())


def test_weights_of_a_convolution_are_read_too(
    published: dict[str, Tensor], bank: TextBank, classes: Classes
) -> None:
    published["fc.weight"] = published["fc.weight"][..., None, None]
    assert torch.equal(build_classes(published, LINES, bank).weight, classes.weight)


def test_each_synonym_has_its_own_sentences(classes: Classes) -> None:
    assert [len(names) for names in classes.sentences] == [2, 1, 1, 1]
    assert all(len(own) == len(TEMPLATES) for names in classes.sentences for own in names)


def test_sentences_name_their_own_class(classes: Classes, bank: TextBank) -> None:
    texts = {number: text for text, number in bank.numbers.items()}
    assert all("dog" in texts[number] for number in classes.sentences[3][0])


def test_the_posterior_is_the_softmax_over_the_chosen(classes: Classes, features: Tensor) -> None:
    chosen = torch.tensor([2, 0])
    ours = classes.posterior(features, chosen)
    logits = features.numpy() @ classes.weight.numpy()[[2, 0]].T + classes.bias.numpy()[[2, 0]]
    expected = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(ours.numpy(), expected, rtol=1e-5)


def test_the_space_is_described_as_numpy_does(classes: Classes, features: Tensor) -> None:
    space = describe(features, classes)
    rows = classes.weight.numpy()
    ours = rows @ np.cov(features.numpy().T, bias=True)
    ours *= np.linalg.norm(rows, axis=1, keepdims=True) / np.linalg.norm(ours, axis=1)[:, None]
    np.testing.assert_allclose(space.directions.numpy(), ours, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(space.mean.numpy(), features.numpy().mean(0), rtol=1e-5)
    np.testing.assert_allclose(space.deviation.numpy(), features.numpy().std(0, ddof=1), rtol=1e-5)


@pytest.mark.parametrize("along_covariance", [False, True])
def test_made_up_features_could_leave_a_relu6(
    classes: Classes, features: Tensor, along_covariance: bool
) -> None:
    made = imagine(
        describe(features, classes),
        classes,
        torch.arange(K),
        noise=5.0,
        along_covariance=along_covariance,
    )
    assert made.shape == (K, F)
    assert made.min() >= 0
    assert made.max() <= RELU6_LIMIT


def test_without_noise_a_made_up_feature_lies_along_the_row(
    classes: Classes, features: Tensor
) -> None:
    space = describe(features + 3, classes)  # far from where the ReLU cuts
    small = Classes(classes.weight / 100, classes.bias, classes.sentences)
    chosen = torch.tensor([1, 3])
    made = imagine(space, small, chosen, noise=0.0, along_covariance=False)
    strength = (made - space.mean) / small.weight[chosen]
    assert (strength.amax(1) - strength.amin(1)).max() < 0.05  # one strength a row
    weakest, strongest = STRENGTH
    assert strength.min() > weakest - 0.05
    assert strength.max() < strongest + 0.05
