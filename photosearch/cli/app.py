"""The `photosearch` command: its list of commands, and the exit code of every error."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from photosearch import __version__
from photosearch.cli.commands import LazyCommands
from photosearch.cli.output import BROKEN_PIPE, INTERRUPTED, forgiving_streams, say
from photosearch.errors import PhotoSearchError, StorageError

# Where each command stands: a function, or a Group of further commands.
_COMMANDS = {
    "index": "photosearch.cli.index:index",
    "search": "photosearch.cli.search:search",
    "similar": "photosearch.cli.search:similar",
    "explain": "photosearch.cli.explain:explain",
    "status": "photosearch.cli.status:status",
    "verify-index": "photosearch.cli.status:verify_index",
    "upgrade-index": "photosearch.cli.upgrade:upgrade_index",
    "remove": "photosearch.cli.index:remove",
    "embeddings": "photosearch.cli.embeddings:EMBEDDINGS",
    "model": "photosearch.cli.model:MODEL",
    "eval": "photosearch.cli.evaluation.command:eval_",
    "compare": "photosearch.cli.compare:compare",
    "demo": "photosearch.cli.demo:demo",
}
# Names that commands had until 0.1.0. They work for one more version, with a notice.
_FORMER = {
    ("export",): ("model", "export"),
    ("lint",): ("model", "lint"),
    ("run-mlpackage",): ("model", "run"),
    ("release",): ("model", "release"),
    ("bundle", "verify"): ("model", "verify"),
    ("bundle",): ("model",),
}

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
  9  too many of the photos vanished, nothing removed
  10  a gate failed: verification, lint
  130  Ctrl-C
"""


def _renamed(args: list[str]) -> list[str]:
    """A command line with a command's present name instead of its former one, and a notice."""
    for former, now in _FORMER.items():
        if tuple(args[: len(former)]) == former:
            say(f"photosearch {' '.join(former)} is now photosearch {' '.join(now)}")
            return [*now, *args[len(former) :]]
    return args


class Root(TyperGroup):
    """The commands, whose errors are one line on stderr and an exit code."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = LazyCommands(_COMMANDS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        return super().resolve_command(ctx, _renamed(args))

    def invoke(self, ctx: Any) -> Any:
        with one_line_errors():
            result = super().invoke(ctx)
            sys.stdout.flush()
        return result


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turns errors that a caller can act on into one line on stderr and typer.Exit."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor at the last flush
        raise typer.Exit(BROKEN_PIPE) from None
    except KeyboardInterrupt:
        say("stopped")
        raise typer.Exit(INTERRUPTED) from None
    except PhotoSearchError as error:
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
        say(f"photosearch: {error}{notes}")  # notes: which photo it was
        raise typer.Exit(error.exit_code) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"photosearch: {where}{error.strerror or error}")
        raise typer.Exit(StorageError.exit_code) from error


def run_script(script: typer.Typer) -> None:
    """Runs a command of `export/` with errors and exit codes as those of `photosearch`."""
    try:
        with one_line_errors():
            script()
    except typer.Exit as stop:
        sys.exit(stop.exit_code)


app = typer.Typer(
    name="photosearch",
    cls=Root,
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
        print(f"photosearch {__version__}", flush=True)
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
    try:
        app(prog_name="photosearch")
    except OSError as error:  # a help page is written before any command is invoked
        say(f"photosearch: {error.strerror or error}")
        sys.exit(StorageError.exit_code)
