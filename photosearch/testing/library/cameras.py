"""The cameras of a simulated library, what they write of themselves, and how they name files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import PurePosixPath
from typing import Literal

from photosearch.images.metadata.fields import camera_name
from photosearch.testing.library.chance import Chance
from photosearch.testing.library.records import Kind

Naming = Literal["IMG", "PXL", "DSC"]


@dataclass(frozen=True, slots=True)
class Camera:
    """A phone, or a camera without a GPS receiver and without a time zone."""

    make: str
    model: str
    since: int  # the year in which it was bought
    naming: Naming
    back: str  # lens
    front: str | None = None  # lens; None: it is no phone

    @property
    def name(self) -> str:
        return camera_name(self.make, self.model) or ""

    def lens(self, *, front: bool) -> str | None:
        return self.front if front else self.back


# By year: the newest that there is takes the photo, before the first year the oldest.
APPLE = (
    Camera("Apple", "iPhone 6", 2014, "IMG", "iPhone 6 back camera 4.15mm f/2.2",
           "iPhone 6 front camera 2.65mm f/2.2"),
    Camera("Apple", "iPhone XS", 2018, "IMG", "iPhone XS back dual camera 4.25mm f/1.8",
           "iPhone XS front TrueDepth camera 2.87mm f/2.2"),
    Camera("Apple", "iPhone 13 Pro", 2022, "IMG", "iPhone 13 Pro back triple camera 5.7mm f/1.5",
           "iPhone 13 Pro front TrueDepth camera 2.71mm f/2.2"),
)  # fmt: skip
GOOGLE = (
    Camera("Google", "Pixel 2", 2017, "PXL", "Pixel 2 back camera 4.459mm f/1.8",
           "Pixel 2 front camera 3.38mm f/2.4"),
    Camera("Google", "Pixel 6", 2021, "PXL", "Pixel 6 back camera 6.81mm f/1.85",
           "Pixel 6 front camera 2.74mm f/2.0"),
)  # fmt: skip
CAMERAS = (
    Camera("Canon", "Canon EOS 80D", 2016, "IMG", "EF-S18-135mm f/3.5-5.6 IS USM"),
    Camera("SONY", "ILCE-6400", 2020, "DSC", "E 18-135mm F3.5-5.6 OSS"),
)
_APPLE_SHARE = 0.7  # of photos taken by phones


def draw_camera(chance: Chance, year: int, media: Kind | None, *, is_phone: bool) -> Camera:
    """One of that year; of phones, only iPhones say of a portrait that it is one."""
    is_apple = chance.happens(_APPLE_SHARE) or media == "portrait"
    family = (APPLE if is_apple else GOOGLE) if is_phone else CAMERAS
    owned = [camera for camera in family if camera.since <= year]
    return owned[-1] if owned else family[0]


@dataclass
class FileNames:
    """Names as cameras give them, each once in a folder."""

    numbers: Iterator[int] = field(default_factory=lambda: count(2034))
    taken: set[str] = field(default_factory=set)  # paths in lower case

    def path(self, folder: str, camera: Camera | None, *, utc: datetime, local: datetime) -> str:
        """The path of the next photo; None as the camera is a screenshot."""
        return self._free(f"{folder}/{self._name(camera, utc, local)}")

    def _name(self, camera: Camera | None, utc: datetime, local: datetime) -> str:
        if camera is None:
            return f"Screenshot_{local:%Y-%m-%d-%H-%M-%S}.png"
        if camera.naming == "PXL":
            return f"PXL_{utc:%Y%m%d_%H%M%S}{utc.microsecond // 1000:03d}.jpg"
        number = next(self.numbers) % 10_000
        return f"DSC{number:05d}.JPG" if camera.naming == "DSC" else f"IMG_{number:04d}.JPG"

    def _free(self, path: str) -> str:
        """With a number where the name is taken, as file managers do it."""
        whole = PurePosixPath(path)
        names = (str(whole.with_stem(f"{whole.stem} ({number})")) for number in count(1))
        while path.lower() in self.taken:
            path = next(names)
        self.taken.add(path.lower())
        return path
