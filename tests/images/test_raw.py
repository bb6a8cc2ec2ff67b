"""RAW files, by the preview inside. They are written here as the cameras lay them out.

`exiftool -PreviewImage -b` and `-JpgFromRaw -b` name the same bytes in files of real cameras.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from PIL import Image

from photosearch.errors import ImageError, UnsupportedImage
from photosearch.images.formats import HEAD_BYTES, sniff
from photosearch.images.load import open_image
from photosearch.images.metadata.read import read_info
from photosearch.images.raw import sniff_raw
from tests.images.test_heif import box
from tests.images.test_load import difference
from tests.images.test_tiff import REDUCED, Sheet, written

Encode = Callable[..., bytes]
SENSOR = {254: 0, 262: 32803}
NAMES = {0x010F: b"NIKON CORPORATION\0", 0x0110: b"NIKON D70\0", 0x0132: b"2004:04:10 09:08:07\0"}


@pytest.fixture(scope="module")
def preview(photo: Image.Image, encode: Encode) -> bytes:
    return encode(photo.resize((480, 320)), "JPEG", quality=95)


def tiff_raw(preview: bytes, turn: int = 1, order: str = "<") -> bytes:
    """A small copy, the sensor's picture in a sub-page, and the preview at the end: as NEF."""
    sensor = Sheet((600, 400), 77, SENSOR)
    thumb = Sheet((16, 12), 10, {254: REDUCED, 274: turn, **NAMES}, inside=[sensor])
    return written(thumb, order=order) + preview


@pytest.mark.parametrize("order", "<>")
def test_the_preview_of_a_raw_file_is_the_picture(
    order: str, preview: bytes, photo: Image.Image
) -> None:
    data = tiff_raw(preview, order=order)
    assert difference(open_image(data), photo.resize((480, 320))) < 8


def test_what_the_camera_wrote_comes_from_the_raw_file(preview: bytes) -> None:
    info = read_info(tiff_raw(preview))
    assert (info.camera, info.width, info.height) == ("NIKON D70", 480, 320)
    assert str(info.taken_at) == "2004-04-10 09:08:07"


def test_the_preview_is_turned_as_the_raw_file_says(preview: bytes, photo: Image.Image) -> None:
    data = tiff_raw(preview, turn=6)
    expected = photo.resize((480, 320)).transpose(Image.Transpose.ROTATE_270)
    assert difference(open_image(data), expected) < 8
    assert (read_info(data).width, read_info(data).height) == (320, 480)


def test_a_preview_that_stands_already_is_not_turned(photo: Image.Image, encode: Encode) -> None:
    upright = photo.resize((320, 480))
    data = tiff_raw(encode(upright, "JPEG", quality=95), turn=6)
    assert difference(open_image(data), upright) < 8


def test_the_largest_preview_is_taken_and_lossless_jpeg_is_none(
    preview: bytes, photo: Image.Image, encode: Encode
) -> None:
    small = encode(photo.resize((340, 226)), "JPEG")
    sensor = bytearray(encode(photo.resize((900, 600)), "JPEG"))
    sensor[sensor.index(b"\xff\xc0") + 1] = 0xC3  # SOF3
    assert open_image(tiff_raw(small + bytes(sensor) + preview + small)).size == (480, 320)


@pytest.mark.parametrize(
    "head",
    [b"FUJIFILMCCD-RAW 0201", b"FOVb\0\0\2\0", b"II\x1a\0\0\0HEAPCCDR\2\0", b"\0MRM\0\0\0\1"],
)
def test_raw_files_that_are_no_tiff_give_their_preview_too(
    head: bytes, photo: Image.Image, encode: Encode
) -> None:
    exif = Image.Exif()
    exif.update({0x0110: "X100", 0x0112: 8})
    data = head + bytes(100) + encode(photo.resize((480, 320)), "JPEG", exif=exif)
    assert sniff(data[:HEAD_BYTES]) == "RAW"
    assert open_image(data).size == (320, 480)
    assert read_info(data).camera == "X100"


@pytest.mark.parametrize("magic", [b"IIRO", b"IIRS", b"IIU\0"])
def test_tiff_under_a_magic_of_the_maker_is_read_as_tiff(magic: bytes, preview: bytes) -> None:
    data = magic + tiff_raw(preview, turn=8)[4:]
    assert open_image(data).size == (320, 480)
    assert "NIKON D70" in (read_info(data).camera or "")


def test_a_canon_raw_of_boxes_has_its_directories_in_boxes(preview: bytes) -> None:
    main = written(Sheet((1, 1), 0, {274: 6, **NAMES}))
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48") + box(b"CMT1", main)
    data = box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"moov", box(b"uuid", canon))
    data += box(b"mdat", preview)
    assert sniff_raw(data)
    assert open_image(data).size == (320, 480)
    assert "NIKON D70" in (read_info(data).camera or "")


def test_a_raw_file_without_a_useful_preview_says_so(photo: Image.Image, encode: Encode) -> None:
    with pytest.raises(UnsupportedImage, match="got no preview"):
        open_image(tiff_raw(b""))
    with pytest.raises(UnsupportedImage, match="96 x 64"):
        open_image(tiff_raw(encode(photo, "JPEG")))


def test_a_plain_tiff_with_a_jpeg_behind_it_is_a_tiff(preview: bytes) -> None:
    assert open_image(written(Sheet((64, 48), 200)) + preview).size == (64, 48)


def test_a_million_beginnings_of_jpegs_are_not_all_looked_at() -> None:
    data = b"FOVb" + b"\xff\xd8\xff\xe0\0\2" * 500_000
    with pytest.raises(UnsupportedImage):
        open_image(data)


def test_a_damaged_raw_file_is_a_picture_or_a_typed_error(preview: bytes) -> None:
    data, rng = tiff_raw(preview), random.Random(3)
    for _ in range(200):
        broken = bytearray(data)
        for _ in range(rng.choice((1, 5, 40))):
            reach = rng.choice((300, len(data)))
            broken[rng.randrange(reach)] = rng.randrange(256)
        for action in (open_image, read_info):
            try:
                action(bytes(broken[: rng.choice((len(data), rng.randrange(len(data))))]))
            except ImageError:
                continue


def test_the_preview_decodes_as_pillow_decodes_it(preview: bytes) -> None:
    with Image.open(io.BytesIO(preview)) as read:
        assert difference(open_image(tiff_raw(preview)), read.convert("RGB")) == 0
