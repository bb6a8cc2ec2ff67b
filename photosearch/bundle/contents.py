"""Checks the weights, tokenizer, space id and verification in a bundle against its manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from photosearch.bundle.inventory import Fault
from photosearch.contract import TOKENIZER, VERIFICATION
from photosearch.errors import BundleError, ModelError
from photosearch.manifest import FILE_NAME, Manifest, TextSpec
from photosearch.models import open_tokenizer
from photosearch.models.bundle_io import WEIGHTS, read_backbone, space_of, verify_whole
from photosearch.records import decode_json, read_record

Figure = float | Literal["inf", "-inf", "nan"]  # what is not finite is text in the file
_PROBES = ("a dog on a beach", "", "an astronuat", "Ein Café, 北京 🐕")  # a slip, and many scripts


@dataclass(frozen=True, slots=True)
class VerifiedSubject:
    """What a verification is of: a model, and the digest of each package."""

    space: str
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class MeanRecord:
    """A metric's mean."""

    mean: Figure


@dataclass(frozen=True, slots=True)
class RecallRecord:
    """R@10 of the packages and of the torch model, 0 to 1."""

    shipped: MeanRecord
    torch: MeanRecord
    difference: MeanRecord


@dataclass(frozen=True, slots=True)
class SummaryRecord:
    """The figures that a reader is shown first."""

    error: dict[str, Figure]  # tower -> error over the spread
    overlap: Figure
    recall_at_10: RecallRecord | None


@dataclass(frozen=True, slots=True)
class VerificationRecord:
    """What is read of `verification.json`; `photosearch.verify` writes more."""

    passed: bool
    statement: str
    subject: VerifiedSubject
    summary: SummaryRecord


def read_verification(path: Path) -> VerificationRecord:
    """Raises BundleError, with the path and the field, if it is missing or damaged."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror or error}") from error
    raw = decode_json(data, str(path))
    return read_record(VerificationRecord, raw, str(path), may_grow=True)


def _width(tensors: Mapping[str, Any]) -> int:
    head = "head.linear.weight"
    if head not in tensors:
        raise BundleError(f"{WEIGHTS}: no tensor image.{head}")
    width: int = tensors[head].shape[0]
    return width


def check_weights(bundle: Path, manifest: Manifest) -> Iterator[Fault]:
    """The towers that Python runs: their backbone, widths, context and space id."""
    from photosearch.models.text_tower import NumpyTextTower
    from photosearch.weights import load_tensors

    try:
        text = NumpyTextTower.load(bundle / WEIGHTS)
        tensors = load_tensors(bundle / WEIGHTS, "image.")
        backbone, image = read_backbone(bundle / WEIGHTS), _width(tensors)
        space = space_of(manifest)
        verify_whole(bundle, manifest)
    except (BundleError, ModelError) as error:
        yield Fault("unreadable", WEIGHTS, str(error))
        return
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    if misfit := backbone.misfit(shapes, "backbone."):
        yield Fault("shape", WEIGHTS, misfit)
    for what, got, wanted in (
        ("image embedding", image, manifest.dim),
        ("text embedding", text.dim, manifest.dim),
        ("context", text.context, manifest.text.context),
    ):
        if got != wanted:
            yield Fault("shape", WEIGHTS, f"{what}: got {got}, the manifest says {wanted}")
    if space != manifest.space:
        detail = f"the files give {space[:12]}, the manifest says {manifest.space[:12]}"
        yield Fault("space", FILE_NAME, detail)


def check_tokenizer(bundle: Path, manifest: Manifest) -> Iterator[Fault]:
    """It loads, and gives ids that the text tower has rows for, at most `context` of them.

    Raises MissingExtra if the files need transformers.
    """
    spec, directory = manifest.text, bundle / TOKENIZER
    if not directory.is_dir():
        yield Fault("tokenizer", TOKENIZER, "there is none")
        return
    try:
        tokenizer = open_tokenizer(directory, spec)
        encoded = [tokenizer.encode(text) for text in _PROBES]
        largest = max(_largest_id(directory, spec), *(max(ids) for ids in encoded))
        rows = _rows(bundle, manifest)
    except (BundleError, ModelError, KeyError) as error:
        yield Fault("tokenizer", TOKENIZER, str(error))
        return
    longest = max(map(len, encoded))
    if longest > spec.context:
        detail = f"got {longest} tokens, expected at most {spec.context}"
        yield Fault("tokenizer", TOKENIZER, detail)
    if rows is not None and largest >= rows:
        detail = f"got ids up to {largest}, the text tower has {rows} words"
        yield Fault("tokenizer", TOKENIZER, detail)


def _rows(bundle: Path, manifest: Manifest) -> int | None:
    """How many words the text tower has room for; None if nothing here tells."""
    if WEIGHTS in manifest.files:
        from photosearch.weights import load_tensors

        return load_tensors(bundle / WEIGHTS, "text.")["tokens.weight"].shape[0]
    if manifest.packages and manifest.packages.text:
        from photosearch.bundle.packages import vocabulary_rows

        return vocabulary_rows(bundle / manifest.packages.text.file)
    return None


def _largest_id(directory: Path, spec: TextSpec) -> int:
    """Of the vocabulary; 0 where only transformers can tell."""
    if spec.tokenizer == "wordpiece":
        from photosearch.text import WordPiece

        return len(WordPiece.from_folder(directory, context=spec.context)) - 1
    if spec.tokenizer == "clip-bpe":
        from photosearch.text import read_clip_files

        return max(read_clip_files(directory)[0].values())
    return 0


def check_verification(bundle: Path, manifest: Manifest) -> Iterator[Fault]:
    """It passed, and it is of this model and of these packages.

    It may be of a text package too that the bundle left out.
    """
    try:
        found = read_verification(bundle / VERIFICATION)
    except BundleError as error:
        yield Fault("verification", VERIFICATION, f"cannot be read: {error}")
        return
    if not found.passed:
        yield Fault("verification", VERIFICATION, "it did not pass")
    if found.subject.space != manifest.space:
        detail = f"of space {found.subject.space[:12]}, the manifest says {manifest.space[:12]}"
        yield Fault("space", VERIFICATION, detail)
    for package in manifest.packages.all if manifest.packages else ():
        if found.subject.sha256.get(package.file) != listed_digest(manifest, package.file):
            yield Fault("verification", VERIFICATION, f"of another {package.file}")


def listed_digest(manifest: Manifest, package: str) -> str:
    """What `verification.package_digest` gives for a package whose files are as listed."""
    names = (name for name in manifest.files if name.startswith(f"{package}/"))
    paths = sorted(PurePosixPath(name).relative_to(package) for name in names)
    lines = (f"{manifest.files[f'{package}/{path}'].sha256}  {path}\n" for path in paths)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
