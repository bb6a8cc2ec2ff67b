"""What an export has to pass before anything is made of it."""

from __future__ import annotations

from pathlib import Path

from photosearch.bundle.check import check_bundle
from photosearch.contract import IMAGE, TEXT
from photosearch.coreml.families.convertible import Convertible
from photosearch.coreml.lint.lint import gate
from photosearch.coreml.lint.rules import Finding
from photosearch.errors import GateFailed, StorageError, VerificationFailed
from photosearch.progress import Listener, Progress
from photosearch.release.notes import Gates
from photosearch.release.options import ReleaseOptions
from photosearch.release.steps import Steps
from photosearch.verify.records import Verification
from photosearch.verify.verification import HTML, require_passed, write_verification

FAILED = ".failed-verification"  # after the name of what was not made
# What a bundle check must have looked at before anything is shipped.
_NEEDED = {"files", "card", "packages", "tokenizer", "verification"}


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
