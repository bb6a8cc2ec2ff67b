"""Writes the release notes: what is in the archive, what was measured, how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from photosearch.bundle.sums import SBOM, SIGNATURE, SUMS
from photosearch.coreml import Finding
from photosearch.coreml.lint.rules import SEVERITIES
from photosearch.manifest import FileEntry, Manifest, PackageSpec
from photosearch.verify.records import Compared, Verification

_MEGA = 1e6


@dataclass(frozen=True, slots=True)
class Gates:
    """What a release went through before it was packed."""

    verification: Verification
    findings: tuple[Finding, ...]  # of the lint, over both packages
    warnings: tuple[str, ...]  # of the export


def release_notes(
    manifest: Manifest, entries: Mapping[str, FileEntry], gates: Gates, *, bundle: str, signed: bool
) -> str:
    """Markdown. `entries` are the files of the bundle, whose directory is called `bundle`."""
    sections = [
        [f"# {manifest.name} {manifest.version}", *_about(manifest, gates)],
        ["## Measured", *_table(manifest, gates.verification)],
        ["## Checks", *_checks(gates)],
        ["## Files", *_files(entries, bundle)],
        ["## How to check it", *_commands(bundle, signed=signed)],
    ]
    return "\n\n".join("\n\n".join(parts) for parts in sections) + "\n"


def _about(manifest: Manifest, gates: Gates) -> Iterator[str]:
    assert manifest.packages is not None
    yield (
        f"Core ML packages of the {manifest.architecture} model {manifest.name}: embeddings of "
        f"{manifest.dim} numbers, for {manifest.packages.image.target} and later. Space "
        f"`{manifest.space}`."
    )
    yield f"The files were {gates.verification.statement}."
    if manifest.packages.text is None:
        yield (
            "The package of the text tower was verified too and left out: the weights answer words "
            "on every system."
        )
    for warning in gates.warnings:
        yield f"**Warning**: {warning}."


def _table(manifest: Manifest, verification: Verification) -> Iterator[str]:
    """One row a variant, as in the guide to Core ML."""
    assert manifest.packages is not None
    found = verification.summary
    error = " / ".join(f"{found.error[side]:.4f}" for side in ("image", "text"))
    size = f"{found.size_bytes / _MEGA:.1f} MB ({found.size_bytes / found.fp16_bytes:.0%} of fp16)"
    head = "variant | image + text | error / spread, image / text | top-10 overlap"
    row = f"{_variant(manifest.packages.image)} | {size} | {error} | {found.overlap:.3f}"
    yield f"| {head} |\n|-|-|-|-|\n| {row} |"
    retrieval = verification.retrieval
    if retrieval is None:
        yield "Retrieval was **not checked**: this release was made without evaluation data."
        return
    rows = "".join(_retrieval_row(name, each) for name, each in retrieval.metrics.items())
    yield (
        f"Captions to photos, {retrieval.captions:,} captions and {retrieval.photos:,} photos, "
        "in percent with 95 % intervals:"
    )
    yield f"| | torch | as shipped | difference |\n|-|-|-|-|\n{rows}".rstrip()


def _variant(package: PackageSpec) -> str:
    return f"{package.target}, {package.layout}, {package.weights}"


def _retrieval_row(name: str, each: Compared) -> str:
    cells = (name, each.torch.percent(), each.shipped.percent(), each.difference.percent())
    return f"| {' | '.join(cells)} |\n"


def _checks(gates: Gates) -> Iterator[str]:
    lines = [
        f"- {check}: {check.outcome}"
        for check in gates.verification.checks
        if check.value is not None
    ]
    lines += [f"- {check}" for check in gates.verification.checks if check.value is None]
    yield "\n".join(lines)
    counts = ", ".join(_count(gates.findings, severity) for severity in SEVERITIES)
    yield f"Lint for the Neural Engine: {counts}."
    accepted = sorted({str(each) for each in gates.findings if each.accepted})
    if accepted:
        yield "\n".join(f"- {each}" for each in accepted)


def _count(findings: Sequence[Finding], severity: str) -> str:
    """For example `1 error (accepted)`, `0 warnings`."""
    these = [each for each in findings if each.severity == severity]
    known = sum(each.accepted for each in these)
    return f"{len(these)} {severity}{'' if len(these) == 1 else 's'}" + (
        f" ({known} accepted)" if known else ""
    )


def _files(entries: Mapping[str, FileEntry], bundle: str) -> Iterator[str]:
    rows = "\n".join(
        f"| `{bundle}/{name}` | {entry.size_bytes:,} |" for name, entry in sorted(entries.items())
    )
    yield f"| file | bytes |\n|-|-|\n{rows}"
    yield f"`{SBOM}` is the software bill of materials (CycloneDX 1.6)."


def _commands(bundle: str, *, signed: bool) -> Iterator[str]:
    lines = [f"sha256sum --check {SUMS}", f"photosearch model verify {bundle}"]
    if signed:
        lines[-1] += " --public-key KEY.pem"
        lines.append(
            f"openssl pkeyutl -verify -rawin -pubin -inkey KEY.pem -in {SUMS} -sigfile {SIGNATURE}"
        )
    yield "```\n" + "\n".join(lines) + "\n```"
    if not signed:
        yield f"This release is not signed: {SUMS} shows damage, not who made it."
