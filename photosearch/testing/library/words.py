"""Albums, titles, descriptions, keywords and people of simulated photos."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from photosearch.testing.library.chance import Chance
from photosearch.testing.library.events import Event
from photosearch.testing.library.plan import LibraryPlan
from photosearch.testing.library.shots import Shot

SCREENSHOTS = "Screenshots"
_MOST_PEOPLE = 3
_AT_HOME = ("at home", "everyday")
_WITH_FAMILY = ("family", "friends", "party")


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote of a photo; mostly nothing."""

    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def album_name(event: Event) -> str | None:
    """The folder of its own that an event may have, "2019-07 Lisbon"; None for a day at home."""
    if event.kind == "trip":
        return f"{event.first:%Y-%m} {event.name}"
    if event.kind == "party":
        return f"{event.name} {event.first.year}"
    return SCREENSHOTS if event.kind == "screenshot" else None


def folder_of(album: str | None, local: datetime) -> tuple[str, str]:
    """The folder's path and its name, which is the album: a month's folder where none is given."""
    if album is not None:
        return album, album
    return f"{local:%Y}/{local:%Y-%m}", f"{local:%Y-%m}"


def draw_words(chance: Chance, plan: LibraryPlan, shot: Shot) -> Words:
    """True of the event, whatever the picture shows; none for a screenshot."""
    if shot.event.kind == "screenshot":
        return Words()
    people = _people(chance, shot.event) if chance.happens(plan.people) else ()
    keywords = _keywords(chance, shot.event) if chance.happens(plan.keywords) else ()
    if not chance.happens(plan.titles):
        return Words(keywords=keywords, people=people)
    title = _title(shot)
    company = f" with {' and '.join(people)}" if people else ""
    return Words(title, f"{title}{company}.", keywords, people)


def _people(chance: Chance, event: Event) -> tuple[str, ...]:
    return tuple(chance.shuffled(event.people)[: chance.between(1, _MOST_PEOPLE)])


def _keywords(chance: Chance, event: Event) -> tuple[str, ...]:
    """One to all of those that fit, in their order."""
    fitting: tuple[str, ...] = _AT_HOME
    if event.kind == "trip":
        fitting = (event.place.name, event.place.country, "holiday")
    elif event.kind == "party":
        fitting = (event.occasion, *_WITH_FAMILY)
    kept = set(chance.shuffled(fitting)[: chance.between(1, len(fitting))])
    return tuple(word for word in fitting if word in kept)


def _title(shot: Shot) -> str:
    event = shot.event
    if event.kind == "trip":
        return f"{event.name}, day {(shot.local.date() - event.first).days + 1}"
    if event.kind == "party":
        return event.name
    return f"{shot.local:%A} at home"
