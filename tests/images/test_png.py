"""PNG files with long, packed or damaged texts."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.images.load import open_image
from photosearch.images.metadata.read import read_info
from photosearch.images.metadata.xmp import MAX_BYTES
from photosearch.images.png import png_info, raw_profile
from tests.images.written import png, xmp


def test_a_text_that_unpacks_to_gigabytes_is_cut_off() -> None:
    bomb = zlib.compress(bytes(200 << 20), 1)
    data = png((b"zTXt", b"Creation Time\0\0" + bomb), behind=True)
    tracemalloc.start()
    try:
        info = png_info(data)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(info["Creation Time"]) == MAX_BYTES
    assert peak_bytes < 4 * MAX_BYTES


@pytest.mark.parametrize("behind", [False, True])
def test_a_png_whose_text_is_too_long_for_pillow_is_read(behind: bool) -> None:
    long = xmp('exif:DateTimeOriginal="2021-03-04"', f"<dc:x>{'x' * 2_000_000}</dc:x>")
    texts = [long, b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(long)]
    for text in (b"XML:com.adobe.xmp\0\0\0\0\0" + texts[0], texts[1]):
        data = png((b"iTXt", text), behind=behind)
        assert read_info(data).taken_at is not None
        assert open_image(data).size == (8, 6)


@settings(max_examples=300)
@given(st.binary(max_size=120))
def test_no_bytes_can_make_the_chunks_fail(junk: bytes) -> None:
    png_info(b"\x89PNG\r\n\x1a\n" + junk)
    raw_profile({"Raw profile type exif": junk.decode("latin-1")}, "exif")
