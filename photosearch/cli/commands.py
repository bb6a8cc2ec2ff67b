"""Commands that are imported when they are asked for: a search does not wait for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command, get_group

from photosearch.cli.arguments import Verb
from photosearch.cli.options import spread


@dataclass(frozen=True, slots=True)
class Group:
    """Commands under one name: `photosearch model export` is one of the group `model`."""

    help: str
    commands: Mapping[str, str]  # name -> "module:attribute", a function or another Group


class LazyCommands(Mapping[str, Any]):
    """The commands of a group by their names, as Typer's groups hold them."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = homes
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _make(name, self._homes[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


def _make(name: str, home: str) -> Any:
    module, _, attribute = home.partition(":")
    found = getattr(import_module(module), attribute)
    return _group(name, found) if isinstance(found, Group) else _command(name, found)


def _group(name: str, group: Group) -> Any:
    typed = typer.Typer(help=group.help, no_args_is_help=True, rich_markup_mode=None)
    made: Any = get_group(typed)
    made.name, made.commands = name, LazyCommands(group.commands)
    return made


def _command(name: str, function: Callable[..., None]) -> Any:
    typed = typer.Typer(rich_markup_mode=None, add_completion=False)
    typed.command(name, cls=Verb)(spread(function))
    made: Any = get_command(typed)
    made.name = name
    _leave_paths_unchecked(made)
    return made


def _leave_paths_unchecked(command: Any) -> None:
    """Whether a path can be read is seen where it is read: not every verb has to, and what cannot
    be read has exit codes of its own."""
    for parameter in command.params:
        if parameter.type.name == "path":
            parameter.type.readable = False
