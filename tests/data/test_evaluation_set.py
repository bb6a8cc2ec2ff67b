"""Samples of captioned photos: whose captions they are, how many, and of which split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from photosearch.data.evaluation_set import EvaluationSet, Sampling, read_evaluation_set
from photosearch.errors import UsageError

ALL = Sampling()


def write(directory: Path, lines: list[Any]) -> Path:
    directory.mkdir(exist_ok=True)
    for line in lines:
        if isinstance(line, dict) and str(line.get("image", "")).startswith("p"):
            (directory / line["image"]).write_bytes(b"")
    rows = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    (directory / "captions.jsonl").write_text("\n".join(rows) + "\n")
    return directory


def photos(count: int, captions: int = 3) -> list[dict[str, Any]]:
    return [
        {"image": f"p{i}.jpg", "captions": [f"photo {i}, {j}" for j in range(captions)]}
        for i in range(count)
    ]


def test_every_photo_and_caption_is_used_where_there_are_few(tmp_path: Path) -> None:
    data = read_evaluation_set(write(tmp_path, photos(4)), ALL)
    assert [path.name for path in data.photos] == ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg"]
    assert len(data.captions) == data.captions_available == 12
    assert belongs(data)


def belongs(data: EvaluationSet) -> bool:
    """Whether each caption names the photo that owns it."""
    names = [path.stem.removeprefix("p") for path in data.photos]
    owned = zip(data.captions, data.owners, strict=True)
    return all(caption.startswith(f"photo {names[owner]},") for caption, owner in owned)


def test_a_sample_keeps_captions_with_their_photos_and_says_how_much_there_was(
    tmp_path: Path,
) -> None:
    data = read_evaluation_set(write(tmp_path, photos(30)), Sampling(photos=10, captions=15))
    assert (len(data.photos), data.photos_available) == (10, 30)
    assert (len(data.captions), data.captions_available) == (15, 90)
    assert belongs(data)
    assert set(data.owners) == set(range(10))  # a first caption before any second


def test_the_seed_chooses_the_sample(tmp_path: Path) -> None:
    write(tmp_path, photos(30))
    first, again, other = (
        read_evaluation_set(tmp_path, Sampling(photos=10, captions=10, seed=seed))
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_only_the_dev_split_is_used_where_there_are_splits(tmp_path: Path) -> None:
    lines = [line | {"split": "dev" if i % 2 else "train"} for i, line in enumerate(photos(6))]
    data = read_evaluation_set(write(tmp_path, lines), ALL)
    assert [path.name for path in data.photos] == ["p1.jpg", "p3.jpg", "p5.jpg"]
    assert data.photos_available == 3


def test_one_photo_is_no_collection(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="got 1 photos, expected at least 2"):
        read_evaluation_set(write(tmp_path, photos(1)), ALL)
