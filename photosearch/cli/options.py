"""Options that commands share, each defined once: the same name means the same everywhere.

A verb takes a group as one argument, `filters: Filters`, and is wrapped by `spread`, which shows
Typer the group's fields as options of their own.
"""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from photosearch.errors import WrongSpace

if TYPE_CHECKING:
    from photosearch.index import PhotoIndex

IndexDir = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="The index. [default: a place of this user]"),
]
Count = Annotated[
    int, typer.Option("-k", "--k", metavar="N", min=1, help="At most this many photos.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True)
class Output:
    """How results are printed. At most one is chosen; none means a table."""

    json: Json = False
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV with a header line.")] = False
    paths: Annotated[
        bool, typer.Option("--paths", help="Print file names only, byte for byte, one a line.")
    ] = False
    null: Annotated[
        bool,
        typer.Option("-0", "--null", help="Like --paths, but end each name with a NUL byte."),
    ] = False


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is shown of the photos themselves."""

    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a contact sheet too: a name in .png or .html."),
    ] = None
    thumbnails: Annotated[
        bool,
        typer.Option(help="Show photos in terminals that can: kitty, Ghostty, iTerm2, WezTerm."),
    ] = True


@dataclass(frozen=True, slots=True)
class Filters:
    """Which photos may be found; all that are given must hold."""

    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Taken then or later: 2024, 2024-05, 2024-05-01."),
    ] = None
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Taken then or earlier; 2024 takes in the whole year."),
    ] = None
    near: Annotated[
        str | None,
        typer.Option(metavar="LAT,LON,KM", help="Taken within KM kilometres of a place."),
    ] = None
    under: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Inside this folder; may be repeated."),
    ] = None
    camera: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Camera name holds TEXT, in any case.")
    ] = None
    favourites: Annotated[
        bool, typer.Option("--favourites", help="Only favourites: marked so, or five stars.")
    ] = False
    media: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help="photo, live, panorama, portrait, screenshot, burst, video, selfie, "
            "black-and-white, blurry or dark; may be repeated.",
        ),
    ] = None


def index_directory(given: Path | None) -> Path:
    """The folder of the index: the one given, or this user's own."""
    if given is not None:
        return given.expanduser().absolute()
    from photosearch.index import default_directory

    return default_directory()


@contextmanager
def open_index(
    given: Path | None, model: str | None = None, *, create: bool = False
) -> Iterator[PhotoIndex]:
    """An index, of the model given if there is one. Raises IndexMissing where there is none.

    Where the index turns out to be of another model, the error has the whole command to run.
    """
    from photosearch.index import PhotoIndex
    from photosearch.models import load_encoder

    encoder = None if model is None else load_encoder(model)
    try:
        with PhotoIndex.open(index_directory(given), encoder, create=create) as photos:
            yield photos
    except WrongSpace as error:
        options = {"--index": given, "--model": model}
        words = [f"{name} {shlex.quote(str(to))}" for name, to in options.items() if to]
        raise WrongSpace(f"{error} {' '.join(words)}".rstrip()) from error


def spread(verb: Callable[..., None]) -> Callable[..., None]:
    """`verb` with each parameter that is a dataclass replaced by the fields of that class."""
    hints = get_type_hints(verb, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    shown = [
        parameter
        for name, given in inspect.signature(verb).parameters.items()
        for parameter in (
            _fields(groups[name])
            if name in groups
            else [given.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)]
        )
    ]

    def called(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{each.name: values.pop(each.name) for each in fields(group)})
        verb(**values)

    called.__name__, called.__doc__ = verb.__name__, verb.__doc__
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    setattr(called, "__signature__", inspect.Signature(shown))  # noqa: B010 mypy knows no such name
    return called


def _fields(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=each.default,
            annotation=hints[each.name],
        )
        for each in fields(group)
    ]
