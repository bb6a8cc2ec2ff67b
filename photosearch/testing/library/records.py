"""The records of a simulated library: what is true of each photo, and what its file says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from photosearch.records import AtLeast, Matching, Positive
from photosearch.testing.library.plan import LibraryPlan
from photosearch.types import Media, PhotoInfo

EventKind = Literal["trip", "party", "home", "screenshot"]
Clock = Literal["right", "hours", "years", "1904", "1980", "2030", "missing"]
Kind = Literal["burst", "live", "panorama", "portrait", "screenshot", "selfie"]
LocalTime = Annotated[str, Matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]


@dataclass(frozen=True, slots=True)
class SimulatedPhoto:
    """One photo: what is true of it, and in `written_…` what its file says.

    `local_time` and `written_time` are wall-clock times in ISO 8601 without an offset; `taken_at`
    and `written` give them as `read_info` does.
    """

    path: str  # inside the library, parts separated by "/"
    # The event
    event: Annotated[int, AtLeast(0)]  # numbers count by time, from 0 on
    event_kind: EventKind
    occasion: str  # "birthday", "wedding", "trip", "screenshot" …; "" for a day at home
    theme: str  # what a fitting picture shows: "beach", "birthday", "garden" …
    # When and where
    local_time: LocalTime
    utc_offset_min: int  # minutes east of UTC
    latitude: float  # degrees, of the camera; of a screenshot, of the phone
    longitude: float
    place: str  # the name of a city or a region; "" far from all that have one
    country: str
    # What took it
    camera: str | None  # as `camera_name` has it; None for a screenshot
    lens: str | None
    media: Kind | None
    burst: Annotated[int, AtLeast(0)] | None  # the number that photos of one burst share
    favourite: bool
    # Words
    album: str  # the name of the folder
    title: str
    description: str
    keywords: tuple[str, ...]
    people: tuple[str, ...]
    sidecar: str | None  # path of the XMP file that has words and rating instead of the photo
    # What the file says, where that differs or may be missing
    clock: Clock
    written_time: LocalTime | None
    written_offset_min: int | None
    has_gps: bool
    # The picture
    source: str | None  # the picture it was made from; None before there are files
    width: Positive  # pixels
    height: Positive

    @property
    def taken_at(self) -> datetime:
        """The true wall-clock time, naive."""
        return datetime.fromisoformat(self.local_time)

    @property
    def written(self) -> PhotoInfo:
        """What `photosearch.images.read_info` finds in the file and its sidecar."""
        time = self.written_time
        media: frozenset[Media] = frozenset() if self.media is None else frozenset((self.media,))
        return PhotoInfo(
            width=self.width,
            height=self.height,
            taken_at=datetime.fromisoformat(time) if time else None,
            utc_offset_min=self.written_offset_min,
            latitude=self.latitude if self.has_gps else None,
            longitude=self.longitude if self.has_gps else None,
            camera=self.camera,
            favourite=self.favourite,
            media=media,
        )


@dataclass(frozen=True, slots=True)
class SimulatedLibrary:
    """A library on disk: photos in the order in which they were taken."""

    folder: Path
    plan: LibraryPlan
    photos: tuple[SimulatedPhoto, ...]
    unreadable: tuple[str, ...] = ()  # sources that were skipped, by name
