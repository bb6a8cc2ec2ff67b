"""A small data folder of drawn photos, and the encoder that knows their colours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from photosearch.data.photos import is_held_out
from photosearch.testing import draw_photo

COLORS = ("red", "blue", "green")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three captioned photos, and six in each folder of labelled ones, half of them held out."""
    folder = tmp_path / "data"
    captions = [{"captions": [f"{color}", f"so {color}"], "split": "dev"} for color in COLORS]
    _write(folder / "flickr8k", "captions.jsonl", captions, [f"{c}.png" for c in COLORS])
    for name, source in (("labelled", "drawings"), ("labelled_more", "words_a")):
        files = [_file(color, held=held) for color in COLORS for held in (True, False)]
        rows = [{"set": source, "label": file.split("-")[0], "captions": []} for file in files]
        _write(folder / name, "labels.jsonl", rows, files)
    return folder


def add_whole_set(data: Path, labels: tuple[str, ...]) -> None:
    """Photos of a set that no training takes, of those names."""
    file = data / "labelled_more" / "labels.jsonl"
    rows = [
        {"image": f"{color}-square.png", "set": "words_f", "label": label, "captions": []}
        for color, label in zip(COLORS, labels, strict=False)
    ]
    for row, color in zip(rows, COLORS, strict=False):
        draw_photo(f"{color} square on white").save(file.with_name(str(row["image"])))
    with file.open("a", encoding="utf-8") as stream:
        stream.writelines(f"{json.dumps(row)}\n" for row in rows)


def _file(color: str, *, held: bool) -> str:
    """A file name that is, or is not, of the validation tenth."""
    names = (f"{color}-{number}.png" for number in range(1000))
    return next(name for name in names if is_held_out(name) == held)


def _write(
    folder: Path, name: str, rows: Sequence[Mapping[str, object]], files: Sequence[str]
) -> None:
    folder.mkdir(parents=True)
    for file in files:
        draw_photo(f"{file.split('-')[0].removesuffix('.png')} disc on white").save(folder / file)
    lines = (json.dumps({**row, "image": file}) for row, file in zip(rows, files, strict=True))
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
