"""Pictures and texts come in batches, in their order, and what is none is refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photosearch.encoder import Floats
from photosearch.errors import EmptyImage, ShapeError, UsageError
from photosearch.manifest import ImageSpec
from photosearch.models import batches as module
from photosearch.models.batches import AHEAD, TEXTS, check_texts, encode_in_batches, pixel_batches
from photosearch.testing import FakeEncoder

SPEC = ImageSpec(size=8)


def shades(count: int) -> list[Image.Image]:
    """Pictures that can be told apart by their shade."""
    return [Image.new("RGB", (16, 16), (i, i, i)) for i in range(count)]


def test_batches_come_in_order_and_the_last_is_what_is_left() -> None:
    parts = list(pixel_batches(shades(11), SPEC, size=4))
    assert [len(part) for part in parts] == [4, 4, 3]
    assert np.concatenate(parts)[:, 0, 0, 0].tolist() == list(range(11))


def test_no_photos_make_no_batches() -> None:
    assert list(pixel_batches([], SPEC, size=4)) == []


def test_little_is_decoded_before_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    original = module.read

    def counting(image: Image.Image, spec: ImageSpec) -> object:
        started.append(1)
        return original(image, spec)

    monkeypatch.setattr(module, "read", counting)
    stream = pixel_batches(shades(100), SPEC, size=4)
    next(stream)
    time.sleep(0.05)
    assert len(started) <= AHEAD * 4
    next(stream)
    assert len(started) <= (AHEAD + 1) * 4


def test_decoding_runs_while_the_model_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next batch is ready although nobody has asked for it yet."""
    done = threading.Semaphore(0)
    original = module.read

    def signalling(image: Image.Image, spec: ImageSpec) -> object:
        result = original(image, spec)
        done.release()
        return result

    monkeypatch.setattr(module, "read", signalling)
    stream = pixel_batches(shades(8), SPEC, size=4)
    next(stream)
    assert all(done.acquire(timeout=10) for _ in range(8))


def test_an_error_comes_when_its_photo_is_due(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    stream: Iterator[object] = pixel_batches(
        [*shades(4), tmp_path / "empty.jpg", *shades(40)], SPEC, size=4
    )
    next(stream)
    with pytest.raises(EmptyImage):
        next(stream)


def test_a_stream_left_early_leaves_no_thread_behind() -> None:
    stream = pixel_batches(shades(50), SPEC, size=4)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert not [t for t in threading.enumerate() if t.name.startswith("decode")]


def test_arrays_are_the_pictures_that_they_hold() -> None:
    drawn = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    given: list[Any] = [
        drawn,
        drawn[:, ::-1][:, ::-1],
        np.asfortranarray(drawn),
        Image.fromarray(drawn),
    ]
    (part,) = pixel_batches(given, SPEC, size=4)
    assert all(np.array_equal(each, part[0]) for each in part)
    (stacked,) = pixel_batches(np.stack([drawn, drawn]), SPEC, size=4)  # type: ignore[arg-type]
    assert np.array_equal(stacked, part[:2])


@pytest.mark.parametrize(
    ("array", "got", "remedy"),
    [
        (np.zeros((4, 5)), "float64 [4, 5]", "np.stack"),
        (np.zeros((4, 5), np.uint8), "uint8 [4, 5]", "np.stack"),
        (np.zeros((4, 5, 1), np.uint8), "uint8 [4, 5, 1]", "np.repeat"),
        (np.zeros((4, 5, 4), np.uint8), "uint8 [4, 5, 4]", "x[..., :3]"),
        (np.zeros((3, 4, 5), np.uint8), "uint8 [3, 4, 5]", "transpose(1, 2, 0)"),
        (np.zeros((4, 5, 3), np.float32), "float32 [4, 5, 3]", "* 255"),
        (np.zeros((4, 5, 3), np.int64), "int64 [4, 5, 3]", ""),
        (np.zeros((0, 5, 3), np.uint8), "uint8 [0, 5, 3]", ""),
    ],
)
def test_another_array_says_what_to_do(array: Any, got: str, remedy: str) -> None:
    with pytest.raises(ShapeError) as raised:
        list(pixel_batches([array], SPEC, size=4))
    assert str(raised.value).startswith(f"image: got {got}, expected RGB, uint8 [H, W, 3]")
    assert remedy in str(raised.value)


@pytest.mark.parametrize(
    "images", [np.zeros((4, 5, 3), np.uint8), Image.new("RGB", (4, 4)), "a.jpg", iter([])]
)
def test_one_picture_without_a_list_is_refused(images: Any) -> None:
    with pytest.raises((ShapeError, UsageError), match="images: got"):
        list(pixel_batches(images, SPEC, size=4))


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
def test_a_picture_without_pixels_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ShapeError, match=f"got a picture of {size[0]} x {size[1]} pixels"):
        list(pixel_batches([Image.new("RGB", size)], SPEC, size=4))


@pytest.mark.parametrize("given", [b"", bytearray(b"x"), memoryview(b"xy")])
def test_bytes_are_no_list_of_pictures(given: Any) -> None:
    with pytest.raises(UsageError, match=f"got {type(given).__name__}, expected a list"):
        list(pixel_batches(given, SPEC, size=4))


def test_the_order_is_kept_and_like_lengths_go_together() -> None:
    spread: list[int] = []

    def lengths(texts: Sequence[str]) -> Floats:
        spread.append(len(texts[-1]) - len(texts[0]))
        return np.array([[len(text)] for text in texts], np.float32)

    texts = ["x" * (i * 7 % 100) for i in range(3 * TEXTS)]
    assert encode_in_batches(texts, lengths, dim=1)[:, 0].tolist() == [len(text) for text in texts]
    assert max(spread) <= 40


def test_a_lone_string_is_refused() -> None:
    with pytest.raises(UsageError, match="got the string 'dog'"):
        check_texts("dog")


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (None, "got NoneType"),
        (5, "got int"),
        (b"x", "got bytes"),
        ([3], "got int at place 0"),
        (["a", None], "got NoneType at place 1"),
        ([b"x"], "got bytes at place 0"),
        (np.zeros(3, np.float32), r"got an array float32 \[3\]"),
        (np.array("dog"), r"got an array <U3 \[\]"),
    ],
)
def test_what_is_no_list_of_strings_is_named(given: Any, got: str) -> None:
    with pytest.raises(UsageError, match=f"texts: {got}, expected a list of strings"):
        FakeEncoder().encode_texts(given)


def test_texts_may_come_one_by_one() -> None:
    assert check_texts(text for text in ["a", "b"]) == ["a", "b"]
