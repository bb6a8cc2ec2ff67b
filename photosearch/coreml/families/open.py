"""One name for every model that can be converted."""

from __future__ import annotations

import os
from pathlib import Path

from photosearch.coreml.families.builtin import read_bundle
from photosearch.coreml.families.mobileclip import is_apple, read_apple
from photosearch.coreml.families.pretrained import read_pretrained
from photosearch.coreml.families.source import Source
from photosearch.errors import ModelError
from photosearch.manifest import FILE_NAME
from photosearch.models.checkpoint import CONFIG, download, is_hub_id
from photosearch.models.load import BUILTIN, builtin_bundle


def open_source(name_or_path: str | os.PathLike[str] = BUILTIN) -> Source:
    """What can be converted under that name.

    "builtin"; a `.photomodel` bundle; a directory that transformers' `save_pretrained` wrote for
    a CLIP or SigLIP model, or the id of one on the hub; a directory with a MobileCLIP checkpoint
    as Apple publishes them, and CLIP's vocabulary.

    Raises BundleError or ModelError if there is no such model, it is damaged, its tensors do not
    fit or its tokenizer is missing; MissingExtra if a hub id needs huggingface_hub.
    """
    name = os.fspath(name_or_path)
    if name == BUILTIN:
        return read_bundle(builtin_bundle())
    path = Path(name)
    if path.is_dir():
        return _local(path.resolve())
    if path.exists() or not is_hub_id(name) or path.suffix == ".photomodel":
        raise ModelError(f"no model at {name!r}: expected a bundle or a checkpoint folder")
    return read_pretrained(download(name), name=name)


def _local(directory: Path) -> Source:
    if (directory / FILE_NAME).is_file():
        return read_bundle(directory)
    if is_apple(directory):
        return read_apple(directory, name=directory.name)
    if (directory / CONFIG).is_file():
        return read_pretrained(directory, name=directory.name)
    raise ModelError(f"no model in {directory}: expected {FILE_NAME}, {CONFIG} or Apple's")
