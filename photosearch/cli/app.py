"""The `photosearch` command: the verbs, and what becomes of their errors."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from photosearch import __version__
from photosearch.cli import (
    bundle,
    demo,
    embeddings,
    export,
    index,
    lint,
    release,
    remove,
    run_mlpackage,
    search,
    similar,
    status,
    verify_index,
)
from photosearch.cli.codes import BROKEN_PIPE, INTERRUPTED
from photosearch.cli.minus import Verb
from photosearch.cli.options import spread
from photosearch.cli.output import forgiving_streams, say
from photosearch.errors import PhotoSearchError, StorageError

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


class Verbs(TyperGroup):
    """Turns the errors of every verb into one line on stderr and an exit code."""

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
            say(f"photosearch: {error}")
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

for name, verb in (
    ("index", index.index),
    ("search", search.search),
    ("similar", similar.similar),
    ("status", status.status),
    ("verify-index", verify_index.verify_index),
    ("remove", remove.remove),
    ("demo", demo.demo),
    ("export", export.export),
    ("run-mlpackage", run_mlpackage.run_mlpackage),
    ("lint", lint.lint),
    ("release", release.release),
):
    app.command(name, cls=Verb)(spread(verb))
app.add_typer(bundle.app, name="bundle")
app.add_typer(embeddings.app, name="embeddings")


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
    forgiving_streams()
    # A photo with odd metadata is not the user's mistake; what cannot be read is said in one line.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    app(prog_name="photosearch")
