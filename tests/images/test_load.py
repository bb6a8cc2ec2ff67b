"""Loading photos: every format and orientation, limits, typed errors, and one reading of a file."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import (
    ImageTooLarge,
)
from photosearch.images.load import load_photo, open_image, upright
from photosearch.images.resize import model_pixels
from photosearch.manifest import ImageSpec

Encode = Callable[..., bytes]
SPEC = ImageSpec(size=32)
FORMATS = ("AVIF", "BMP", "GIF", "HEIF", "JPEG", "PNG", "TIFF", "WEBP")
ORIENTED = ("AVIF", "HEIF", "JPEG", "PNG", "TIFF", "WEBP")
T = Image.Transpose
# how a camera stores an upright picture that it labels 1 ... 8 (EXIF 3.0, tag 274)
STORED = {
    1: None,
    2: T.FLIP_LEFT_RIGHT,
    3: T.ROTATE_180,
    4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE,
    6: T.ROTATE_90,
    7: T.TRANSVERSE,
    8: T.ROTATE_270,
}


def difference(got: Image.Image, expected: Image.Image) -> float:
    """Mean absolute difference, 0 to 255."""
    assert (got.mode, got.size) == ("RGB", expected.size)
    return float(np.abs(np.asarray(got, float) - np.asarray(expected, float)).mean())


def oriented(photo: Image.Image, number: int, name: str, encode: Encode) -> bytes:
    turn = STORED[number]
    stored = photo if turn is None else photo.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = number
    return encode(stored, name, exif=exif.tobytes() if name == "HEIF" else exif)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_opens_as_rgb(name: str, photo: Image.Image, encode: Encode) -> None:
    assert difference(open_image(encode(photo, name)), photo) < 8


@pytest.mark.parametrize("name", ORIENTED)
@pytest.mark.parametrize("number", STORED)
def test_every_orientation_comes_out_upright(
    name: str, number: int, photo: Image.Image, encode: Encode
) -> None:
    assert difference(open_image(oriented(photo, number, name, encode)), photo) < 8


def test_orientation_is_not_applied_twice(photo: Image.Image, encode: Encode) -> None:
    once = open_image(oriented(photo, 6, "JPEG", encode))
    assert difference(upright(once), once) == 0


def test_upright_leaves_the_picture_it_is_given_alone(photo: Image.Image, encode: Encode) -> None:
    with Image.open(io.BytesIO(oriented(photo, 6, "JPEG", encode))) as given:
        assert difference(upright(given), photo) < 8
        assert given.size == (64, 96)
        assert "exif" in given.info


def test_an_orientation_out_of_range_is_ignored(photo: Image.Image, encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = 9
    assert difference(open_image(encode(photo, "PNG", exif=exif)), photo) == 0


@pytest.mark.parametrize("name", ["GIF", "PNG", "TIFF", "WEBP"])
def test_the_first_frame_is_taken(name: str, photo: Image.Image, encode: Encode) -> None:
    black = Image.new("RGB", photo.size)
    data = encode(photo, name, save_all=True, append_images=[black, black])
    assert difference(open_image(data), photo) < 8


def test_the_first_picture_of_an_mpo_is_taken(photo: Image.Image, encode: Encode) -> None:
    data = encode(photo, "MPO", save_all=True, append_images=[Image.new("RGB", photo.size)])
    assert difference(open_image(data), photo) < 8


def test_bytes_after_the_end_of_a_jpeg_do_no_harm(photo: Image.Image, encode: Encode) -> None:
    data = encode(photo, "JPEG")  # a motion photo has a film there
    assert difference(open_image(data + b"\0\0\0\x18ftypmp42" * 100), open_image(data)) == 0


def test_the_name_of_a_file_does_not_matter(
    tmp_path: Path, photo: Image.Image, encode: Encode
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(photo, "PNG"))
    assert difference(open_image(path), photo) == 0


@pytest.mark.parametrize(("target", "size"), [(None, (640, 480)), (300, (640, 480)),
                                              (240, (320, 240)), (100, (160, 120))])  # fmt: skip
def test_a_jpeg_is_decoded_no_larger_than_needed(
    target: int | None, size: tuple[int, int], textured: Image.Image, encode: Encode
) -> None:
    assert open_image(encode(textured, "JPEG"), target=target).size == size


def test_more_pixels_than_the_limit_are_refused_before_decoding(
    photo: Image.Image, encode: Encode
) -> None:
    header_only = encode(photo, "JPEG")[:-500]  # decoding this would say that it is truncated
    with pytest.raises(ImageTooLarge, match="got 96 x 64 pixels, the limit is"):
        open_image(header_only, max_pixels=6000)


@pytest.mark.parametrize("name", ["BMP", "HEIF", "JPEG", "PNG"])
def test_pillows_own_limit_neither_warns_nor_stops(
    name: str, photo: Image.Image, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(photo, name)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 600)  # a tenth of the picture
    assert open_image(data).size == photo.size


def test_a_tiff_beyond_pillows_limit_is_a_typed_error(
    photo: Image.Image, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(photo, "TIFF")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(ImageTooLarge, match="TIFF too large"):
        open_image(data)


def test_a_png_bomb_is_refused(encode: Encode) -> None:
    data = bytearray(encode(Image.new("L", (8, 8)), "PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    with pytest.raises(ImageTooLarge, match="60000 x 60000"):
        open_image(bytes(data))


def test_a_photo_is_loaded_whole(file: Path) -> None:
    loaded = load_photo(file, image=SPEC)
    assert loaded.content_hash == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (loaded.size_bytes, loaded.mtime_ns) == (file.stat().st_size, file.stat().st_mtime_ns)
    assert (loaded.info.width, loaded.info.height) == (480, 640)
    np.testing.assert_array_equal(loaded.pixels, model_pixels(open_image(file, target=32), SPEC))


def test_a_reduced_decoding_hardly_changes_the_pixels(file: Path) -> None:
    got, full = load_photo(file, image=SPEC).pixels, model_pixels(open_image(file), SPEC)
    assert np.abs(got.astype(int) - full).mean() < 2


def test_many_threads_give_what_one_gives(file: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: load_photo(file, image=SPEC).pixels, range(12)))
    assert all((pixels == loaded[0]).all() for pixels in loaded)
