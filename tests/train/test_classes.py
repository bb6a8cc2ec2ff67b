"""Grounding: made-up features of classes without photos, and opinions on those with."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from photosearch.train.classes import (
    RELU6_LIMIT,
    REMEMBERED,
    STRENGTH,
    Classifier,
    Opinions,
    class_sentences,
)
from photosearch.train.texts import PLURALS, TEMPLATES, TextBank

K, F, N = 4, 6, 50
LINES = ("   0  background", "   1  tench, Tinca tinca", "   2  crane", "   3  cat", "   4  dog")


@pytest.fixture
def classifier() -> Classifier:
    return Classifier(torch.randn(K, F), torch.randn(K))


@pytest.fixture
def features() -> Tensor:
    return torch.rand(N, F) * 3


def test_each_synonym_has_its_own_sentences_and_the_background_none(bank: TextBank) -> None:
    found = class_sentences(LINES, bank)
    assert [len(names) for names in found] == [2, 1, 1, 1]
    assert all(len(own) == len(TEMPLATES) + len(PLURALS) for names in found for own in names)


def test_sentences_name_their_own_class(bank: TextBank) -> None:
    found, texts = class_sentences(LINES, bank), list(bank.numbers)
    assert all("dog" in texts[number] for number in found[3][0])


def test_the_classifier_starts_as_published_and_learns(features: Tensor) -> None:
    weight, bias = torch.randn(K, F), torch.randn(K)
    classifier = Classifier(weight.half(), bias)
    torch.testing.assert_close(classifier(features), features @ weight.half().float().T + bias)
    assert all(parameter.requires_grad for parameter in classifier.parameters())


def test_features_of_the_last_steps_are_remembered(classifier: Classifier) -> None:
    for step in range(7):
        classifier.remember(torch.full((2, F), float(step), requires_grad=True))
    assert [each[0, 0].item() for each in classifier.seen] == list(range(7 - REMEMBERED, 7))
    assert not any(each.requires_grad for each in classifier.seen)


def test_what_is_remembered_is_part_of_a_checkpoint(classifier: Classifier) -> None:
    classifier.remember(torch.rand(2, F))
    again = Classifier(torch.zeros(K, F), torch.zeros(K))
    again.load_state_dict(classifier.state_dict())
    assert torch.equal(again.seen[0], classifier.seen[0])


@pytest.mark.parametrize("along_covariance", [False, True])
def test_made_up_features_could_leave_a_relu6(
    classifier: Classifier, features: Tensor, along_covariance: bool
) -> None:
    classifier.remember(features)
    made = classifier.imagine(torch.arange(K), noise=5.0, along_covariance=along_covariance)
    assert made.shape == (K, F)
    assert made.min() >= 0
    assert made.max() <= RELU6_LIMIT


@pytest.mark.parametrize("along_covariance", [False, True])
def test_without_noise_a_made_up_feature_lies_where_the_formulas_say(
    features: Tensor, along_covariance: bool
) -> None:
    far = features + 1.5  # from where the ReLU cuts
    classifier = Classifier(torch.randn(K, F) / 100, torch.zeros(K))
    for part in torch.split(far, 20):
        classifier.remember(part)
    chosen = torch.tensor([1, 3])
    made = classifier.imagine(chosen, noise=0.0, along_covariance=along_covariance).numpy()
    rows = classifier.linear.weight.detach().numpy()[chosen]
    if along_covariance:
        along = rows @ np.cov(far.numpy().T, bias=True)
        rows = along * (np.linalg.norm(rows, axis=1) / np.linalg.norm(along, axis=1))[:, None]
    moved = made - far.numpy().mean(0)
    strength = np.linalg.norm(moved, axis=1) / np.linalg.norm(rows, axis=1)
    np.testing.assert_allclose(moved, strength[:, None] * rows, atol=1e-4)
    weakest, strongest = STRENGTH
    assert strength.min() > weakest - 0.01
    assert strength.max() < strongest + 0.01


def test_noise_is_a_share_of_the_deviation_of_what_was_seen(features: Tensor) -> None:
    classifier = Classifier(torch.zeros(1, F), torch.zeros(1))
    classifier.remember(features + 1.5)
    made = classifier.imagine(
        torch.zeros(4000, dtype=torch.long), noise=0.3, along_covariance=False
    )
    np.testing.assert_allclose(made.numpy().std(0), 0.3 * features.numpy().std(0, ddof=1), rtol=0.1)


def test_opinions_over_some_classes_are_the_shares_among_them() -> None:
    shares = np.array([[0.5, 0.25, 0.125, 0.125], [0.1, 0.2, 0.3, 0.4]])
    opinions = Opinions(torch.from_numpy(np.log(shares)).half())
    found = opinions.of(torch.tensor([1, 0]), torch.tensor([2, 0]))
    expected = shares[[1, 0]][:, [2, 0]]
    expected /= expected.sum(1, keepdims=True)
    np.testing.assert_allclose(found.numpy(), expected, rtol=2e-3)
    np.testing.assert_allclose(opinions.of(torch.tensor([0])).numpy(), shares[:1], rtol=2e-3)
