"""The data folder as photos in one numbering, and what draws from it."""

from __future__ import annotations

import json
import shutil
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from photosearch.data.photos import LEFT_OUT, is_held_out
from photosearch.errors import UsageError
from photosearch.text.wordpiece import WordPiece
from photosearch.train.corpus import (
    CLASSES_FILE,
    CLIP_CATEGORIES,
    CLIP_PHOTOS,
    MOBILENET_FILE,
    SENTENCES,
    Corpus,
    absent,
    caption_sampler,
    class_sampler,
    clip_teacher,
    label_sampler,
    names_of,
    read_corpus,
    sentence_sampler,
)
from photosearch.train.samplers import CategorySampler, LabelSampler
from photosearch.train.teacher import ClipTeacher
from photosearch.train.texts import TextBank
from tests.train.data_folder import CLASSES, DEV, DRAWINGS, write_data
from tests.train.tiny import CONFIG


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


def labels_of(corpus: Corpus, bank: TextBank) -> LabelSampler:
    count = len(names_of(corpus))
    sampler = label_sampler(corpus, bank, CONFIG, np.eye(count, dtype=np.bool_))
    assert sampler is not None
    return sampler


def clip_of(data: Path, corpus: Corpus, bank: TextBank) -> tuple[ClipTeacher, CategorySampler]:
    found = clip_teacher(data, corpus, bank, CONFIG)
    assert found is not None
    return found


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
    sampler = caption_sampler(corpus, bank, CONFIG)
    assert sampler is not None
    texts = list(bank.numbers)
    assert [texts[number] for number in sampler.captions[7]] == list(corpus.captioned[7].captions)


def test_labelled_photos_of_one_name_share_a_label(corpus: Corpus, bank: TextBank) -> None:
    sampler = labels_of(corpus, bank)
    names = [corpus.labelled[number].label for number in corpus.training_labelled()]
    same = np.array(names)[:, None] == np.array(names)[None, :]
    assert np.array_equal(sampler.labels[:, None] == sampler.labels[None, :], same)


def test_labelled_photos_are_numbered_after_the_captioned(corpus: Corpus, bank: TextBank) -> None:
    sampler = labels_of(corpus, bank)
    found = [corpus.paths[number] for number in sampler.photos]
    assert found == [corpus.labelled[number].path for number in corpus.training_labelled()]


def test_a_labelled_photo_is_asked_for_by_name_and_by_style(corpus: Corpus, bank: TextBank) -> None:
    sampler = labels_of(corpus, bank)
    texts, label = list(bank.numbers), corpus.labelled[corpus.training_labelled()[0]].label
    named, styled = sampler.sentences[0]  # it has no captions of its own
    assert label in [texts[number] for number in named]
    assert f"a cartoon {label}" in [texts[number] for number in styled]


def test_every_class_but_the_background_is_asked_for(data: Path, bank: TextBank) -> None:
    sampler = class_sampler(data, bank, CONFIG, classes=len(CLASSES))
    assert sampler is not None
    assert len(sampler.sentences) == len(CLASSES)


def test_sentences_without_photos_are_the_lines_of_text_files(data: Path, bank: TextBank) -> None:
    sampler = sentence_sampler(data, bank, CONFIG)
    assert sampler is not None
    told = [bank.texts[number] for number in sampler.sentences]
    assert told == [f"a {drawing} on a wall" for drawing in DRAWINGS[::3]]


def test_a_file_of_sentences_that_is_no_text_is_a_usage_error(
    tmp_path: Path, bank: TextBank
) -> None:
    (tmp_path / SENTENCES).mkdir()
    (tmp_path / SENTENCES / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"a\.txt: expected text in UTF-8"):
        sentence_sampler(tmp_path, bank, CONFIG)


def test_clip_speaks_of_training_photos_only(data: Path, corpus: Corpus, bank: TextBank) -> None:
    teacher, categories = clip_of(data, corpus, bank)
    assert sorted(teacher.photos) == corpus.training_captioned()
    assert len(teacher.categories) == len(categories.sentences)


def test_clip_speaks_of_the_photo_with_the_same_stem(
    data: Path, corpus: Corpus, bank: TextBank
) -> None:
    teacher, _ = clip_of(data, corpus, bank)
    assert all(f"c{row}" == corpus.paths[photo].stem for photo, row in teacher.photos.items())
    torch.testing.assert_close(teacher.images.norm(dim=1), torch.ones(len(DRAWINGS)))


def test_a_folder_without_data_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="captions"):
        read_corpus(tmp_path)


def test_of_captioned_photos_without_a_split_a_tenth_is_held_out(tmp_path: Path) -> None:
    names = [f"{number}.png" for number in range(60)]
    for name in names:
        (tmp_path / name).touch()
    lines = [json.dumps({"image": name, "captions": ["a dog"]}) for name in names]
    (tmp_path / "captions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    trained = read_corpus(tmp_path).training_captioned()
    assert trained == [number for number, name in enumerate(names) if not is_held_out(name)]
    assert 45 < len(trained) < 60


@pytest.mark.parametrize("damage", [b"", b"PK no archive", b"\x93NUMPY"])
def test_a_damaged_file_of_clip_is_a_usage_error(
    data: Path, tmp_path: Path, bank: TextBank, damage: bytes
) -> None:
    folder = shutil.copytree(data, tmp_path / "data")
    (folder / CLIP_PHOTOS).write_bytes(damage)
    with pytest.raises(UsageError, match=r"npz: expected names \[N\] and finite embeddings"):
        clip_of(folder, read_corpus(folder), bank)


@pytest.mark.parametrize(
    "arrays",
    [
        {"names": ["c1.jpg"], "embeddings": np.ones((2, 16))},
        {"names": ["c1.jpg"], "embeddings": np.ones(1)},
        {"names": ["c1.jpg"], "embeddings": np.full((1, 16), np.nan)},
        {"names": ["c1.jpg"]},
        {"names": ["c1.jpg"], "embeddings": np.ones((1, 8))},  # the categories are 16 wide
    ],
)
def test_embeddings_of_clip_that_do_not_fit_are_a_usage_error(
    data: Path, tmp_path: Path, bank: TextBank, arrays: dict[str, Any]
) -> None:
    folder = shutil.copytree(data, tmp_path / "data")
    np.savez(folder / CLIP_PHOTOS, **arrays)
    with pytest.raises(UsageError, match="npz: "):
        clip_of(folder, read_corpus(folder), bank)


def test_more_classes_than_the_published_ones_are_a_usage_error(data: Path, bank: TextBank) -> None:
    with pytest.raises(UsageError, match="got 4 classes behind the first line, expected at most"):
        class_sampler(data, bank, CONFIG, classes=3)


ABSENT = {
    "flickr8k": {"photos with captions"},
    "labelled": {"photos with names"},
    str(CLASSES_FILE): {f"{CLASSES_FILE} (names of classes)"},
    str(CLIP_CATEGORIES): {"clip_vitb32 (CLIP as a teacher)"},
    str(SENTENCES): {"captions (sentences without photos)"},
}


@pytest.mark.parametrize("part", ABSENT)
def test_what_a_folder_lacks_is_told(data: Path, tmp_path: Path, part: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    (folder / MOBILENET_FILE).touch()
    assert absent(folder, read_corpus(folder)) == ()
    path = folder / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert set(absent(folder, read_corpus(folder))) == ABSENT[part]


def test_sets_that_are_left_out_are_never_trained_on(tmp_path: Path) -> None:
    rows = []
    for number, name in enumerate(("drawings", *LEFT_OUT)):
        (tmp_path / f"x{number}.png").touch()
        rows.append({"image": f"x{number}.png", "set": name, "label": name, "captions": []})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "labels.jsonl").write_text(lines, encoding="utf-8")
    assert names_of(read_corpus(tmp_path)) == ["drawings"]
