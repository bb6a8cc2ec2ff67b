"""`photosearch upgrade-index`: the same index, with the vectors of another model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import typer

from photosearch.cli.index import AllowRemoval, Model
from photosearch.cli.options import IndexDir, Json, open_index
from photosearch.cli.output import INTERRUPTED, path_record, print_json
from photosearch.cli.progress import show_photos
from photosearch.display import printable
from photosearch.errors import MassRemoval
from photosearch.types import Skipped, UpgradeReport

_NAMED = 5  # photos named; --json names all


def upgrade_index(
    index: IndexDir = None,
    model: Model = None,
    allow_removal: AllowRemoval = False,
    json: Json = False,
) -> None:
    """Embed the photos of an index anew, with a newer model.

    Ids, metadata and exclusions stay, and no folder has to be named. Until every photo is done the
    index is as it was; Ctrl-C stops, and the next run goes on from there. Photos whose files cannot
    be read, as when a disk is not mounted, stop it with exit code 9; with --allow-removal no search
    finds them until they are indexed again.

    \b
    Examples:
      photosearch upgrade-index
      photosearch upgrade-index --index big.photoindex --model ./siglip-base
    """
    from photosearch.models import load_encoder

    encoder = load_encoder(model) if model is not None else None
    with open_index(index) as photos, show_photos() as listener:
        try:
            report = photos.upgrade(encoder, progress=listener, allow_removal=allow_removal)
        except MassRemoval as error:
            raise MassRemoval(f"{error}: --allow-removal") from error
    if json:
        print_json(_record(report))
    else:
        print("\n".join(_summary(report)))
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)


def _record(report: UpgradeReport) -> dict[str, object]:
    lists = {"pending": report.pending, "skipped": report.skipped}
    named = {
        name: [path_record(each.path) | {"reason": each.reason} for each in some]
        for name, some in lists.items()
    }
    return asdict(report) | named


def _summary(report: UpgradeReport) -> Iterator[str]:
    speed = f", {report.embedded / report.seconds:,.1f} photos/s" if report.seconds else ""
    yield f"{'stopped' if report.interrupted else 'done'} in {report.seconds:,.1f} s{speed}"
    yield f"  {'model':<10}{printable(report.model)} ({report.space[:12]})"
    for name in ("indexed", "embedded", "resumed", "reread"):
        if count := getattr(report, name):
            yield f"  {name:<10}{count:>8,}"
    for name, photos in (("pending", report.pending), ("skipped", report.skipped)):
        yield from _named(name, photos)
    if report.interrupted:
        yield "What was embedded is kept; run the same command to go on."


def _named(name: str, photos: tuple[Skipped, ...]) -> Iterator[str]:
    if photos:
        yield f"  {name:<10}{len(photos):>8,}"
        yield from (f"    {printable(p.path)}: {printable(p.reason)}" for p in photos[:_NAMED])
    if len(photos) > _NAMED:
        yield f"    and {len(photos) - _NAMED:,} more; --json names all"
