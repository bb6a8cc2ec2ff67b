"""Verifies an export: numbers, retrieval where there is data for it, and Core ML on a Mac.

>>> from photosearch.verify.verification import verify_export, write_verification
>>> found = verify_export(directory, source)  # doctest: +SKIP
>>> write_verification(directory, found)  # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from photosearch.atomic import new_folder, replacing
from photosearch.contract import IMAGE, TEXT, VERIFICATION
from photosearch.coreml import Convertible, Exported, ReferenceModel
from photosearch.coreml.convert import size_bytes
from photosearch.coreml.record import require_export_record
from photosearch.data.evaluation_set import EvaluationSet, Sampling, read_evaluation_set
from photosearch.errors import StorageError, UsageError, VerificationFailed
from photosearch.manifest import file_entry
from photosearch.progress import Listener, silent
from photosearch.shorten import first_of
from photosearch.verify.inputs import TEXTS, photos
from photosearch.verify.mac import mac_checks, not_run, require_mac
from photosearch.verify.measures import Limits, limits_of
from photosearch.verify.numbers import Reference, check_numbers, torch_reference
from photosearch.verify.plots import require_plots
from photosearch.verify.records import Check, Subject, Verification
from photosearch.verify.report import report_html
from photosearch.verify.retrieval import (
    Embedded,
    compare_retrieval,
    embed_as_shipped,
    embed_by_torch,
    retrieval_checks,
)
from photosearch.verify.towers import picture_inputs, text_inputs_of

JSON, HTML = VERIFICATION, "verification.html"
DEFAULT = Sampling()
_NAMED = 3  # failures in a message


@dataclass(frozen=True)
class TorchSide:
    """The model's own embeddings; made once, they serve every variant of its packages."""

    numbers: Reference
    retrieval: Embedded | None


def torch_side(
    source: Convertible, *, data: EvaluationSet | None = None, progress: Listener = silent
) -> TorchSide:
    """Raises MissingExtra if the photos, or the tokenizer's package, are not installed."""
    numbers = torch_reference(source, progress)
    return TorchSide(numbers, embed_by_torch(source, data, progress) if data else None)


def verify_export(
    directory: Path,
    source: Convertible,
    *,
    eval_data: Path | None = None,
    sampling: Sampling = DEFAULT,
    on_mac: bool = False,
    reference: TorchSide | None = None,
    progress: Listener = silent,
) -> Verification:
    """Everything that is known of the packages in a directory that export wrote, beside `source`.

    `reference` spares the torch side, if `torch_side` made it from the same source and eval data.
    A package that computes wrong is a verification that did not pass, not an error. Raises
    UsageError for eval data that do not fit and packages of another model; BundleError for ones
    that cannot be read or run; NeedsMac for `on_mac` elsewhere; MissingExtra without the photos
    or what draws the report.
    """
    if on_mac:
        require_mac()
    require_plots()
    subject = _subject(directory, source)
    data = read_evaluation_set(eval_data, sampling) if eval_data else None
    torch = reference or torch_side(source, data=data, progress=progress)
    limits = limits_of(subject.weights)
    numbers = check_numbers(directory, torch.numbers, progress)
    retrieval = None
    if data and torch.retrieval:
        shipped = embed_as_shipped(directory, data, progress)
        retrieval = compare_retrieval(torch.retrieval, shipped, data, sampling)
    checks = [*numbers.checks, *retrieval_checks(retrieval, limits)]
    checks += _on_mac(directory, torch.numbers, limits) if on_mac else [not_run()]
    return Verification(subject, tuple(checks), numbers, retrieval)


def export_verified(
    source: Convertible,
    out: Path,
    export: Callable[[Path], Exported],
    *,
    eval_data: Path | None = None,
    sampling: Sampling = DEFAULT,
    on_mac: bool = False,
    progress: Listener = silent,
) -> tuple[Exported, Verification]:
    """`export` writes to the path that it is given; with the report beside it that becomes `out`.

    So it does if the verification failed: whether that matters is for the caller to say, by
    `require_passed`. Raises what `export` and `verify_export` raise, and leaves nothing then;
    whatever can be known to be wrong before the work is said before it.
    """
    if on_mac:
        require_mac()
    if eval_data is not None:
        read_evaluation_set(eval_data, sampling)
    with new_folder(out) as partial:
        made = partial / "export"
        done = export(made)
        verification = verify_export(
            made,
            source,
            eval_data=eval_data,
            sampling=sampling,
            on_mac=on_mac,
            progress=progress,
        )
        write_verification(made, verification)
        for each in made.iterdir():
            each.rename(partial / each.name)
        made.rmdir()
    return replace(done, directory=out), verification


def write_verification(directory: Path, verification: Verification) -> None:
    """`verification.json` and `verification.html`. Raises StorageError."""
    _write(directory / JSON, verification.to_json())
    _write(directory / HTML, report_html(verification))


def require_passed(verification: Verification, report: Path) -> None:
    """Raises VerificationFailed, which names the first failures and where to read of the rest."""
    failures = verification.failures
    if failures:
        named = first_of(failures, _NAMED, "; ")
        raise VerificationFailed(f"verification failed: {named}. See {report}")


def _subject(directory: Path, source: Convertible) -> Subject:
    record = require_export_record(directory)
    if record.space != source.space:
        raise UsageError(
            f"{directory} holds packages of another model: got space {record.space}, "
            f"expected {source.space}"
        )
    packages = {name: directory / name for name in (IMAGE, TEXT)}
    return Subject(
        name=source.name,
        space=source.space,
        size_bytes={name: size_bytes(path) for name, path in packages.items()},
        fp16_bytes=record.fp16_bytes,
        sha256={name: package_digest(path) for name, path in packages.items()},
        target=record.target,
        weights=record.weights,
        layout=record.layout,
    )


def package_digest(package: Path) -> str:
    """SHA-256 of a text with one line a file, by name: its own SHA-256, two spaces, its name."""
    files = sorted(file for file in package.rglob("*") if file.is_file())
    lines = (f"{file_entry(f).sha256}  {f.relative_to(package).as_posix()}\n" for f in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _on_mac(directory: Path, torch: Reference, limits: Limits) -> Iterator[Check]:
    image, text = (ReferenceModel(directory / name) for name in (IMAGE, TEXT))
    pictures = [picture_inputs(image.path, image, each.picture) for each in photos()]
    yield from mac_checks("image", image, pictures, torch.photos, limits)
    yield from mac_checks("text", text, text_inputs_of(text.path, text, TEXTS), torch.texts, limits)


def _write(path: Path, text: str) -> None:
    try:
        with replacing(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise StorageError(f"cannot write {path.name}: {error.strerror or error}") from error
