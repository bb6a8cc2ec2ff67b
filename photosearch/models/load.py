"""Loads the encoder of a name: the built-in model, a bundle, a checkpoint or a hub id."""

from __future__ import annotations

import os
from pathlib import Path

from photosearch.contract import RUN_BUNDLE, RUN_RECIPE
from photosearch.encoder import Encoder
from photosearch.errors import ModelError
from photosearch.manifest import FILE_NAME

BUILTIN = "builtin"


def builtin_bundle() -> Path:
    """The model that is inside this package."""
    return Path(__file__).resolve().parents[1] / "assets" / "builtin.photomodel"


def load_encoder(
    name_or_path: str | os.PathLike[str] = BUILTIN, *, width: int | None = None
) -> Encoder:
    """The encoder of that name.

    `name_or_path` is "builtin", a `.photomodel` bundle, a directory that transformers'
    `save_pretrained` wrote for a CLIP or SigLIP model, the id of one on the hub, or the folder of a
    training run that has ended. `width` cuts
    the embeddings to fewer values, where the model was trained for it. An encoder's `name` and
    `dim`, given back as `name_or_path` and `width`, load the same encoder.

    Raises BundleError or ModelError if there is no such model or it is damaged, UsageError for
    a width that it does not have, MissingExtra if transformers is needed and not installed.
    """
    name = os.fspath(name_or_path)
    if name == BUILTIN:
        return _bundle(builtin_bundle(), name, width)
    path = Path(name)
    if path.is_dir():
        return _local(path.resolve(), width)
    from photosearch.models.checkpoint import download, is_hub_id

    if path.exists() or not is_hub_id(name) or path.suffix == ".photomodel":
        raise ModelError(f"no model at {name!r}: expected a bundle or a checkpoint folder")
    return _checkpoint(download(name), name, width)


def _local(directory: Path, width: int | None) -> Encoder:
    if (directory / FILE_NAME).is_file():
        return _bundle(directory, str(directory), width)
    if (directory / RUN_BUNDLE).is_dir():
        return _bundle(directory / RUN_BUNDLE, str(directory), width)
    from photosearch.models.checkpoint import CONFIG

    if (directory / CONFIG).is_file():
        return _checkpoint(directory, str(directory), width)
    if (directory / RUN_RECIPE).is_file():
        raise ModelError(f"{directory}: a training run leaves {RUN_BUNDLE} at its end: none yet")
    raise ModelError(f"no model in {directory}: expected {FILE_NAME} or {CONFIG}")


def _bundle(directory: Path, name: str, width: int | None) -> Encoder:
    from photosearch.models.builtin import BuiltinEncoder

    return BuiltinEncoder(directory, name=name, width=width)


def _checkpoint(directory: Path, name: str, width: int | None) -> Encoder:
    from photosearch.models.pretrained import PretrainedEncoder

    return PretrainedEncoder(directory, name=name, width=width)
