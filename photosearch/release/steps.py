"""The parts of a release that take minutes, as one record: tests put stand-ins in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photosearch.coreml.families.convertible import Convertible
from photosearch.coreml.lint.rules import Finding
from photosearch.progress import Listener
from photosearch.release.options import ReleaseOptions
from photosearch.verify.records import Verification

Open = Callable[[str], Convertible]
Export = Callable[[Convertible, Path, ReleaseOptions, Listener], tuple[str, ...]]
Verify = Callable[[Path, Convertible, ReleaseOptions, Listener], Verification]
Lint = Callable[[Path], tuple[Finding, ...]]


def _open(model: str) -> Convertible:
    from photosearch.coreml.families.convertible import open_model

    return open_model(model)


def _export(
    source: Convertible, out: Path, options: ReleaseOptions, progress: Listener
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
    exported: Path, source: Convertible, options: ReleaseOptions, progress: Listener
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
