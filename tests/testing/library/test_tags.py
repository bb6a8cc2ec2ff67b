"""The EXIF of simulated photos, as Pillow reads it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photosearch.images.metadata.exif import exif_fields, read_tags
from photosearch.testing import SimulatedPhoto
from photosearch.testing.library.tags import exif_block, make_and_model, shared_id
from tests.testing.library.example import PHOTO


def loaded(photo: SimulatedPhoto) -> Image.Exif:
    exif = Image.Exif()
    exif.load(exif_block(photo))
    return exif


def test_camera_lens_date_and_offset_are_written() -> None:
    exif = loaded(PHOTO)
    own = exif.get_ifd(0x8769)
    assert (exif[0x010F], exif[0x0110]) == ("Apple", "iPhone XS")
    assert own[0xA434] == PHOTO.lens
    assert (own[0x9003], own[0x9011]) == ("2019:07:04 15:30:12", "+01:00")


def test_a_place_is_degrees_minutes_and_seconds_beside_its_hemisphere() -> None:
    gps = loaded(PHOTO).get_ifd(0x8825)
    assert (gps[1], gps[3]) == ("N", "W")
    degrees, minutes, seconds = (Fraction(float(part)) for part in gps[2])
    assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(38.722123, abs=1e-8)


@given(
    st.floats(-90, 90).map(lambda x: round(x, 6)), st.floats(-180, 180).map(lambda x: round(x, 6))
)
def test_any_place_comes_back(latitude: float, longitude: float) -> None:
    block = exif_block(replace(PHOTO, latitude=latitude, longitude=longitude))
    place = exif_fields(read_tags(block)).place
    if latitude == 0 == longitude:
        assert place is None
    else:
        assert place is not None
        assert (round(place.latitude, 6), round(place.longitude, 6)) == (latitude, longitude)


@pytest.mark.parametrize(("minutes", "written"), [(345, "+05:45"), (-150, "-02:30"), (0, "+00:00")])
def test_an_offset_has_hours_and_minutes(minutes: int, written: str) -> None:
    own = loaded(replace(PHOTO, written_offset_min=minutes)).get_ifd(0x8769)
    assert own[0x9011] == written


def test_what_is_missing_has_no_tag() -> None:
    photo = replace(PHOTO, written_time=None, written_offset_min=None, has_gps=False, camera=None)
    exif = loaded(replace(photo, lens=None))
    assert dict(exif.get_ifd(0x8769)) == {}
    assert dict(exif.get_ifd(0x8825)) == {}
    assert not {0x010F, 0x0110, 0x4746} & set(exif)


def test_five_stars_stand_in_the_photo_or_in_its_sidecar() -> None:
    assert loaded(replace(PHOTO, favourite=True))[0x4746] == 5
    assert 0x4746 not in loaded(replace(PHOTO, favourite=True, sidecar="a.xmp"))


def test_canon_names_itself_in_its_models() -> None:
    assert make_and_model("Canon EOS 80D") == ("Canon", "Canon EOS 80D")
    assert make_and_model("Google Pixel 6") == ("Google", "Pixel 6")


def test_photos_of_a_burst_share_an_identifier_and_live_ones_have_their_own() -> None:
    burst = replace(PHOTO, media="burst", burst=4)
    assert shared_id(burst) == shared_id(replace(burst, path="another.jpg"))
    assert shared_id(burst) != shared_id(replace(burst, burst=5))
    live = replace(PHOTO, media="live")
    assert shared_id(live) != shared_id(replace(live, path="another.jpg"))
