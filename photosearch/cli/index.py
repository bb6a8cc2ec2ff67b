"""`photosearch index` and `photosearch remove`: add photos to the index, and take them out."""

from __future__ import annotations

import os
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.options import IndexDir, Json, open_index
from photosearch.cli.output import INTERRUPTED, path_record, print_json, say
from photosearch.cli.progress import show_photos
from photosearch.cli.status import left_out_lines
from photosearch.display import printable
from photosearch.errors import ImageError, MassRemoval
from photosearch.index import absolute
from photosearch.types import IndexReport, Skipped, TextReport

NAMED = 5  # skipped files named for each reason; --json names all


Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders or photos.")]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help="A bundle, a folder or a hub id of a CLIP or SigLIP checkpoint. "
        "[default: the one that the index has, or the built-in one]",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN",
        help="Leave out what matches, now and in later runs, and forget what is indexed of it: "
        "'*.png', 'screenshots/', ~/Pictures/private. May be repeated.",
    ),
]
Include = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN", help="Take an exclusion back, as status shows it. May be repeated."
    ),
]
AllowRemoval = Annotated[
    bool,
    typer.Option("--allow-removal", help="Even if too many photos have vanished: see exit code 9."),
]
Text = Annotated[
    bool,
    typer.Option(
        "--text",
        help="Then read the text in photos too, receipts and signs and screenshots, so that "
        "searches find it. Needs the extra ocr.",
    ),
]


def index(
    paths: Paths,
    index: IndexDir = None,
    model: Model = None,
    exclude: Exclude = None,
    include: Include = None,
    allow_removal: AllowRemoval = False,
    text: Text = False,
    json: Json = False,
) -> None:
    """Add photos, and bring the index up to date.

    New and changed photos are embedded, vanished ones forgotten.
    What has not changed is not read again. Ctrl-C stops and keeps what is done; the next run
    goes on from there. Exit code 4 says that a PATH itself could not be read; the others were
    indexed.

    \b
    Examples:
      photosearch index ~/Pictures
      photosearch index /media/card --index trip.photoindex
      photosearch index ~/Pictures --exclude screenshots/ --exclude '*.gif'
      photosearch index ~/Pictures --text
      photosearch index ~/Pictures --index big.photoindex --model ./clip-vit-base-patch32
    """
    from photosearch.index import on_disk
    from photosearch.models.text_reader import require_text_reader

    paths = [on_disk(absolute(path)) for path in paths]
    _check_there(paths)
    if text:
        require_text_reader()
    with open_index(index, model, create=True) as photos, show_photos() as listener:
        if include:
            photos.include(include)
        excluded = photos.exclude(exclude) if exclude else 0
        try:
            report = photos.add(paths, progress=listener, allow_removal=allow_removal)
        except MassRemoval as error:
            raise MassRemoval(f"{error}: --allow-removal") from error
        wanted = text and not report.interrupted
        texts = photos.recognise_text(progress=listener) if wanted else None
    _tell(report, texts, excluded, exclude or (), json=json)
    if report.interrupted or (texts is not None and texts.interrupted):
        raise typer.Exit(INTERRUPTED)
    named = set(map(os.path.realpath, paths))
    if any(os.path.realpath(each.path) in named for each in report.skipped):
        raise typer.Exit(ImageError.exit_code)


def remove(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Photos or folders.")],
    index: IndexDir = None,
    json: Json = False,
) -> None:
    """Take photos out of the index. The files themselves are not touched.

    A folder stands for all the photos in it. The next `photosearch index` of their folder brings
    photos back, unless it is told to leave them out: `photosearch index FOLDER --exclude PATH`.

    \b
    Examples:
      photosearch remove ~/Pictures/private
      photosearch remove one.jpg two.jpg --json
    """
    with open_index(index) as photos:
        removed = photos.remove(paths)
    if json:
        print_json({"removed": removed})
    else:
        what, files = ("photo", "file is") if removed == 1 else ("photos", "files are")
        say(f"{removed:,} {what} taken out of the index; the {files} untouched")
        place = shlex.quote(printable(absolute(paths[0])))
        say(f"indexing their folder brings them back, unless with --exclude {place}")


def _tell(
    report: IndexReport,
    texts: TextReport | None,
    excluded: int,
    patterns: Iterable[str],
    *,
    json: bool,
) -> None:
    from photosearch.index import without_match

    for pattern in without_match(patterns, report.excluded_by):
        say(f"the exclusion {printable(pattern)} matches nothing yet in what was looked through")
    if json:
        told = {} if texts is None else {"text": _record(texts)}
        print_json(_record(report) | {"excluded": excluded} | told)
    else:
        print("\n".join((*_summary(report, excluded), *_text_summary(texts))))


def _check_there(paths: list[Path]) -> None:
    """Raises ImageError if there is none of the paths, before an index is made."""
    reasons = [reason for path in paths if (reason := _refused(path)) is not None]
    if len(reasons) == len(paths):
        others = f" (and {len(reasons) - 1} more such paths)" if len(reasons) > 1 else ""
        raise ImageError(f"{paths[0]}: {reasons[0]}{others}; nothing was indexed")


def _refused(path: Path) -> str | None:
    """Why nothing can be found at a path; None if something is there."""
    try:
        path.stat()
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def _record(report: IndexReport | TextReport) -> dict[str, object]:
    skipped = [path_record(each.path) | {"reason": each.reason} for each in report.skipped]
    return asdict(report) | {"skipped": skipped}


def _summary(report: IndexReport, excluded: int) -> Iterator[str]:
    done = report.added + report.updated
    speed = f", {done / report.seconds:,.1f} photos/s" if done and report.seconds else ""
    yield f"{'stopped' if report.interrupted else 'done'} in {report.seconds:,.1f} s{speed}"
    for name in ("added", "updated", "moved", "copied", "unchanged", "removed"):
        count = getattr(report, name)
        if count:
            yield f"  {name:<10}{count:>8,}"
    if excluded:
        yield f"  {'excluded':<10}{excluded:>8,}"
    if report.skipped:
        yield f"  {'skipped':<10}{len(report.skipped):>8,}"
        yield from _reasons(report.skipped)
    yield from (f"  {line}" for line in left_out_lines(report.left_out))
    if report.interrupted:
        kept = report.added + report.updated + report.moved + report.copied
        told = f"What was done is kept, {_photos(kept)}" if kept else "No photo was done yet"
        yield f"{told}; run the same command to go on."


def _text_summary(texts: TextReport | None) -> Iterator[str]:
    if texts is None:
        return
    speed = f", {texts.read / texts.seconds:,.1f} photos/s" if texts.read else ""
    yield f"text {'stopped' if texts.interrupted else 'read'} in {texts.seconds:,.1f} s{speed}"
    yield f"  {'with text':<10}{texts.read - texts.without_text:>8,}"
    yield f"  {'without':<10}{texts.without_text:>8,}"
    if texts.skipped:
        yield f"  {'skipped':<10}{len(texts.skipped):>8,}"
        yield from _reasons(texts.skipped)
    if texts.interrupted:
        yield "What was read is kept; run the same command to go on."


def _photos(count: int) -> str:
    return f"{count:,} photo" if count == 1 else f"{count:,} photos"


def _reasons(skipped: tuple[Skipped, ...]) -> Iterator[str]:
    by_reason: dict[str, list[Path]] = defaultdict(list)
    for each in skipped:
        by_reason[each.reason].append(each.path)
    for reason, files in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"    {printable(reason)}: {len(files):,}"
        yield from (f"      {printable(file)}" for file in files[:NAMED])
        if len(files) > NAMED:
            yield f"      and {len(files) - NAMED:,} more; --json names all"
