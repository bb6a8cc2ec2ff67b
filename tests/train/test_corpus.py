"""The data folder as photos in one numbering, and what draws from it."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from photosearch.errors import UsageError
from photosearch.text.wordpiece import WordPiece
from photosearch.train.corpus import (
    BACKBONE_FILE,
    Corpus,
    caption_sampler,
    class_sampler,
    clip_teacher,
    label_sampler,
    read_corpus,
)
from photosearch.train.texts import TextBank
from tests.train.data_folder import CLASSES, DEV, DRAWINGS, TINY, write_data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def corpus(data: Path) -> Corpus:
    return read_corpus(data)


@pytest.fixture
def bank() -> TextBank:
    letters = [*string.ascii_lowercase, *(f"##{letter}" for letter in string.ascii_lowercase)]
    return TextBank(WordPiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters], context=16))


def test_captioned_photos_are_numbered_first(corpus: Corpus) -> None:
    names = [path.name for path in corpus.paths]
    assert names[: len(DRAWINGS)] == [f"c{number}.png" for number in range(len(DRAWINGS))]
    assert all(path.is_file() for path in corpus.paths)


def test_the_dev_split_is_never_trained_on(corpus: Corpus) -> None:
    assert corpus.training_captioned() == list(range(DEV, len(DRAWINGS)))


def test_the_validation_tenth_is_never_trained_on(corpus: Corpus) -> None:
    chosen = corpus.training_labelled()
    assert chosen
    assert not any(corpus.labelled[number].held_out for number in chosen)


def test_a_captioned_photo_keeps_its_own_sentences(corpus: Corpus, bank: TextBank) -> None:
    sampler = caption_sampler(corpus, bank, TINY)
    texts = list(bank.numbers)
    assert [texts[number] for number in sampler.captions[7]] == list(corpus.captioned[7].captions)


def test_labelled_photos_of_one_name_share_a_label(corpus: Corpus, bank: TextBank) -> None:
    sampler = label_sampler(corpus, bank, TINY)
    names = [corpus.labelled[number].label for number in corpus.training_labelled()]
    same = np.array(names)[:, None] == np.array(names)[None, :]
    assert np.array_equal(sampler.labels[:, None] == sampler.labels[None, :], same)


def test_labelled_photos_are_numbered_after_the_captioned(corpus: Corpus, bank: TextBank) -> None:
    sampler = label_sampler(corpus, bank, TINY)
    found = [corpus.paths[number] for number in sampler.photos]
    assert found == [corpus.labelled[number].path for number in corpus.training_labelled()]


def test_a_labelled_photo_is_asked_for_by_name_and_by_style(corpus: Corpus, bank: TextBank) -> None:
    sampler = label_sampler(corpus, bank, TINY)
    texts, label = list(bank.numbers), corpus.labelled[corpus.training_labelled()[0]].label
    named, styled = sampler.sentences[0]  # it has no captions of its own
    assert label in [texts[number] for number in named]
    assert f"a cartoon {label}" in [texts[number] for number in styled]


def test_every_class_but_the_background_is_asked_for(data: Path, bank: TextBank) -> None:
    classes, sampler = class_sampler(data, load_file(data / BACKBONE_FILE), bank, TINY)
    assert len(classes.weight) == len(sampler.sentences) == len(CLASSES)


def test_clip_speaks_of_training_photos_only(data: Path, corpus: Corpus, bank: TextBank) -> None:
    teacher, categories = clip_teacher(data, corpus, bank, TINY)
    assert sorted(teacher.photos) == corpus.training_captioned()
    assert len(teacher.categories) == len(categories.sentences)


def test_clip_speaks_of_the_photo_with_the_same_stem(
    data: Path, corpus: Corpus, bank: TextBank
) -> None:
    teacher, _ = clip_teacher(data, corpus, bank, TINY)
    assert all(f"c{row}" == corpus.paths[photo].stem for photo, row in teacher.photos.items())
    torch.testing.assert_close(teacher.images.norm(dim=1), torch.ones(len(DRAWINGS)))


def test_a_folder_without_data_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="captions"):
        read_corpus(tmp_path)


def test_a_captioned_photo_without_a_split_is_a_usage_error(tmp_path: Path) -> None:
    for name, line in (
        ("flickr8k/captions", {"image": "a.png", "captions": ["a dog"]}),
        ("labelled/labels", {"image": "a.png", "set": "x", "label": "dog", "captions": []}),
    ):
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir()
        (path.parent / "a.png").touch()
        path.write_text(json.dumps(line), encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.png: got no split, expected train, dev or extra"):
        read_corpus(tmp_path)
