"""Bundles of checkpoints: the packages only, as sound as any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.bundle.build import build_bundle
from photosearch.bundle.check import check_bundle
from photosearch.bundle.model import describe_model
from photosearch.errors import BundleError
from photosearch.manifest import read_manifest
from photosearch.models.load import load_encoder
from tests.models.checkpoints import save_clip, save_siglip

pytestmark = pytest.mark.slow


def make(checkpoint: Path, out: Path) -> Path:
    """Exported and bundled, not verified."""
    from photosearch.coreml.export import export_model
    from photosearch.coreml.families.convertible import open_model

    source = open_model(checkpoint)
    model = describe_model(str(checkpoint), source, version="1.0.0")
    export_model(source, out / "export")
    build_bundle(out / "export", out / f"{model.title}.photomodel", model)
    return out / f"{model.title}.photomodel"


@pytest.mark.parametrize(
    ("save", "inputs", "files"),
    [
        (save_clip, ["ids", "eot"], {"tokenizer.json", "tokenizer_config.json"}),
        (save_siglip, ["ids"], {"tokenizer.json", "tokenizer_config.json"}),
    ],
)
def test_a_bundle_of_a_checkpoint_is_sound(
    save: Callable[[Path], Path], inputs: list[str], files: set[str], tmp_path: Path
) -> None:
    bundle = make(save(tmp_path / "model"), tmp_path)
    report, manifest = check_bundle(bundle), read_manifest(bundle)
    assert report.ok, report.faults
    assert report.checked == ("files", "card", "packages", "tokenizer")
    assert "weights: the bundle holds none" in report.not_checked
    assert manifest.packages is not None
    assert [port.name for port in manifest.packages.text.inputs] == inputs
    assert {path.name for path in (bundle / "tokenizer").iterdir()} == files
    with pytest.raises(BundleError, match="load the checkpoint instead"):
        load_encoder(bundle)
