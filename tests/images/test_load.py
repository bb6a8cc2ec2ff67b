"""load_photo: one reading of a file gives pixels, information and hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import ImageChanged, ImageError, ImageTooLarge, TruncatedImage
from photosearch.images import files
from photosearch.images.decode import open_image
from photosearch.images.load import load_photo
from photosearch.images.resize import prepare
from photosearch.manifest import ImageSpec

Encode = Callable[..., bytes]
SPEC = ImageSpec(size=32)


@pytest.fixture
def path(tmp_path: Path, textured: Image.Image, encode: Encode) -> Path:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = tmp_path / "photo.jpg"
    file.write_bytes(encode(textured, "JPEG", exif=exif))
    return file


def test_a_photo_is_loaded_whole(path: Path) -> None:
    loaded = load_photo(path, image=SPEC)
    assert loaded.content_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (loaded.size_bytes, loaded.mtime_ns) == (path.stat().st_size, path.stat().st_mtime_ns)
    assert (loaded.info.width, loaded.info.height) == (480, 640)
    np.testing.assert_array_equal(loaded.pixels, prepare(open_image(path, target=32), SPEC))


def test_a_reduced_decoding_hardly_changes_the_pixels(path: Path) -> None:
    got, full = load_photo(path, image=SPEC).pixels, prepare(open_image(path), SPEC)
    assert np.abs(got.astype(int) - full).mean() < 2


def test_a_file_that_grows_while_it_is_read_is_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grow(head: bytes) -> None:
        with path.open("ab") as stream:
            stream.write(b"more")

    monkeypatch.setattr(files, "known_format", grow)
    with pytest.raises(ImageChanged, match="changed while it was read"):
        load_photo(path, image=SPEC)


def test_a_file_touched_while_it_is_read_is_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "known_format", lambda _: os.utime(path, ns=(1, 1)))
    with pytest.raises(ImageChanged):
        load_photo(path, image=SPEC)


def test_an_oversized_file_is_refused_unread(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 100)
    with pytest.raises(ImageTooLarge, match="file too large"):
        load_photo(path, image=SPEC)


def test_a_failing_disk_is_an_image_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files, "_check", fail)
    with pytest.raises(ImageError, match="cannot be read: input/output error"):
        load_photo(path, image=SPEC)


def test_an_impossible_path_is_an_image_error() -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        load_photo(Path("nul\0byte.jpg"), image=SPEC)


def test_an_error_names_its_photo_in_a_note(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(TruncatedImage) as caught:
        load_photo(path, image=SPEC)
    assert caught.value.__notes__ == [f"photo: {path}"]


def test_many_threads_give_what_one_gives(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: load_photo(path, image=SPEC).pixels, range(12)))
    assert all((pixels == loaded[0]).all() for pixels in loaded)
