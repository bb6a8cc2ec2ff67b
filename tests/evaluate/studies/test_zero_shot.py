"""Classes by their words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.errors import ModelError, ShapeError, UsageError
from photosearch.evaluate import as_json, as_text, compare
from photosearch.evaluate.studies.zero_shot import Prompts, embed_prompts, score_zero_shot
from photosearch.testing import FakeEncoder
from tests.evaluate.studies.made import clusters, made_labelled


def prompts(rows: Sequence[Sequence[float]] | Floats) -> Prompts:
    return Prompts(("a {}",), np.asarray(rows, np.float32)[None])


def random_prompts(templates: int, classes: int, width: int = 16) -> Prompts:
    rows = np.random.default_rng(1).standard_normal((templates, classes, width))
    return Prompts(tuple(f"{at} {{}}" for at in range(templates)), rows.astype(np.float32))


def test_a_class_is_the_normalised_mean_of_its_unit_prompts() -> None:
    # long and short prompts count the same: (1, 0) and (0, 1) give (1, 1) / sqrt 2
    made = Prompts(("a {}", "{}"), np.array([[[4, 0]], [[0, 0.5]]], np.float32))
    assert made.classes()[0].tolist() == pytest.approx([0.5**0.5, 0.5**0.5])


def test_accuracy_is_that_of_the_nearest_classes_of_a_plain_loop() -> None:
    data, made = clusters(200, 12), random_prompts(3, 12)
    unit = [[row / np.linalg.norm(row) for row in part] for part in made.rows]
    means = np.mean(unit, axis=0)
    hits = {1: [], 5: []}  # type: dict[int, list[bool]]
    for row, own in zip(data.photos, data.label, strict=True):
        scores = [float(row @ mean) / float(np.linalg.norm(mean)) for mean in means]
        order = sorted(range(12), key=lambda at: -scores[at])
        for k, found in hits.items():
            found.append(int(own) in order[:k])
    photos, classes, one = score_zero_shot(data, made)
    assert photos.values["top-1"].tolist() == hits[1]
    assert photos.values["top-5"].tolist() == hits[5]
    first = np.array(hits[1])
    each = [first[data.label == at].mean() for at in range(12)]
    assert classes.estimates()["top-1"].mean == pytest.approx(np.mean(each))
    assert one.asked == "zero-shot one prompt"


def test_classes_of_one_text_share_what_they_could_get() -> None:
    data = made_labelled([[1, 0]], [0], ["sofa", "couch", "tree"])
    found = score_zero_shot(data, prompts([[1, 0], [1, 0], [0, 1]]))[0]
    assert found.values["top-1"].tolist() == [0.5]
    assert "1 photos have a class tied with others." in found.notes


def test_classes_without_photos_are_answers_and_not_in_the_mean_over_classes() -> None:
    data = made_labelled([[1.0, 0.0], [0.9, 0.5]], [0, 0], ["a", "b"])
    photos, classes = score_zero_shot(data, prompts([[1, 0], [0.8, 0.6]]))
    assert photos.values["top-1"].tolist() == [1.0, 0.0]
    assert (classes.queries, classes.values["top-1"].tolist()) == (("a",), [0.5])
    assert "1 classes have none of these photos: they are wrong answers alone." in photos.notes


def test_the_first_five_of_five_classes_are_not_told() -> None:
    found = score_zero_shot(clusters(20, 5), random_prompts(1, 5))
    assert {name for each in found for name in each.values} == {"top-1"}


def test_two_models_are_compared_photo_by_photo() -> None:
    data = clusters(60, 4)
    systems = {
        name: score_zero_shot(data, random_prompts(templates, 4))[0]
        for name, templates in (("one", 1), ("three", 3))
    }
    assert [(each.measure, each.a, each.b) for each in compare(systems)] == [
        ("top-1", "one", "three")
    ]


def test_colours_are_told_by_their_names() -> None:
    encoder, colours = FakeEncoder(), ("red", "green", "blue")
    made = embed_prompts(encoder, colours, ("a photo of a {}", "{}"))
    assert made.rows.shape == (2, 3, encoder.dim)
    data = made_labelled(encoder.encode_texts(colours), [0, 1, 2], colours)
    assert score_zero_shot(data, made)[0].values["top-1"].tolist() == [1.0] * 3


def test_braces_in_a_name_stay() -> None:
    made = embed_prompts(FakeEncoder(), ["{red}", "{0} blue"], ["a {}"])
    np.testing.assert_array_equal(made.rows[0], FakeEncoder().encode_texts(["a red", "a 0 blue"]))


@pytest.mark.parametrize("templates", [(), ("a photo",), ("{}", "a {0}")])
def test_templates_without_room_for_a_name_are_refused(templates: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="expected words with {} for the name"):
        embed_prompts(FakeEncoder(), ["red"], templates)


def test_prompts_of_other_classes_are_refused_and_so_is_nan() -> None:
    data = clusters(10, 3)
    with pytest.raises(ShapeError, match="prompts: got 4 classes, expected 3"):
        score_zero_shot(data, random_prompts(1, 4))
    with pytest.raises(ShapeError, match="expected one width"):
        score_zero_shot(data, random_prompts(1, 3, width=8))
    with pytest.raises(ModelError, match="NaN"):
        score_zero_shot(data, prompts(np.full((3, 16), np.nan, np.float32)))
    with pytest.raises(ShapeError, match="expected \\[T, C, D\\]"):
        Prompts(("a {}", "{}"), np.ones((1, 3, 4), np.float32))


def test_many_templates_fit_a_terminal_and_are_whole_in_json() -> None:
    templates = tuple(f"a close-up number {at} of a {{}}" for at in range(40))
    made = Prompts(templates, random_prompts(40, 7).rows)
    found = score_zero_shot(clusters(30, 7), made)
    assert max(map(len, as_text(found).splitlines())) <= 100
    assert ", ".join(map(repr, templates)) in as_json(found)
