"""Options of `photosearch eval` in groups, and what is printed for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.options import IndexDir
from photosearch.errors import UsageError

if TYPE_CHECKING:
    from photosearch.display.evaluation_page import Study
    from photosearch.evaluate import Evaluation

Data = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="A folder with captions.jsonl; eval takes labels.jsonl too."),
]
Qrels = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Judgements: query 0 document grade.")
]
Html = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write a report too, with plots: a name in .html."),
]


@dataclass(frozen=True, slots=True)
class Runs:
    """Rankings that are read and written."""

    run: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Score this TREC run by --qrels. With --judge, pool it too; may be given again.",
        ),
    ] = None
    run_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the first 1,000 of each query as a run."),
    ] = None


@dataclass(frozen=True, slots=True)
class Studies:
    """What is asked of a model besides."""

    slices: Annotated[
        bool,
        typer.Option("--slices", help="Also by length, concept, and dark, small, blurred photos."),
    ] = False
    robustness: Annotated[
        bool,
        typer.Option(
            "--robustness", help="Also of photos compressed, cropped, rotated, noisy, scaled."
        ),
    ] = False
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Also how far its confidence can be trusted.")
    ] = False
    probe: Annotated[
        bool,
        typer.Option("--probe", help="With labels, also what a linear probe tells apart."),
    ] = False


@dataclass(frozen=True, slots=True)
class OfIndex:
    """What is asked of an index."""

    index: IndexDir = None
    queries: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Lines query<TAB>words to ask of an index."),
    ] = None
    judge: Annotated[
        bool,
        typer.Option("--judge", help="Ask which photos are right, keep answers in --qrels, score."),
    ] = False
    pool_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what is left to judge, as JSON lines."),
    ] = None
    kinds: Annotated[
        bool,
        typer.Option("--kinds", help="Recall, latency and bytes a photo by kinds and widths."),
    ] = False


@dataclass(frozen=True, eq=False)
class Found:
    """What is printed: measures first, then studies."""

    measured: Sequence[Evaluation] = ()
    studies: Mapping[str, Study] = field(default_factory=dict)  # by their names in JSON

    def as_text(self) -> str:
        from photosearch.evaluate import as_text

        texts = [as_text(self.measured)] if self.measured else []
        return "\n\n".join([*texts, *(each.text for each in self.studies.values())])

    def as_json(self) -> str:
        from photosearch.evaluate.report import as_record

        record = as_record(self.measured) if self.measured else {}
        found = {name: each.record for name, each in self.studies.items()}
        return json.dumps(record | found, indent=2, allow_nan=False)

    def write(self, page: Path, title: str) -> None:
        from photosearch.display.evaluation_page import write_evaluation

        write_evaluation(page, title, self.measured, list(self.studies.values()))


def check_folder(option: str, path: Path | None) -> None:
    """Raises UsageError if a file cannot be written there: before anything is measured."""
    if path is None:
        return
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{option}: no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise UsageError(f"{option}: {path} is no file, expected one or a new name")
