"""Reading a file, and what threads that read photos may hold in memory together."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import (
    ImageChanged,
    ImageError,
    ImageTooLarge,
    TruncatedImage,
    UnsupportedImage,
)
from photosearch.images import files, load
from photosearch.images.files import Budget
from photosearch.images.load import load_photo, open_image
from photosearch.manifest import ImageSpec

Encode = Callable[..., bytes]
SPEC = ImageSpec(size=32)
WAIT_S = 10.0  # for what comes at once, unless it never comes


class Ledger:
    """Counts what is held at once, and the most that ever was."""

    def __init__(self) -> None:
        self.lock, self.held, self.most, self.users = threading.Lock(), 0, 0, 0

    def use(self, amount: int) -> None:
        with self.lock:
            self.held, self.users = self.held + amount, self.users + 1
            self.most = max(self.most, self.held)

    def end(self, amount: int) -> None:
        with self.lock:
            self.held, self.users = self.held - amount, self.users - 1


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def is_free(budget: Budget, amount: int) -> bool:
    """Whether somebody can still come in who wants that much."""

    def enter() -> None:
        with budget.room(amount):
            entered.set()

    entered = threading.Event()
    threading.Thread(target=enter, daemon=True).start()
    return entered.wait(WAIT_S)


def test_together_they_never_hold_more_than_the_budget(threads: ThreadPoolExecutor) -> None:
    budget, ledger, numbers = Budget(100), Ledger(), random.Random(0)

    def use(amount: int) -> None:
        with budget.room(amount):
            ledger.use(amount)
            time.sleep(0)  # lets the others run
            ledger.end(amount)

    list(threads.map(use, [numbers.randint(0, 100) for _ in range(2000)]))
    assert 50 < ledger.most <= 100
    assert is_free(budget, 100)


def test_several_that_fit_are_in_at_once(threads: ThreadPoolExecutor) -> None:
    budget, together = Budget(8), threading.Barrier(8)

    def meet(_: int) -> None:
        with budget.room(1):
            together.wait(WAIT_S)

    list(threads.map(meet, range(8)))


def test_what_is_larger_than_the_budget_is_in_alone(threads: ThreadPoolExecutor) -> None:
    budget, ledger = Budget(100), Ledger()

    def use(amount: int) -> int:
        with budget.room(amount):
            ledger.use(amount)
            users = ledger.users
            time.sleep(0)
            ledger.end(amount)
        return users

    amounts = [1, 1000, 2, 101, 3, 500] * 50
    seen = list(threads.map(use, amounts))
    assert {users for users, amount in zip(seen, amounts, strict=True) if amount > 100} == {1}


def test_a_large_one_is_not_passed_by_small_ones_that_come_later() -> None:
    budget, order = Budget(2), []

    def use(amount: int) -> None:
        with budget.room(amount):
            order.append(amount)

    large, small = (threading.Thread(target=use, args=(amount,)) for amount in (2, 1))
    with budget.room(1):
        large.start()
        while not budget._door.locked():  # it waits for the one above
            time.sleep(0)
        small.start()
        small.join(0.05)
        assert order == []
    large.join(WAIT_S)
    small.join(WAIT_S)
    assert order == [2, 1]


def test_an_error_gives_the_room_back() -> None:
    budget = Budget(10)
    with pytest.raises(KeyError), budget.room(10):
        raise KeyError
    assert is_free(budget, 10)


@pytest.fixture
def small_budgets(monkeypatch: pytest.MonkeyPatch) -> tuple[Budget, Budget]:
    """Of bytes and of pixels."""
    held = Budget(2_000_000), Budget(640 * 480 + 1)
    monkeypatch.setattr(files, "FILES", held[0])
    monkeypatch.setattr(load, "PICTURES", held[1])
    return held


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pixels that photos ask for."""
    amounts: list[int] = []

    class Asked(Budget):
        def room(self, amount: int):  # type: ignore[no-untyped-def]
            amounts.append(amount)
            return super().room(amount)

    monkeypatch.setattr(load, "PICTURES", Asked(1))
    return amounts


@pytest.mark.parametrize(
    ("kind", "options", "pixels"),
    [
        ("PNG", {}, 640 * 480),
        ("WEBP", {}, 640 * 480),
        ("JPEG", {}, 80 * 60),  # reduced 8 times: both sides stay above 32
        ("JPEG", {"progressive": True}, 640 * 480),
    ],
)
def test_a_photo_asks_for_what_decoding_it_holds(
    kind: str,
    options: dict[str, bool],
    pixels: int,
    asked: list[int],
    textured: Image.Image,
    encode: Encode,
    tmp_path: Path,
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(encode(textured, kind, **options))
    load_photo(path, image=SPEC)
    assert asked == [pixels]


def test_photos_of_many_threads_keep_within_it(
    small_budgets: tuple[Budget, Budget],
    monkeypatch: pytest.MonkeyPatch,
    threads: ThreadPoolExecutor,
    textured: Image.Image,
    encode: Encode,
    tmp_path: Path,
) -> None:
    """One at a time here; what they give is in order and what each alone gives."""
    ledger, original = Ledger(), load.upright

    def counted(image: Image.Image) -> Image.Image:
        ledger.use(1)
        time.sleep(0.001)
        ledger.end(1)
        return original(image)

    paths = [tmp_path / f"{number}.png" for number in range(12)]
    for number, path in enumerate(paths):
        path.write_bytes(encode(textured.rotate(30 * number), "PNG"))
    alone = [load_photo(path, image=SPEC).pixels for path in paths]
    monkeypatch.setattr(load, "upright", counted)
    together = list(threads.map(lambda path: load_photo(path, image=SPEC).pixels, paths))
    np.testing.assert_array_equal(together, alone)
    assert ledger.most == 1


@pytest.mark.parametrize("kept", [0, 20, 3000, 100_000])
def test_a_photo_that_cannot_be_read_gives_its_room_back(
    kept: int,
    small_budgets: tuple[Budget, Budget],
    textured: Image.Image,
    encode: Encode,
    tmp_path: Path,
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(encode(textured, "PNG")[:kept])
    for _ in range(3):
        with pytest.raises(ImageError):
            load_photo(path, image=SPEC)
    assert all(is_free(budget, 2_000_000) for budget in small_budgets)


def test_messages_leave_the_path_to_a_note(tmp_path: Path) -> None:
    path = tmp_path / "secret.jpg"
    path.write_bytes(b"nothing")
    with pytest.raises(UnsupportedImage) as caught:
        open_image(path)
    assert "secret" not in str(caught.value)
    assert "secret.jpg" in caught.value.__notes__[0]


def test_a_missing_file_is_an_image_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        open_image(tmp_path / "gone.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this platform")
def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnsupportedImage, match="not a regular file"):
        open_image(tmp_path / "pipe.jpg")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="not a regular file|cannot be read"):
        open_image(tmp_path)


def test_a_file_that_grows_while_it_is_read_is_an_error(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grow(head: bytes) -> None:
        with file.open("ab") as stream:
            stream.write(b"more")

    monkeypatch.setattr(files, "known_format", grow)
    with pytest.raises(ImageChanged, match="changed while it was read"):
        load_photo(file, image=SPEC)


def test_a_file_touched_while_it_is_read_is_an_error(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "known_format", lambda _: os.utime(file, ns=(1, 1)))
    with pytest.raises(ImageChanged):
        load_photo(file, image=SPEC)


def test_an_oversized_file_is_refused_unread(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 100)
    with pytest.raises(ImageTooLarge, match="file too large"):
        load_photo(file, image=SPEC)


def test_a_failing_disk_is_an_image_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files, "_check", fail)
    with pytest.raises(ImageError, match="cannot be read: input/output error"):
        load_photo(file, image=SPEC)


def test_an_impossible_path_is_an_image_error() -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        load_photo(Path("nul\0byte.jpg"), image=SPEC)


def test_an_error_names_its_photo_in_a_note(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(TruncatedImage) as caught:
        load_photo(file, image=SPEC)
    assert caught.value.__notes__ == [f"photo: {file}"]
