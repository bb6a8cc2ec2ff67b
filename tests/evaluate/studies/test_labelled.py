"""A folder of labelled photos, embedded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosearch.data.photos import LABELS
from photosearch.errors import ShapeError, UsageError
from photosearch.evaluate.studies.labelled import embed_labelled, few_shot
from photosearch.testing import FakeEncoder
from tests.evaluate.studies.made import clusters, made_labelled, names_of, write_labels

TEST, TRAIN = names_of("test", 4), names_of("train", 6)


def test_the_tenth_that_is_held_out_is_judged_and_the_rest_is_for_training(tmp_path: Path) -> None:
    write_labels(tmp_path, dict.fromkeys(TEST, "red") | dict.fromkeys(TRAIN, "blue"))
    encoder = FakeEncoder()
    test, train = (embed_labelled(encoder, tmp_path, part) for part in ("test", "train"))
    assert (test.names, train.names) == (tuple(TEST), tuple(TRAIN))
    assert test.classes == train.classes == ("blue", "red")
    assert test.label.tolist() == [1] * 4
    np.testing.assert_array_equal(
        test.photos, encoder.encode_images([tmp_path / name for name in TEST])
    )


def test_only_the_photos_of_the_part_are_embedded(tmp_path: Path) -> None:
    write_labels(tmp_path, dict.fromkeys(TEST, "red") | dict.fromkeys(TRAIN, "blue"))
    encoder = FakeEncoder()
    embed_labelled(encoder, tmp_path)
    assert encoder.photos_encoded == len(TEST)


def test_labels_that_differ_in_case_or_white_space_are_one_class(tmp_path: Path) -> None:
    labels = ["Red", "red", "red", "blue"]
    write_labels(tmp_path, dict(zip(TEST, labels, strict=True)))
    lines = (tmp_path / LABELS).read_text().replace('"blue"', '" blue"')
    (tmp_path / LABELS).write_text(lines)
    found = embed_labelled(FakeEncoder(), tmp_path)
    assert found.classes == (" blue", "red")
    assert found.label.tolist() == [1, 1, 1, 0]
    told = "Classes with several spellings: 1, such as 'Red' and 'red'."
    assert told in found.protocol


def test_of_many_photos_as_many_are_drawn_as_asked_for_and_the_protocol_says_so(
    tmp_path: Path,
) -> None:
    write_labels(tmp_path, dict(zip(TEST, ["red", "blue"] * 2, strict=True)))
    one, two = (embed_labelled(FakeEncoder(), tmp_path, most=2) for _ in range(2))
    assert one.names == two.names
    assert len(one.names) == 2
    assert one.protocol[1] == "2 of them, drawn at random, count."


def test_a_folder_of_folders_is_searched_for_labels(tmp_path: Path) -> None:
    write_labels(tmp_path / "one", dict(zip(TEST, ["red", "blue"] * 2, strict=True)))
    assert len(embed_labelled(FakeEncoder(), tmp_path).names) == 4


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (dict.fromkeys(TEST, "red"), "got the classes \\['red'\\], expected two or more"),
        ({TRAIN[0]: "red", TRAIN[1]: "blue"}, "got none of 2 photos in the tenth"),
        ({}, "got none of 0 photos"),
    ],
)
def test_folders_that_cannot_be_judged_are_refused(
    tmp_path: Path, labels: dict[str, str], message: str
) -> None:
    write_labels(tmp_path, labels)
    with pytest.raises(UsageError, match=message):
        embed_labelled(FakeEncoder(), tmp_path)


def test_a_photo_that_comes_twice_and_a_label_of_white_space_are_refused(tmp_path: Path) -> None:
    write_labels(tmp_path, {TEST[0]: "red", TEST[1]: "blue"})
    lines = (tmp_path / LABELS).read_text()
    (tmp_path / LABELS).write_text(f"{lines}\n{lines.splitlines()[0]}")
    with pytest.raises(UsageError, match=f"{TEST[0]!r} comes twice"):
        embed_labelled(FakeEncoder(), tmp_path)
    (tmp_path / LABELS).write_text(lines.replace('"red"', '" "'))
    with pytest.raises(UsageError, match="white space alone"):
        embed_labelled(FakeEncoder(), tmp_path)


def test_a_part_that_there_is_not_and_no_photos_at_most_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="part: got 'all', expected one of test, train"):
        embed_labelled(FakeEncoder(), tmp_path, "all")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="most: got 0"):
        embed_labelled(FakeEncoder(), tmp_path, most=0)


def test_few_shots_are_as_many_photos_of_each_class_and_the_same_each_time() -> None:
    data = clusters(300, 5)
    one, two = few_shot(data, 4), few_shot(data, 4)
    assert one.counts().tolist() == [4] * 5
    assert one.names == two.names
    assert one.protocol[-1] == "Of each class 4 at most, 20 in all, count."
    for name, row in zip(one.names, one.photos, strict=True):
        np.testing.assert_array_equal(row, data.photos[data.names.index(name)])


def test_classes_with_fewer_photos_than_shots_keep_all_of_them() -> None:
    data = made_labelled(np.eye(3), [0, 0, 1], ["a", "b", "c"])
    assert few_shot(data, 9).counts().tolist() == [2, 1, 0]
    with pytest.raises(UsageError, match="shots: got 0"):
        few_shot(data, 0)


@pytest.mark.parametrize("label", [[0, 1], [0, 1, 3], [0, -1, 1]])
def test_labels_that_do_not_fit_are_refused(label: list[int]) -> None:
    with pytest.raises(ShapeError, match="labels"):
        made_labelled(np.eye(3), label, ["a", "b", "c"])
