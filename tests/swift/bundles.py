"""Bundles that hold a tokenizer and nothing else."""

from __future__ import annotations

from pathlib import Path

from photosearch.manifest import Calibration, ImageSpec, Manifest, TextSpec, write_manifest


def tokenizer_bundle(folder: Path, spec: TextSpec) -> Path:
    """Its folder `tokenizer` is still empty."""
    manifest = Manifest(
        name="tokens",
        version="1",
        architecture="none",
        space="0" * 64,
        dim=8,
        widths=(8,),
        image=ImageSpec(size=8),
        text=spec,
        calibration=Calibration(scale=1.0, bias=0.0),
        files={},
    )
    (folder / "tokenizer").mkdir(parents=True)
    write_manifest(folder, manifest)
    return folder
