"""Decoding ahead of the model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import EmptyImage
from photosearch.manifest import ImageSpec
from photosearch.models import pixels
from photosearch.models.pixels import AHEAD, batches

SPEC = ImageSpec(size=8)


def shades(count: int) -> list[Image.Image]:
    """Pictures that can be told apart by their shade."""
    return [Image.new("RGB", (16, 16), (i, i, i)) for i in range(count)]


def test_batches_come_in_order_and_the_last_is_what_is_left() -> None:
    parts = list(batches(shades(11), SPEC, size=4))
    assert [len(part) for part in parts] == [4, 4, 3]
    assert np.concatenate(parts)[:, 0, 0, 0].tolist() == list(range(11))


def test_no_photos_make_no_batches() -> None:
    assert list(batches([], SPEC, size=4)) == []


def test_little_is_decoded_before_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    original = pixels.read

    def counting(image: Image.Image, spec: ImageSpec) -> object:
        started.append(1)
        return original(image, spec)

    monkeypatch.setattr(pixels, "read", counting)
    stream = batches(shades(100), SPEC, size=4)
    next(stream)
    time.sleep(0.05)
    assert len(started) <= AHEAD * 4
    next(stream)
    assert len(started) <= (AHEAD + 1) * 4


def test_decoding_runs_while_the_model_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next batch is ready although nobody has asked for it yet."""
    done = threading.Semaphore(0)
    original = pixels.read

    def signalling(image: Image.Image, spec: ImageSpec) -> object:
        result = original(image, spec)
        done.release()
        return result

    monkeypatch.setattr(pixels, "read", signalling)
    stream = batches(shades(8), SPEC, size=4)
    next(stream)
    assert all(done.acquire(timeout=10) for _ in range(8))


def test_an_error_comes_when_its_photo_is_due(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    stream: Iterator[object] = batches(
        [*shades(4), tmp_path / "empty.jpg", *shades(40)], SPEC, size=4
    )
    next(stream)
    with pytest.raises(EmptyImage):
        next(stream)


def test_a_stream_left_early_leaves_no_thread_behind() -> None:
    stream = batches(shades(50), SPEC, size=4)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert not [t for t in threading.enumerate() if t.name.startswith("decode")]
