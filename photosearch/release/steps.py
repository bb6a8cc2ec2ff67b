"""The parts of a release that take minutes, as one record: tests put stand-ins in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photosearch.bundle.inventory import Progress
from photosearch.coreml.families.source import Source
from photosearch.coreml.lint.rules import Finding
from photosearch.release.options import ReleaseOptions
from photosearch.verify.verification_record import Verification

Open = Callable[[str], Source]
Export = Callable[[Source, Path, ReleaseOptions, Progress], tuple[str, ...]]
Verify = Callable[[Path, Source, ReleaseOptions, Progress], Verification]
Lint = Callable[[Path], tuple[Finding, ...]]


def _open(model: str) -> Source:
    from photosearch.coreml.families.open import open_source

    return open_source(model)


def _export(
    source: Source, out: Path, options: ReleaseOptions, progress: Progress
) -> tuple[str, ...]:
    from photosearch.coreml.export import export_model

    done = export_model(
        source,
        out,
        target=options.target,
        weights=options.weights,
        layout=options.layout,
        budget_bytes=options.budget_bytes,
        progress=progress,
    )
    return done.warnings


def _verify(
    exported: Path, source: Source, options: ReleaseOptions, progress: Progress
) -> Verification:
    from photosearch.verify.verification import verify_export, write_verification

    found = verify_export(exported, source, eval_data=options.eval_data, progress=progress)
    write_verification(exported, found)
    return found


def _lint(package: Path) -> tuple[Finding, ...]:
    from photosearch.coreml.lint.lint import lint_package

    return lint_package(package)


@dataclass(frozen=True, slots=True)
class Steps:
    """`export` returns what whoever ships it has to know; `verify` leaves its files there."""

    open: Open = _open
    export: Export = _export
    verify: Verify = _verify
    lint: Lint = _lint
