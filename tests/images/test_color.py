"""Any pixel layout to sRGB."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageCms

from photosearch.images.color import to_srgb
from photosearch.images.load import open_image

Encode = Callable[..., bytes]

# Display P3: primaries and white of SMPTE EG 432-1 with a D65 white, the tone curve of sRGB
P3_TO_XYZ = np.array([[0.4865709, 0.2656677, 0.1982173],
                      [0.2289746, 0.6917385, 0.0792869],
                      [0.0000000, 0.0451134, 1.0439444]])  # fmt: skip
SRGB_TO_XYZ = np.array([[0.4123908, 0.3575843, 0.1804808],
                        [0.2126390, 0.7151687, 0.0721923],
                        [0.0193308, 0.1191948, 0.9505322]])  # fmt: skip
BRADFORD = np.array([[1.0478112, 0.0228866, -0.0501270],
                     [0.0295424, 0.9904844, -0.0170491],
                     [-0.0092345, 0.0150436, 0.7521316]])  # D65 -> D50  # fmt: skip


def p3_profile() -> bytes:
    """A matrix profile of Display P3, written by hand (ICC.1:2010, sections 7 to 10)."""

    def xyz(values: np.ndarray) -> bytes:
        fixed = (round(v * 65536).to_bytes(4, "big", signed=True) for v in values)
        return b"XYZ \0\0\0\0" + b"".join(fixed)

    columns = BRADFORD @ P3_TO_XYZ
    sRGB_curve = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]  # noqa: N806
    curve = b"para\0\0\0\0\0\x03\0\0" + b"".join(
        round(v * 65536).to_bytes(4, "big") for v in sRGB_curve
    )
    name = b"P3 by hand"
    desc = b"desc\0\0\0\0" + (len(name) + 1).to_bytes(4, "big") + name + b"\0" * 80
    tags = {b"desc": desc, b"wtpt": xyz(np.array([0.9642, 1.0, 0.8249]))}
    tags |= {k: xyz(columns[:, i]) for i, k in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body = len(tags).to_bytes(4, "big"), b""
    start = 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        padded = value + b"\0" * (-len(value) % 4)
        table += key + (start + len(body)).to_bytes(4, "big") + len(value).to_bytes(4, "big")
        body += padded
    header = bytearray(128)
    header[0:4] = (start + len(body)).to_bytes(4, "big")
    header[8:24] = b"\x02\x40\0\0mntrRGB XYZ "
    header[36:40] = b"acsp"
    header[68:80] = xyz(np.array([0.9642, 1.0, 0.8249]))[8:]
    return bytes(header) + table + body


def p3_to_srgb(rgb: tuple[int, int, int]) -> np.ndarray:
    """The same by the definitions: linear light, matrices, and the curve again."""
    v = np.array(rgb) / 255
    linear = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    out = np.clip(np.linalg.inv(SRGB_TO_XYZ) @ P3_TO_XYZ @ linear, 0, 1)
    coded = np.where(out <= 0.0031308, 12.92 * out, 1.055 * out ** (1 / 2.4) - 0.055)
    return np.asarray(coded * 255)


def pixel(data: bytes) -> tuple[int, ...]:
    value = open_image(data).getpixel((0, 0))
    assert isinstance(value, tuple)
    return value


@pytest.mark.parametrize("rgb", [(200, 100, 50), (20, 180, 90), (128, 128, 128), (250, 250, 250)])
@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_display_p3_is_converted(rgb: tuple[int, int, int], name: str, encode: Encode) -> None:
    options = {"lossless": True} if name == "WEBP" else {}
    data = encode(Image.new("RGB", (8, 8), rgb), name, icc_profile=p3_profile(), **options)
    np.testing.assert_allclose(pixel(data), p3_to_srgb(rgb), atol=1.5)


def test_many_threads_may_convert_at_once(photo: Image.Image, encode: Encode) -> None:
    data = encode(photo, "PNG", icc_profile=p3_profile())
    with ThreadPoolExecutor(4) as pool:
        results = set(pool.map(lambda _: open_image(data).tobytes(), range(40)))
    assert len(results) == 1


def test_the_profile_is_applied_under_alpha_too(encode: Encode) -> None:
    data = encode(Image.new("RGBA", (8, 8), (200, 100, 50, 255)), "PNG", icc_profile=p3_profile())
    np.testing.assert_allclose(pixel(data), p3_to_srgb((200, 100, 50)), atol=1.5)


def test_an_srgb_profile_changes_nothing(photo: Image.Image, encode: Encode) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert open_image(encode(photo, "PNG", icc_profile=profile)).tobytes() == photo.tobytes()


@pytest.mark.parametrize("profile", [b"", b"junk", b"\0" * 3000, p3_profile()[:300]])
def test_a_broken_profile_is_ignored(profile: bytes, photo: Image.Image, encode: Encode) -> None:
    assert open_image(encode(photo, "PNG", icc_profile=profile)).tobytes() == photo.tobytes()


def test_a_profile_for_other_pixels_is_ignored(encode: Encode) -> None:
    data = encode(Image.new("L", (8, 8), 100), "PNG", icc_profile=p3_profile())
    assert pixel(data) == (100, 100, 100)


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 77, (77, 77, 77)),
        ("LA", (100, 255), (100, 100, 100)),
        ("LA", (100, 0), (255, 255, 255)),
        ("RGBA", (10, 20, 30, 255), (10, 20, 30)),
        ("RGBA", (10, 20, 30, 0), (255, 255, 255)),
        ("RGBA", (0, 0, 0, 51), (204, 204, 204)),
    ],
)
def test_every_mode_lies_on_white(
    mode: str, color: int | tuple[int, ...], expected: tuple[int, ...], encode: Encode
) -> None:
    assert pixel(encode(Image.new(mode, (8, 8), color), "PNG")) == expected


def test_a_palette_becomes_its_colors(encode: Encode) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 250, 120, 10])
    assert pixel(encode(image, "PNG")) == (250, 120, 10)


@pytest.mark.parametrize("transparency", [1, b"\xff\x00"])
def test_a_transparent_palette_entry_is_white(transparency: int | bytes, encode: Encode) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 250, 120, 10])
    assert pixel(encode(image, "PNG", transparency=transparency)) == (255, 255, 255)


@pytest.mark.parametrize(("mode", "key"), [("L", 7), ("RGB", (7, 8, 9))])
def test_a_transparent_color_is_white(
    mode: str, key: int | tuple[int, ...], encode: Encode
) -> None:
    assert pixel(encode(Image.new(mode, (8, 8), key), "PNG", transparency=key)) == (255,) * 3


def test_a_transparent_gif_lies_on_white(encode: Encode) -> None:
    assert pixel(encode(Image.new("P", (8, 8), 3), "GIF", transparency=3)) == (255, 255, 255)


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_and_not_clipped(name: str, encode: Encode) -> None:
    ramp = np.linspace(0, 65535, 1024).round().astype(np.uint16).reshape(32, 32)
    got = np.asarray(open_image(encode(Image.fromarray(ramp), name)))[..., 0]
    np.testing.assert_array_equal(got, np.floor(ramp / 257 + 0.5).astype(np.uint8))


def test_sixteen_bit_color_is_scaled() -> None:
    ramp = np.linspace(0, 65535, 3072).round().astype(np.uint16).reshape(32, 32, 3)
    got = np.asarray(open_image(tiff(ramp, photometric=2)), float)
    np.testing.assert_allclose(got, ramp / 257, atol=1)


def tiff(values: np.ndarray, *, order: Literal["<", ">"] = "<", photometric: int = 1) -> bytes:
    """An uncompressed TIFF of one strip: [H, W] or [H, W, 3] of any number type."""
    height, width = values.shape[:2]
    bands, bits = values.size // (height * width), values.itemsize * 8
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    numbers = {256: width, 257: height, 258: bits, 259: 1, 262: photometric, 273: 8, 277: bands}
    numbers |= {278: height, 279: values.nbytes, 339: kind}
    body = values.astype(values.dtype.newbyteorder(order)).tobytes()
    entries = b"".join(struct.pack(order + "HHII", tag, 4, 1, n) for tag, n in numbers.items())
    start = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 8 + len(body))
    return start + body + struct.pack(order + "H", len(numbers)) + entries + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bits_of_either_byte_order(order: Literal["<", ">"]) -> None:
    ramp = np.linspace(0, 65535, 1024).round().astype(np.uint16).reshape(32, 32)
    got = np.asarray(open_image(tiff(ramp, order=order)))[..., 0]
    np.testing.assert_array_equal(got, np.floor(ramp / 257 + 0.5).astype(np.uint8))


def test_white_may_be_zero() -> None:
    black = np.full((8, 8), 65535, np.uint16)
    assert pixel(tiff(black, photometric=0)) == (0, 0, 0)


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0, 300_000.0])
def test_a_float_tiff_is_scaled_by_its_white(white: float) -> None:
    ramp = (np.linspace(0, 1, 1024).reshape(32, 32) * white).astype(np.float32)
    got = np.asarray(open_image(tiff(ramp)))[..., 0]
    np.testing.assert_allclose(got, ramp / white * 255, atol=0.51)


def test_one_white_counts_for_all_of_a_high_picture() -> None:
    values = np.ones((200, 2), np.float32)
    values[-1] = 255
    got = np.asarray(to_srgb(Image.fromarray(values)))
    assert (got[:-1] == 1).all()
    assert (got[-1] == 255).all()


def test_a_wide_picture_is_converted_without_copies_of_its_size() -> None:
    """At most Pillow's own bytes, twice while it joins them, and the result."""
    picture = Image.fromarray(np.ones((2000, 1000), np.float32))
    tracemalloc.start()
    to_srgb(picture)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2.5 * 2000 * 1000 * 4


def test_a_float_that_is_no_number_is_black() -> None:
    values = np.array([[np.nan, -np.inf, -3.0, 0.5]] * 4, np.float32)
    got = np.asarray(open_image(tiff(values)))[0, :, 0]
    np.testing.assert_array_equal(got, [0, 0, 0, 128])


def test_thirty_two_bit_integers_are_scaled() -> None:
    got = to_srgb(Image.fromarray(np.array([[0, 128, 255]], np.int32)))
    assert np.asarray(got)[0, :, 0].tolist() == [0, 128, 255]
    got = to_srgb(Image.fromarray(np.array([[0, 1_010_000, 2_000_000]], np.int32)))
    assert np.asarray(got)[0, :, 0].tolist() == [0, 129, 255]


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(name: str, photo: Image.Image, encode: Encode) -> None:
    options = {"quality": 100} if name == "JPEG" else {}
    got = open_image(encode(photo.convert("CMYK"), name, **options))
    np.testing.assert_allclose(np.asarray(got, float), np.asarray(photo, float), atol=6)


def test_cmyk_without_adobes_marker_is_not_inverted(photo: Image.Image, encode: Encode) -> None:
    data = encode(ImageChops.invert(photo.convert("CMYK")), "JPEG", quality=100)
    start = data.index(b"\xff\xee")
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    assert data[start + 4 : start + 9] == b"Adobe"
    got = open_image(data[:start] + data[start + 2 + length :])
    np.testing.assert_allclose(np.asarray(got, float), np.asarray(photo, float), atol=6)


def test_lab_is_converted(encode: Encode) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    source = Image.new("RGB", (8, 8), (200, 100, 50))
    image = ImageCms.profileToProfile(source, srgb, lab, outputMode="LAB")
    assert image is not None
    np.testing.assert_allclose(pixel(encode(image, "TIFF")), (200, 100, 50), atol=3)


def test_a_plain_picture_is_returned_as_it_is(photo: Image.Image) -> None:
    assert to_srgb(photo) is photo
