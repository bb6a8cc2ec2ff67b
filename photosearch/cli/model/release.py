"""`photosearch model release`: packs a model that passed every check as one archive."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.model.options import ConversionOptions, EvalData, Model
from photosearch.cli.output import say
from photosearch.cli.progress import show_steps
from photosearch.display import printable
from photosearch.errors import require

if TYPE_CHECKING:
    from photosearch.release import Released


class FormatName(StrEnum):
    zip = "zip"
    tar_zst = "tar.zst"


def release(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder for the archive.")],
    model: Model = "builtin",
    *,
    conversion: ConversionOptions,
    eval_data: EvalData = None,
    without_retrieval_check: Annotated[
        bool,
        typer.Option(
            "--without-retrieval-check",
            help="Ship without knowing whether the packages find what the model finds.",
        ),
    ] = False,
    bundle_version: Annotated[
        str | None, typer.Option(metavar="VERSION", help="The bundle's. [default: the model's own]")
    ] = None,
    card: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The model card, Markdown. [default: the model's own]"),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sign with this key, Ed25519 in PEM.")
    ] = None,
    format: Annotated[FormatName, typer.Option(help="The kind of archive.")] = FormatName.zip,
) -> None:
    """Convert, verify, lint, sign and pack a model for Apple's systems.

    The archive holds the bundle, the evidence, release notes, a software bill of materials and
    SHA256SUMS. A check that fails leaves no archive. The same model gives the same archive;
    SOURCE_DATE_EPOCH dates it. Keys: openssl genpkey -algorithm ed25519.

    \b
    Examples:
      photosearch model release --out dist --eval-data captions --key maker.pem
      photosearch model release --out dist --without-retrieval-check --format tar.zst
      photosearch model release --model ./clip --bundle-version 1.2.0 --out dist --eval-data data
    """
    require("release", "photosearch model release", "torch", "coremltools")
    from photosearch.release import ReleaseOptions, make_release

    options = ReleaseOptions(
        target=conversion.target.value,
        weights=conversion.weights.value,
        layout=conversion.layout.value,
        budget_bytes=conversion.budget_bytes,
        version=bundle_version,
        card=card,
        eval_data=eval_data,
        without_retrieval_check=without_retrieval_check,
        key=key,
        format=format.value,
    )
    with show_steps() as listener:
        done = make_release(model, out, options, progress=listener)
    _tell(done)


def _tell(done: Released) -> None:
    """The archive on stdout, in the form of a line of SHA256SUMS; the rest on stderr."""
    print(f"{done.sha256}  {printable(done.archive)}")
    verification = done.gates.verification
    say(f"{done.archive.name}: {done.size_bytes / 1e6:.1f} MB, {verification.statement}")
    for warning in done.gates.warnings:
        say(f"warning: {warning}")
    if verification.retrieval is None:
        say("warning: retrieval was not checked")
    if not done.signed:
        say("not signed: give --key")
