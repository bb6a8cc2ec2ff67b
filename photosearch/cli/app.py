"""The `photosearch` command: the verbs, and what becomes of their errors."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from photosearch import __version__
from photosearch.cli.codes import BROKEN_PIPE, INTERRUPTED
from photosearch.cli.minus import Verb
from photosearch.cli.options import spread
from photosearch.cli.output import forgiving_streams, say
from photosearch.errors import PhotoSearchError, StorageError

# Each is a function, or a Typer `app`, in the module of its name.
_NAMES = (
    *("index", "search", "similar", "status", "verify-index", "remove", "demo"),
    *("export", "run-mlpackage", "lint", "release", "bundle", "embeddings"),
)

_HELP = """Find your own photos by words, offline.

\b
  photosearch index ~/Pictures
  photosearch search "a dog on a beach"
"""

_EXIT_CODES = """\b
Exit codes:
  0  done            1  a bug             2  wrong arguments or query
  3  missing extra   4  unreadable photo  5  model
  6  wrong shape     7  index             8  disk full or not permitted
  9  over a fifth of the photos vanished, nothing removed
  10  a gate failed: verification, lint
  130  Ctrl-C
"""


class Commands(Mapping[str, Any]):
    """The verbs, each imported when it is asked for: a search does not wait for the others."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in _NAMES:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = _command(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


def _command(name: str) -> Any:
    own = name.replace("-", "_")
    module = import_module(f"photosearch.cli.{own}")
    if hasattr(module, "app"):
        command: Any = get_group(module.app)
    else:
        alone = typer.Typer(rich_markup_mode=None, add_completion=False)
        alone.command(name, cls=Verb)(spread(getattr(module, own)))
        command = get_command(alone)
    command.name = name
    for each in (command, *getattr(command, "commands", {}).values()):
        _read_later(each)
    return command


def _read_later(command: Any) -> None:
    """Whether a path can be read is seen where it is read: not every verb has to, and what cannot
    be read has exit codes of its own."""
    for parameter in command.params:
        if parameter.type.name == "path":
            parameter.type.readable = False


class Verbs(TyperGroup):
    """Turns the errors of every verb into one line on stderr and an exit code."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = Commands()

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor at the last flush
            raise typer.Exit(BROKEN_PIPE) from None
        except KeyboardInterrupt:
            say("stopped")
            raise typer.Exit(INTERRUPTED) from None
        except PhotoSearchError as error:
            say(f"photosearch: {error}")
            raise typer.Exit(error.exit_code) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            say(f"photosearch: {where}{error.strerror or error}")
            raise typer.Exit(StorageError.exit_code) from error
        return result


app = typer.Typer(
    name="photosearch",
    cls=Verbs,
    help=_HELP,
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help needs no import of rich
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"photosearch {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """What the `photosearch` script calls."""
    if sys.argv[1:2] == ["search"]:
        # A few words are too little to share: threads that wait for their part keep a core busy
        # each, for longer than the search itself takes. The scan has threads of its own.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    forgiving_streams()
    # A photo with odd metadata is not the user's mistake; what cannot be read is said in one line.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    app(prog_name="photosearch")
