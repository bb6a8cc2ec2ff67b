"""`photosearch model verify`: checks that a model bundle is as it was made."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import Json
from photosearch.cli.output import print_json
from photosearch.cli.progress import show_steps
from photosearch.display import printable
from photosearch.errors import BundleError

if TYPE_CHECKING:
    from photosearch.bundle import BundleReport


def verify(
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="A .photomodel, or the folder that a release unpacks to."
        ),
    ],
    *,
    public_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The signature has to be by this key, Ed25519 in PEM."),
    ] = None,
    json: Json = False,
) -> None:
    """Check every file, shape and version of a model bundle.

    The exit code is 5 if something is wrong. Names the files that are changed, missing, extra or
    exchanged, and says what was not checked. Shapes are read from the packages, which needs the
    extra coreml; hashes need nothing.

    \b
    Examples:
      photosearch model verify builtin-2.0.1.photomodel
      photosearch model verify builtin-2.0.1 --public-key maker.pem --json
    """
    from photosearch.bundle import check_bundle
    from photosearch.progress import silent

    with show_steps() if sys.stderr.isatty() else nullcontext(silent) as listener:
        report = check_bundle(directory, public_key=public_key, progress=listener)
    if json:
        print_json(asdict(report) | {"ok": report.ok})
    else:
        print("\n".join(printable(line) for line in _lines(report)))
    if not report.ok:
        raise typer.Exit(BundleError.exit_code)


def _lines(report: BundleReport) -> list[str]:
    """What is wrong first, one a line; then what was looked at."""
    state = "sound" if report.ok else "damaged"
    about = f"{report.name} {report.version}, {report.files} files"
    return [
        f"{report.bundle} is {state}: {about}, {report.size_bytes / 1e6:.1f} MB",
        *(f"  {fault}" for fault in report.faults),
        f"checked: {', '.join(report.checked)}",
        *(f"not checked: {reason}" for reason in report.not_checked),
    ]
