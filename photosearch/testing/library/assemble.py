"""From a plan to the records of a simulated library, without a file."""

from __future__ import annotations

from datetime import timedelta

from photosearch.testing.library.cameras import Camera, FileNames, draw_camera
from photosearch.testing.library.chance import Chance
from photosearch.testing.library.events import Event
from photosearch.testing.library.flaws import Flaw, draw_flaw
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.records import SimulatedPhoto
from photosearch.testing.library.shots import Shot, draw_shots
from photosearch.testing.library.words import Words, album_name, draw_words, folder_of

_DEFAULT = LibraryPlan()
_WITHOUT_RECEIVER = 0.5  # of plain photos without a place
_SCREENSHOT_FLAW = Flaw("right", timedelta(), has_gps=False)
_PANORAMA = (5, 2)  # width to height
_FRAME = (4, 3)


def plan_library(plan: LibraryPlan = _DEFAULT) -> tuple[SimulatedPhoto, ...]:
    """The photos of a library by time, without files: they have no `source`.

    Complexity: O(photos + days); 100,000 photos take a few seconds.
    """
    assembly = _Assembly(plan)
    return tuple(assembly.photo(shot) for shot in draw_shots(plan))


class _Assembly:
    """Gives shots their cameras, names, words and flaws, in the order of time."""

    def __init__(self, plan: LibraryPlan) -> None:
        self._plan = plan
        purposes = ("albums", "cameras", "flaws", "words", "favourites")
        self._albums, self._cameras, self._flaws, self._words, self._favourites = (
            Chance(plan.seed, purpose) for purpose in purposes
        )
        self._names = FileNames()
        self._events: dict[int, tuple[int, str | None]] = {}  # by id(): number and album
        self._bursts: dict[int, tuple[Camera | None, Flaw]] = {}

    def photo(self, shot: Shot) -> SimulatedPhoto:
        event = shot.event
        number, own_album = self._event(event)
        camera, flaw = self._taken_by(shot)
        words = draw_words(self._words, self._plan, shot)
        favourite = self._favourites.happens(self._plan.favourites)
        folder, album = folder_of(own_album, shot.local)
        written = flaw.written(shot.local)
        clock_error = (written or shot.local) - shot.local
        path = self._names.path(
            folder, camera, utc=shot.utc + clock_error, local=shot.local + clock_error
        )
        lens = camera.lens(front=shot.media == "selfie") if camera else None
        width, height = _size(self._plan.side, shot)
        return SimulatedPhoto(
            path=path,
            event=number,
            event_kind=event.kind,
            occasion=event.occasion,
            theme=shot.theme,
            local_time=shot.local.isoformat(),
            utc_offset_min=shot.offset_min,
            latitude=shot.latitude,
            longitude=shot.longitude,
            place=event.place.name,
            country=event.place.country,
            camera=camera.name if camera else None,
            lens=lens,
            media=shot.media,
            burst=shot.burst,
            favourite=favourite,
            album=album,
            title=words.title,
            description=words.description,
            keywords=words.keywords,
            people=words.people,
            sidecar=self._sidecar(path, words, favourite),
            clock=flaw.clock if written != shot.local else "right",
            written_time=written.isoformat() if written else None,
            written_offset_min=shot.offset_min if written and _is_phone(camera) else None,
            has_gps=flaw.has_gps,
            source=None,
            width=width,
            height=height,
        )

    def _event(self, event: Event) -> tuple[int, str | None]:
        """Its number by time, and the album that it has for itself."""
        if id(event) not in self._events:
            has_own = event.kind == "screenshot" or self._albums.happens(self._plan.albums)
            self._events[id(event)] = (len(self._events), album_name(event) if has_own else None)
        return self._events[id(event)]

    def _taken_by(self, shot: Shot) -> tuple[Camera | None, Flaw]:
        """One camera with one clock for all photos of a burst."""
        if shot.event.kind == "screenshot":
            return None, _SCREENSHOT_FLAW
        if shot.burst is None:
            return self._drawn(shot)
        if shot.burst not in self._bursts:
            self._bursts[shot.burst] = self._drawn(shot)
        return self._bursts[shot.burst]

    def _drawn(self, shot: Shot) -> tuple[Camera, Flaw]:
        flaw = draw_flaw(self._flaws, self._plan)
        may_be_camera = not flaw.has_gps and shot.media is None
        is_phone = not (may_be_camera and self._cameras.happens(_WITHOUT_RECEIVER))
        return draw_camera(self._cameras, shot.local.year, shot.media, is_phone=is_phone), flaw

    def _sidecar(self, path: str, words: Words, favourite: bool) -> str | None:
        """ "photo.jpg.xmp" as darktable has it: no other photo has the name."""
        has_something = words != Words() or favourite
        return f"{path}.xmp" if has_something and self._words.happens(self._plan.sidecars) else None


def _is_phone(camera: Camera | None) -> bool:
    """Whether it knows its time zone and writes it."""
    return camera is not None and camera.front is not None


def _size(side: int, shot: Shot) -> tuple[int, int]:
    """Pixels, as a camera would have them; a screenshot stands upright."""
    across, down = _PANORAMA if shot.media == "panorama" else _FRAME
    shorter = max(1, side * down // across)
    return (shorter, side) if shot.media == "screenshot" else (side, shorter)
