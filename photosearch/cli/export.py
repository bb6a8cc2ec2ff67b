"""`photosearch export`: a model as Core ML packages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.conversion import Conversion, Model
from photosearch.cli.output import say
from photosearch.cli.pace import StepPace
from photosearch.cli.verifying import Verifying, print_verification
from photosearch.display.names import printable
from photosearch.errors import require

if TYPE_CHECKING:
    from photosearch.coreml.export import Exported

MEGA = 1e6
_MANY = 100  # parts of a step that is worth more than one line


def export(
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new directory for the packages.")],
    model: Model = "builtin",
    *,
    conversion: Conversion,
    verifying: Verifying,
) -> None:
    """Convert a model's two towers to Core ML packages.

    Works on any system; what it writes runs on Apple's. Pictures go in as RGB, 0 to 255, at the
    size that export.json says; all else that pixels need is inside the package.

    The packages are then run on real photos and sentences and compared with the model in torch;
    verification.html shows how. If they compute something else, the exit code is 10, and
    `photosearch release` would not pack them. With a thousand photos of --eval-data that takes
    about a minute more.

    \b
    Examples:
      photosearch export --out packages
      photosearch export --model ./clip-vit-base-patch32 --out clip --target iOS18
      photosearch export --out exact --weights fp16 --layout plain
      photosearch export --out small --weights mixed --budget-mb 18
      photosearch export --out packages --eval-data ./holiday-photos-with-captions
    """
    require("coreml", "photosearch export", "torch", "coremltools")
    from photosearch.coreml.export import export_model
    from photosearch.coreml.families.convertible import open_model
    from photosearch.release.export import export_verified
    from photosearch.verify.verification import HTML, require_passed

    verifying.check()
    verification = None
    with steps() as listener:
        source = open_model(model)
        convert = partial(
            export_model,
            source,
            target=conversion.target.value,
            weights=conversion.weights.value,
            layout=conversion.layout.value,
            budget_bytes=conversion.budget_bytes,
            progress=listener,
        )
        if verifying.skip_verification:
            done = convert(out)
        else:
            done, verification = export_verified(
                source,
                out,
                convert,
                eval_data=verifying.eval_data,
                sampling=verifying.sampling,
                on_mac=verifying.on_mac,
                progress=listener,
            )
    _print(done)
    if verification is None:
        say("warning: not verified (--skip-verification)")
    else:
        print_verification(verification)
        require_passed(verification, done.directory / HTML)


def _print(done: Exported) -> None:
    """Sizes on stdout, warnings on stderr."""
    for name, size in done.size_bytes.items():
        before = f"{done.fp16_bytes[name] / MEGA:.2f} MB as fp16"
        print(f"{printable(done.directory / name)}  {size / MEGA:.2f} MB ({before})")
    for warning in done.warnings:
        say(f"warning: {warning}")


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """A listener for `export_model`: a bar on a terminal, a line for each step in a log."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    # Named here, because coremltools' own bars are kept off `sys.stderr` while it works.
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[told]}", style="dim"),
    )
    pace = StepPace()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading the model", total=None, told="")
        yield lambda now, done, total: bar.update(
            task, description=now, completed=done, total=total, told=pace(now, done, total)
        )


def _lines() -> Callable[[str, int, int], None]:
    """One line for each step; ten for what has hundreds of parts."""
    said: tuple[str, int] | None = None

    def listen(now: str, done: int, total: int) -> None:
        nonlocal said
        part = (now, 10 * done // total if total >= _MANY else 0)
        if part != said:
            say(f"{done}/{total} {now}")
            said = part

    return listen
