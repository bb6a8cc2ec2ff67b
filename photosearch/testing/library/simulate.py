"""Writes a simulated library: a folder of photos, their sidecars, and what is true of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.atomic import new_folder
from photosearch.testing.library.assemble import plan_library
from photosearch.testing.library.manifest import write_manifest
from photosearch.testing.library.packet import embedded_packet, sidecar_packet
from photosearch.testing.library.pixels import Pixels, open_pixels
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.records import SimulatedLibrary, SimulatedPhoto
from photosearch.testing.library.tags import exif_block

if TYPE_CHECKING:
    from PIL.Image import Image

_DEFAULT = LibraryPlan()
_QUALITY = 90  # of JPEG


def simulate_library(
    folder: str | PathLike[str],
    plan: LibraryPlan = _DEFAULT,
    *,
    pixels: str | PathLike[str] | None = None,
    themes: Mapping[str, str] | None = None,
) -> SimulatedLibrary:
    """Writes a library into a new folder: photos, sidecars, and `library.json` with what is true.

        plan = LibraryPlan(photos=300, years=(2018, 2021), seed=1, home=(48.86, 2.35))
        library = simulate_library("Library", plan, pixels="Pictures")
        library.photos[0].taken_at, library.photos[0].place, library.photos[0].source

    `pixels` is a folder of pictures, each used once (bursts are made from one) until all are; what
    cannot be read is skipped and listed in `unreadable`. Without it, photos are drawn: "red disc on
    white". `themes` gives what a picture shows by its path in `pixels`, "sea/1.jpg" -> "beach": a
    photo of that `theme` takes it then. The same arguments give the same bytes.

    Raises UsageError if the folder exists or no picture can be read, StorageError if the disk is
    full or read-only.
    """
    pictures = open_pixels(plan, pixels, themes or {})
    with new_folder(Path(folder)) as partial:
        photos = tuple(_written(partial, photo, pictures) for photo in plan_library(plan))
        unreadable = tuple(sorted(pictures.unreadable))
        library = SimulatedLibrary(Path(folder), plan, photos, unreadable)
        write_manifest(partial, library)
    return library


def _written(folder: Path, photo: SimulatedPhoto, pictures: Pixels) -> SimulatedPhoto:
    """The photo as it is on the disk: with its source and its size."""
    source, picture = pictures.picture(photo)
    made = replace(photo, source=source, width=picture.width, height=picture.height)
    _write(folder, made, picture)
    return made


def _write(folder: Path, photo: SimulatedPhoto, picture: Image) -> None:
    """A JPEG, or a PNG for a screenshot, at the photo's path inside the folder."""
    path = folder / photo.path
    path.parent.mkdir(parents=True, exist_ok=True)
    exif, packet = exif_block(photo), embedded_packet(photo)
    if path.suffix == ".png":
        picture.save(path, "PNG", exif=exif)
    else:
        picture.save(path, "JPEG", quality=_QUALITY, exif=exif, xmp=packet or None)
    if photo.sidecar is not None:
        (folder / photo.sidecar).write_bytes(sidecar_packet(photo))
