"""Parsing of arguments: tells words that begin with a minus from options, refuses empty paths."""

from __future__ import annotations

import shlex
from typing import Any, Final

from typer.core import TyperCommand

from photosearch.cli.output import say
from photosearch.display import printable
from photosearch.errors import UsageError

_END: Final = "--"  # of the options
_HELP: Final = ("-h", "--help")


class Verb(TyperCommand):
    """A verb that tells an argument with a minus in front from an option.

    Raises UsageError with the command that means the argument: `search '-dog beach'` would else
    be read letter by letter, and `search -house` would print the help. Raises it, too, for an
    empty path, which would else be the current folder.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        options, words, behind = self._split(args)
        doubtful = [word for word in words if word.startswith("-") and word != "-"]
        arguments = [each for each in self.params if each.param_type_name == "argument"]
        if doubtful and arguments:
            command = shlex.join([*ctx.command_path.split(), *options, _END, *words])
            meant = arguments[0].make_metavar(ctx)
            raise UsageError(
                f"{doubtful[0]!r} is no option; if it is meant as {meant}, put {_END} before it: "
                f"{command}"
            )
        self._check_paths(ctx, args)
        for each in filter(self._is_option, behind):
            say(f"note: {printable(each)} after {_END} is no option; options go before {_END}")
        return super().parse_args(ctx, args)

    def _check_paths(self, ctx: Any, args: list[str]) -> None:
        given: dict[Any, Any] = self.make_parser(ctx).parse_args(list(args))[0]
        for each in self.params:
            values = given.get(each.name)
            several = values if isinstance(values, list | tuple) else (values,)
            is_option = each.param_type_name == "option"
            meant = each.opts[0] if is_option else each.make_metavar(ctx)
            if each.type.name == "path" and "" in several:
                raise UsageError(f"{meant}: got '', expected a path")
            if each.name == "model" and "" in several:
                raise UsageError(f"{meant}: got '', expected the name of a model, or its folder")

    def _is_option(self, text: str) -> bool:
        """Whether it would be one, with its value or without, if it stood before the `--`."""
        flags = self._flags()
        if text[:2] == _END:
            return text.partition("=")[0] in flags
        return text[:1] == "-" and bool(_letters(text, flags))

    def _flags(self) -> dict[str, bool]:
        """Every name of an option, and whether a value follows it."""
        options: list[Any] = [each for each in self.params if each.param_type_name == "option"]
        flags = {name: not each.is_flag for each in options for name in each.opts}
        return flags | dict.fromkeys(_HELP, False)

    def _split(self, args: list[str]) -> tuple[list[str], list[str], list[str]]:
        """Options with their values, what stands for itself before any `--`, and all behind it."""
        flags = self._flags()
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for each in rest:
            if each == _END:
                break
            if each[:2] == _END:
                options.append(each)
                wants_value = flags.get(each, False)
            elif each[:1] == "-" and (last := _letters(each, flags)):
                options.append(each)
                wants_value = flags[last] and each.endswith(last[1])
            else:
                words.append(each)
                continue
            if wants_value:
                options.extend([value for value in [next(rest, None)] if value is not None])
        return options, words, list(rest)


def _letters(text: str, flags: dict[str, bool]) -> str:
    """The last option of `-0k5`, if all are options and what follows is a number; else ""."""
    name = ""
    for place, letter in enumerate(text[1:], 2):
        name = f"-{letter}"
        if name not in flags:
            return ""
        if flags[name]:
            return name if not text[place:] or text[place:].isdecimal() else ""
    return name
