"""Writes and opens the built-in model's bundle: whole or not at all, checked when opened.

builtin.photomodel/
  manifest.json          the contract (photosearch.manifest)
  weights.safetensors    both towers (photosearch.weights), but for what lies in a package
  tokenizer/vocab.txt    one word piece a line
  tokenizer/words.txt    words that stay as they are typed, likely ones first; not in all bundles
  MODEL_CARD.md          data, terms, metrics, limits

The shipped one holds Core ML packages beside these: `photosearch.bundle.build` adds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from photosearch.atomic import replacing_folder
from photosearch.contract import TOKENIZER
from photosearch.errors import BundleError, ShapeError
from photosearch.manifest import (
    Calibration,
    FileEntry,
    ImageSpec,
    Manifest,
    TextSpec,
    file_entry,
    read_by_python,
    read_manifest,
    space_id,
    verify_files,
    write_manifest,
)
from photosearch.models.backbones import BACKBONES, MOBILENET_V2, Backbone
from photosearch.weight_file import read_config, read_elsewhere, whole_entry
from photosearch.weights import Tensor, write_weights

ARCHITECTURE = "photosearch-v1"
WEIGHTS, VOCABULARY, CARD = "weights.safetensors", f"{TOKENIZER}/vocab.txt", "MODEL_CARD.md"
WORDS = f"{TOKENIZER}/words.txt"
_BACKBONE = "backbone"  # in the weights' config


def write_bundle(
    directory: Path,
    *,
    name: str,
    version: str,
    tensors: Mapping[str, Tensor],
    heads: int,
    vocabulary: Sequence[str],
    image: ImageSpec,
    calibration: Calibration,
    card: str,
    backbone: Backbone = MOBILENET_V2,
    words: Sequence[str] = (),
) -> Manifest:
    """Writes a bundle; what was there stays until the new one is whole and on the disk.

    `tensors` are the two state dicts under `image.` and `text.`, packed or not; `heads` is the
    number of attention heads of the text tower, `backbone` that of the image tower. Embeddings may
    be cut to a half and a quarter. With `words`, the likelier first, the tokenizer mends slips of
    typing; the space stays the same. The same arguments give the same bytes. Raises UsageError if
    `directory` is a file, ShapeError if the tensors are those of another backbone.
    """
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    if wrong := backbone.misfit(shapes, "image.backbone."):
        raise ShapeError(wrong)
    with replacing_folder(directory) as partial:
        write_weights(partial / WEIGHTS, tensors, {"heads": heads, _BACKBONE: backbone.name})
        files = _write_files(partial, {VOCABULARY: vocabulary, WORDS: words}, card)
        context = tensors["text.positions.weight"].shape[0]
        text = TextSpec(context=context, tokenizer="wordpiece")
        dim = tensors["text.head.linear.weight"].shape[0]
        manifest = Manifest(
            name=name,
            version=version,
            architecture=ARCHITECTURE,
            space=_space(files[WEIGHTS].sha256, files[VOCABULARY].sha256, image, text),
            dim=dim,
            widths=(dim, dim // 2, dim // 4),
            image=image,
            text=text,
            calibration=calibration,
            files=files,
        )
        write_manifest(partial, manifest)
    return manifest


def _write_files(
    folder: Path, lists: Mapping[str, Sequence[str]], card: str
) -> dict[str, FileEntry]:
    """What stands beside the weights; all but the manifest, as it lists them."""
    (folder / TOKENIZER).mkdir()
    written = [path for path, lines in lists.items() if lines]
    for path in written:
        text = "".join(f"{line}\n" for line in lists[path])
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    (folder / CARD).write_text(card, encoding="utf-8")
    return {path: file_entry(folder / path) for path in (WEIGHTS, *written, CARD)}


def open_bundle(directory: Path) -> Manifest:
    """The manifest of a bundle whose weights and other files for Python are as they were written.

    Of its Core ML packages only the weights that Python takes from there are read, and of weights
    in two files the arrays are compared, not how they lie there: `photosearch model verify` reads
    all. Raises BundleError if a file is missing or changed, if the space id does not follow from
    them, or if another architecture or version reads these weights.
    """
    manifest = read_manifest(directory)
    if manifest.architecture != ARCHITECTURE:
        got, expected = manifest.architecture, ARCHITECTURE
        hint = ""
        if WEIGHTS not in manifest.files:
            hint = "; its Core ML packages are for Apple's systems, so load the checkpoint instead"
        raise BundleError(f"{directory}: architecture: got {got!r}, expected {expected!r}{hint}")
    space = space_of(manifest)
    names = read_by_python(manifest)
    if manifest.weights:
        names.remove(WEIGHTS)  # not hashed twice
    verify_files(directory, manifest, names)
    verify_whole(directory, manifest)
    if manifest.space != space:
        raise BundleError(f"{directory}: space: got {manifest.space[:12]}, expected {space[:12]}")
    read_backbone(directory / WEIGHTS)
    return manifest


def verify_whole(directory: Path, manifest: Manifest) -> None:
    """Checks that weights which lie in two files are, put together, those that the space is of.

    That proves every array. Of weights in one file nothing is to be proved. Raises BundleError.
    """
    _verify_size(directory, manifest, WEIGHTS)  # before anything is read
    elsewhere, expected = read_elsewhere(directory / WEIGHTS), manifest.weights
    if elsewhere is None and expected is None:
        return
    if elsewhere is None or expected is None:
        got, said = ("two files", "one") if elsewhere else ("one file", "two")
        raise BundleError(f"{directory}: weights in {got}, the manifest says in {said}")
    files = (WEIGHTS, elsewhere.file)
    _verify_size(directory, manifest, elsewhere.file)
    got_whole = whole_entry(directory / WEIGHTS)
    if got_whole != expected:
        verify_files(directory, manifest, files)  # names the one that changed
        got, wanted = (
            f"sha256 {entry.sha256[:12]} ({entry.size_bytes} bytes)"
            for entry in (got_whole, expected)
        )
        raise BundleError(f"{directory}: weights put together: got {got}, expected {wanted}")


def _verify_size(directory: Path, manifest: Manifest, name: str) -> None:
    path, listed = directory / name, manifest.files.get(name)
    if listed is None:
        raise BundleError(f"{path}: the manifest does not list it")
    if not path.is_file():
        raise BundleError(f"{name}: missing from {directory}, or not a regular file")
    if (got := path.stat().st_size) != listed.size_bytes:
        raise BundleError(f"{path}: got {got} bytes, expected {listed.size_bytes}")


def read_backbone(weights: Path) -> Backbone:
    """The image tower's backbone, by its name in the weights' config.

    Bundles of version 1 name none: theirs is MobileNetV2. Readers of that version refuse another
    at the first photo, as its tensors do not fit; hence the architecture keeps its name. Raises
    BundleError for a name that is unknown.
    """
    name = read_config(weights).get(_BACKBONE, MOBILENET_V2.name)
    if not isinstance(name, str) or name not in BACKBONES:
        raise BundleError(
            f"{weights}: backbone: got {name!r}, expected one of {', '.join(BACKBONES)}; "
            "a newer photosearch may read it"
        )
    return BACKBONES[name]


def space_of(manifest: Manifest) -> str:
    """The space id that follows from what a manifest lists, and says of the weights as a whole.

    Raises BundleError if it lists no weights or no vocabulary.
    """
    files = manifest.files
    for name in (WEIGHTS, VOCABULARY):
        if name not in files:
            raise BundleError(f"{manifest.name}: the manifest lists no {name}")
    weights = manifest.weights or files[WEIGHTS]
    return _space(weights.sha256, files[VOCABULARY].sha256, manifest.image, manifest.text)


def _space(weights: str, vocabulary: str, image: ImageSpec, text: TextSpec) -> str:
    return space_id(weights_sha256=weights, tokenizer_sha256=vocabulary, image=image, text=text)
