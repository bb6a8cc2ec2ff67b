"""One simulated photo, to be changed."""

from __future__ import annotations

from typing import Final

from photosearch.testing import SimulatedPhoto

PHOTO: Final = SimulatedPhoto(
    path="2019-07 Lisbon/IMG_2034.JPG",
    event=3,
    event_kind="trip",
    occasion="trip",
    theme="beach",
    local_time="2019-07-04T15:30:12",
    utc_offset_min=60,
    latitude=38.722123,
    longitude=-9.139456,
    place="Lisbon",
    country="Portugal",
    camera="Apple iPhone XS",
    lens="iPhone XS back dual camera 4.25mm f/1.8",
    media=None,
    burst=None,
    favourite=False,
    album="2019-07 Lisbon",
    title="",
    description="",
    keywords=(),
    people=(),
    sidecar=None,
    clock="right",
    written_time="2019-07-04T15:30:12",
    written_offset_min=60,
    has_gps=True,
    source=None,
    width=224,
    height=168,
)
