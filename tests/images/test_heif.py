"""HEIF and AVIF: what lies behind the picture, which codec it is, and damaged boxes."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import ImageError, ImageTooLarge, TruncatedImage, UnsupportedImage
from photosearch.images.formats import HEAD_BYTES, sniff
from photosearch.images.heif import boxes, item_bytes, items, picture_end
from photosearch.images.load import open_image
from photosearch.images.metadata.read import read_info

Encode = Callable[..., bytes]


def box(kind: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I", 8 + len(content) if size is None else size) + kind + content


FILM = (
    box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"moov", bytes(200)) + box(b"mdat", b"z" * 900)
)
# Samsung's: tagged blocks, a directory "SEFH", its length and "SEFT" (ExifTool, Samsung.pm)
SEF = b"\0\0\1\x0a\x0e\0\0\0Image_UTC_Data1600000000000SEFH\x6b\0\0\0\1\0\0\0"
SEF += b"\0\0\1\x0a\x23\0\0\0\x23\0\0\0\x18\0\0\0SEFT"
TRAILERS = {
    "samsung": SEF,
    "samsung's box": box(b"sefd", SEF),
    "a film": FILM,
    "a film cut off": FILM[:-300],
    "google's box": box(b"mpvd", FILM),
    "google's box cut off": box(b"mpvd", FILM)[:-300],
    "both": box(b"mpvd", FILM) + SEF,
    "zeros": bytes(4096),
    "three bytes": b"\0\0\0",
    "text": b"Exported by a gallery, with a text behind the picture",
    "a box of 64 bits": box(b"mpvd", struct.pack(">Q", 1 << 62), size=1) + b"film",
    "a box of size 0": box(b"free", b"x" * 50, size=0),
    "a box of size 7": box(b"mdat", b"x" * 50, size=7),
    "noise": np.random.default_rng(0).bytes(3000),
    "itself": b"",
}


@pytest.mark.parametrize("name", ["AVIF", "HEIF", "JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("trailer", TRAILERS)
def test_what_lies_behind_a_whole_picture_changes_nothing(
    name: str, trailer: str, photo: Image.Image, encode: Encode
) -> None:
    data = encode(photo, name)
    expected = np.asarray(open_image(data))
    behind = data + (TRAILERS[trailer] or data)
    assert np.array_equal(np.asarray(open_image(behind)), expected)
    assert read_info(behind) == read_info(data)


@pytest.mark.parametrize("name", ["AVIF", "HEIF"])
def test_a_picture_that_lacks_its_last_byte_is_refused(
    name: str, photo: Image.Image, encode: Encode
) -> None:
    with pytest.raises(TruncatedImage):
        open_image(encode(photo, name)[:-1])


@pytest.mark.parametrize("name", ["AVIF", "HEIF"])
def test_a_picture_cut_off_anywhere_is_refused(
    name: str, photo: Image.Image, encode: Encode
) -> None:
    data = encode(photo, name)
    for end in range(12, len(data), 41):
        with pytest.raises(ImageError):
            open_image(data[:end])


def test_a_picture_box_that_reaches_to_the_end_of_the_file_is_seen_to_end_early(
    photo: Image.Image, encode: Encode
) -> None:
    data = encode(photo, "HEIF")
    mdat = next(each for each in boxes(data) if each.kind == b"mdat")
    endless = data[: mdat.start - 8] + bytes(4) + data[mdat.start - 4 :]
    assert open_image(endless).size == photo.size
    with pytest.raises(TruncatedImage):
        open_image(endless[:-20])


def test_the_codec_counts_where_the_major_brand_is_for_any(
    photo: Image.Image, encode: Encode
) -> None:
    for name, kind in (("AVIF", "AVIF"), ("HEIF", "HEIF")):
        data = encode(photo, name)
        assert sniff(data[:8] + b"mif1" + data[12:HEAD_BYTES]) == kind
        assert open_image(data[:8] + b"mif1" + data[12:]).size == photo.size


@pytest.mark.parametrize("brand", [b"isom", b"qt  ", b"mp42", b"M4V "])
def test_films_are_no_pictures(brand: bytes) -> None:
    assert sniff(box(b"ftyp", brand + b"\0\0\2\0isom")) is None


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_avif_of_every_mode_is_what_pillow_reads(
    mode: str, photo: Image.Image, encode: Encode
) -> None:
    data = encode(photo.convert(mode), "AVIF", quality=90)
    with Image.open(io.BytesIO(data)) as read:
        assert np.array_equal(np.asarray(open_image(data)), np.asarray(read.convert("RGB")))


def test_transparent_avif_is_laid_on_white(encode: Encode) -> None:
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert open_image(encode(clear, "AVIF")).getpixel((9, 9)) == (255, 255, 255)


def test_exif_of_avif_is_read_and_its_orientation_does_not_count(
    photo: Image.Image, encode: Encode
) -> None:
    exif = Image.Exif()
    exif.update({0x0100: 6, 0x010F: "Maker", 0x0110: "Model"})
    written = encode(photo, "AVIF", exif=exif.tobytes())
    tag = b"\1\0\0\4\0\0\0\1\0\0\0\6"  # to be the orientation, which Pillow does not write here
    data = written.replace(tag, b"\1\x12\0\3\0\0\0\1\0\6\0\0")
    assert data != written
    info = read_info(data)
    assert (info.camera, info.width, info.height) == ("Maker Model", 96, 64)
    assert open_image(data).size == photo.size  # avifdec too gives 96 x 64


def test_broken_exif_of_avif_is_no_reason_to_lose_the_picture(
    photo: Image.Image, encode: Encode
) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Model"
    data = encode(photo, "AVIF", exif=exif.tobytes())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for broken in (b"XX\0*\0\0\0\x08", b"MM\0*\xff\0\0\x08", b"MM\0*\0\0\0\x09"):
            file = data.replace(b"MM\0*\0\0\0\x08", broken)
            assert file != data
            assert open_image(file).size == photo.size
            assert read_info(file).width == photo.width


def test_avif_with_too_many_pixels_is_refused_before_it_is_decoded(encode: Encode) -> None:
    data = encode(Image.new("RGB", (3000, 2000)), "AVIF", speed=10)
    assert len(data) < 5000
    with pytest.raises(ImageTooLarge, match="3000 x 2000"):
        open_image(data, max_pixels=5_000_000)


def test_a_codec_that_cannot_be_read_is_not_called_damaged(
    photo: Image.Image, encode: Encode
) -> None:
    data = encode(photo, "HEIF").replace(b"hvc1", b"vvc1")
    with pytest.raises(UnsupportedImage):
        open_image(data)


def test_boxes_of_nonsense_end_the_reading() -> None:
    for data in (
        bytes(100),
        box(b"meta", size=4),
        box(b"meta", box(b"iloc", b"\2" + b"\xff" * 40)),
    ):
        assert list(items(data)) == []
        assert picture_end(data) >= 0
        assert item_bytes(data, 1) == b""


def test_a_million_items_that_are_not_there_take_no_time() -> None:
    table = b"\2\0\0\0" + b"\0\0" + b"\xff" * 4 + bytes(64)
    data = box(b"ftyp", b"heic\0\0\0\0") + box(b"meta", bytes(4) + box(b"iloc", table))
    assert picture_end(data) == len(data)
