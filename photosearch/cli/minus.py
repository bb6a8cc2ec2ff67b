"""Arguments that begin with a minus: what to type, instead of "no such option: -d"."""

from __future__ import annotations

import shlex
from typing import Any, Final

from typer.core import TyperCommand

from photosearch.errors import UsageError

_END: Final = "--"  # of the options
_HELP: Final = ("-h", "--help")


class Verb(TyperCommand):
    """A verb that tells an argument with a minus in front from an option.

    Raises UsageError with the command that means the argument: `search '-dog beach'` would else
    be read letter by letter, and `search -house` would print the help.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        options, words = self._split(args)
        doubtful = [word for word in words if word.startswith("-") and word != "-"]
        arguments = [each for each in self.params if each.param_type_name == "argument"]
        if doubtful and arguments:
            command = shlex.join([*ctx.command_path.split(), *options, _END, *words])
            meant = arguments[0].make_metavar(ctx)
            raise UsageError(
                f"{doubtful[0]!r} is no option; if it is meant as {meant}, put {_END} before it: "
                f"{command}"
            )
        return super().parse_args(ctx, args)

    def _split(self, args: list[str]) -> tuple[list[str], list[str]]:
        """Options with their values, and what stands for itself before any `--`."""
        flags = {name: _takes_value(each) for each in self.params for name in each.opts}
        flags |= dict.fromkeys(_HELP, False)
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
        return options, words


def _takes_value(parameter: Any) -> bool:
    return parameter.param_type_name == "option" and not parameter.is_flag


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
