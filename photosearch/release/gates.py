"""Exports, verifies and lints a model; a step that does not pass stops the release.

The parts that take minutes are `Steps`, so that tests put stand-ins in their place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photosearch.bundle.check import check_bundle
from photosearch.contract import IMAGE, TEXT
from photosearch.coreml import Convertible, Finding, gate
from photosearch.errors import GateFailed, StorageError, VerificationFailed
from photosearch.progress import Listener, Progress
from photosearch.release.notes import Gates
from photosearch.release.options import ReleaseOptions
from photosearch.verify.records import Verification
from photosearch.verify.verification import HTML, require_passed, write_verification

FAILED = ".failed-verification"  # after the name of what was not made
# What a bundle check must have looked at before anything is shipped.
_NEEDED = {"files", "card", "packages", "tokenizer", "verification"}

Open = Callable[[str], Convertible]
Export = Callable[[Convertible, Path, ReleaseOptions, Listener], tuple[str, ...]]
Verify = Callable[[Path, Convertible, ReleaseOptions, Listener], Verification]
Lint = Callable[[Path], tuple[Finding, ...]]


def _open(model: str) -> Convertible:
    from photosearch.coreml import open_model

    return open_model(model)


def _export(
    source: Convertible, out: Path, options: ReleaseOptions, progress: Listener
) -> tuple[str, ...]:
    from photosearch.coreml import export_model

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
    from photosearch.coreml import lint_package

    return lint_package(package)


@dataclass(frozen=True, slots=True)
class Steps:
    """`export` returns what whoever ships it has to know; `verify` leaves its files there."""

    open: Open = _open
    export: Export = _export
    verify: Verify = _verify
    lint: Lint = _lint


def pass_gates(
    exported: Path,
    wanted: Path,
    source: Convertible,
    options: ReleaseOptions,
    steps: Steps,
    progress: Listener,
) -> Gates:
    """Exports, verifies and lints. Raises GateFailed.

    The report of a verification that failed stays beside `wanted`, which is to be made of it.
    """
    warnings = steps.export(source, exported, options, progress)
    verification = steps.verify(exported, source, options, progress)
    if not verification.passed:
        keep_report(wanted.with_name(wanted.name + FAILED), verification)
    if options.eval_data and verification.retrieval is None:
        raise VerificationFailed(f"nothing was made: no retrieval on {options.eval_data}")
    findings: list[Finding] = []
    for done, name in enumerate((IMAGE, TEXT)):
        progress(Progress(done, 2, "lint"))
        findings += steps.lint(exported / name)
    gate(findings, "error")
    progress(Progress(2, 2, "lint"))
    return Gates(verification, tuple(findings), warnings)


def keep_report(directory: Path, verification: Verification) -> None:
    """Raises VerificationFailed in any case. A report of an earlier try is written over."""
    try:
        directory.mkdir(exist_ok=True)
        write_verification(directory, verification)
    except OSError as error:
        raise StorageError(f"cannot write {directory}: {error.strerror or error}") from error
    require_passed(verification, directory / HTML)


def require_sound(bundle: Path) -> None:
    """Raises GateFailed if anything in a bundle is wrong, or could not be checked."""
    report = check_bundle(bundle)
    if not report.ok:
        raise GateFailed(f"nothing was made: {'; '.join(map(str, report.faults))}")
    if missed := sorted(_NEEDED - set(report.checked)):
        raise GateFailed(f"nothing was made: not checked: {', '.join(missed)}")
