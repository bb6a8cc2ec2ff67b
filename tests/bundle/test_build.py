"""A bundle from an export: whole or not at all, and the same each time."""

from __future__ import annotations

import filecmp
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.bundle.build import build_bundle
from photosearch.bundle.check import check_bundle
from photosearch.bundle.model_metadata import Model, describe_model
from photosearch.errors import BundleError, StorageError, UsageError
from photosearch.manifest import Port, read_manifest
from photosearch.models.bundle_io import open_bundle
from photosearch.models.load import load_encoder
from photosearch.progress import Progress
from tests.bundle.packages import fake_export
from tests.models.checkpoints import save_clip, save_siglip

LIMITED = """
import resource, sys
from pathlib import Path
from photosearch.coreml.families.convertible import open_model
from photosearch.errors import StorageError
from photosearch.bundle.build import build_bundle
from photosearch.bundle.check import check_bundle
from photosearch.bundle.model_metadata import describe_model
bundle, exported, out = sys.argv[1:]
model = describe_model(bundle, open_model(bundle))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    build_bundle(Path(exported), Path(out), model)
except StorageError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def files(directory: Path) -> list[str]:
    found = (file for file in directory.rglob("*") if file.is_file())
    return sorted(file.relative_to(directory).as_posix() for file in found)


def test_a_bundle_holds_what_the_design_says(built: Path) -> None:
    assert {name.split("/")[0] for name in files(built)} == {
        "manifest.json",
        "image.mlpackage",
        "tokenizer",
        "weights.safetensors",
        "MODEL_CARD.md",
        "verification.json",
    }


def test_the_manifest_says_what_the_packages_take_and_give(built_whole: Path) -> None:
    packages = read_manifest(built_whole).packages
    assert packages is not None
    assert packages.text is not None
    assert packages.image.inputs == (Port("image", (64, 64, 3), "uint8", "RGB"),)
    assert packages.text.inputs == (
        Port("ids", (1, 24), "int32"),
        Port("mask", (1, 1, 1, 24), "float16"),
    )
    assert packages.image.output == Port("embedding", (1, 64), "float16")
    assert (packages.text.target, packages.text.weights, packages.text.layout) == (
        "iOS17",
        "int8",
        "ane",
    )


def test_every_file_but_the_manifest_is_listed(built: Path) -> None:
    assert sorted([*read_manifest(built).files, "manifest.json"]) == files(built)


def test_python_loads_a_bundle_with_packages(built: Path, source: Path) -> None:
    assert load_encoder(built).space == load_encoder(source).space
    assert load_encoder(built).encode_texts(["red"]).shape == (1, 64)


def test_building_twice_gives_the_same_bytes(
    built: Path, exported: Path, model: Model, tmp_path: Path
) -> None:
    heard: list[Progress] = []
    again = tmp_path / "again"
    build_bundle(exported, again, model, progress=heard.append)
    _, different, unread = filecmp.cmpfiles(built, again, files(built), shallow=False)
    assert files(again) == files(built)
    assert not different + unread
    assert heard[-1] == Progress(7, 7, "hashing files")


def test_an_export_that_was_not_verified_makes_a_bundle_without_a_verification(
    source: Path, model: Model, tmp_path: Path
) -> None:
    manifest = build_bundle(fake_export(tmp_path / "e", source), tmp_path / "b", model)
    assert "verification.json" not in manifest.files


@pytest.mark.parametrize("part", ["image.mlpackage", "tokenizer", "export.json"])
def test_an_export_that_is_not_whole_is_a_bundle_error_and_leaves_nothing(
    exported: Path, model: Model, tmp_path: Path, part: str
) -> None:
    copy = tmp_path / "export"
    shutil.copytree(exported, copy)
    gone = copy / part
    gone.unlink() if gone.is_file() else shutil.rmtree(gone)
    with pytest.raises(BundleError, match=part.split(".")[0]):
        build_bundle(copy, tmp_path / "out", model)
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_export_of_another_model_is_refused(
    exported: Path, model: Model, tmp_path: Path
) -> None:
    other = replace(model, source=replace(model.source, space="0" * 64))
    with pytest.raises(BundleError, match="another model's export"):
        build_bundle(exported, tmp_path / "out", other)


def test_a_record_with_a_target_that_is_none_is_refused(
    exported: Path, model: Model, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(exported, tmp_path / "export"))
    record = json.loads((copy / "export.json").read_text())
    (copy / "export.json").write_text(json.dumps(record | {"target": "iOS4"}))
    with pytest.raises(BundleError, match=r"export\.json\.target: got 'iOS4'"):
        build_bundle(copy, tmp_path / "out", model)
    assert not (tmp_path / "out").exists()


def test_a_place_that_is_taken_stays_as_it_is(exported: Path, model: Model, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="exists"):
        build_bundle(exported, tmp_path / "out", model)
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_a_place_that_cannot_be_written_is_a_storage_error(
    exported: Path, model: Model, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write"):
        build_bundle(exported, tmp_path / "file" / "out", model)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_disk_that_fills_is_a_storage_error_and_nothing_is_left(
    exported: Path, source: Path, tmp_path: Path
) -> None:
    arguments = [str(source), str(exported), str(tmp_path / "out")]
    command = [sys.executable, "-c", LIMITED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == StorageError.exit_code, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


# What a bundle holds besides an export.


def test_a_bundle_keeps_its_own_version_card_and_weights(source: Path, model: Model) -> None:
    assert (model.title, model.version) == ("random-0", "0")
    assert model.card.startswith("# Random weights")
    assert model.weights == source / "weights.safetensors"


def test_a_version_and_a_card_may_be_given(source: Path, model: Model, tmp_path: Path) -> None:
    (tmp_path / "card.md").write_text("# Mine\n")
    given = describe_model(
        str(source), model.source, version="2.1.0-rc.1+7", card=tmp_path / "card.md"
    )
    assert (given.title, given.card) == ("random-2.1.0-rc.1+7", "# Mine\n")


@pytest.mark.parametrize("version", ["", "-1", "1/2", "../1", "1 2", "ä"])
def test_a_version_that_no_file_can_be_named_after_is_refused(
    source: Path, model: Model, version: str
) -> None:
    with pytest.raises(UsageError, match="version: got"):
        describe_model(str(source), model.source, version=version)


def test_a_card_that_cannot_be_read_is_a_usage_error(
    source: Path, model: Model, tmp_path: Path
) -> None:
    (tmp_path / "card").write_bytes(b"\xff")
    for card in (tmp_path / "none", tmp_path / "card", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            describe_model(str(source), model.source, card=card)


def test_a_checkpoint_needs_a_version_and_carries_no_weights(model: Model, tmp_path: Path) -> None:
    from_files = replace(model.source, name="openai/clip vit", architecture="clip")
    with pytest.raises(UsageError, match="expected --bundle-version"):
        describe_model(str(tmp_path), from_files)
    described = describe_model(str(tmp_path), from_files, version="1")
    assert (described.title, described.weights) == ("openai-clip-vit-1", None)
    assert "came without a model card" in described.card


def test_a_checkpoints_own_readme_is_its_card(model: Model, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# CLIP\n")
    (tmp_path / "merges.txt").touch()
    text = replace(model.source.text, tokenizer=(tmp_path / "merges.txt",))
    described = describe_model(str(tmp_path), replace(model.source, text=text), version="1")
    assert described.card == "# CLIP\n"


def test_python_says_that_it_cannot_load_a_bundle_of_packages_only(
    exported: Path, model: Model, tmp_path: Path
) -> None:
    clip = replace(model, source=replace(model.source, architecture="clip"), weights=None)
    build_bundle(exported, tmp_path / "clip.photomodel", clip)
    with pytest.raises(BundleError, match="got 'clip'.*load the checkpoint instead"):
        open_bundle(tmp_path / "clip.photomodel")


def test_of_an_older_bundle_python_reads_no_package(whole_bundle: Path) -> None:
    before = open_bundle(whole_bundle)
    (whole_bundle / "text.mlpackage" / "Manifest.json").write_text("{}")
    shutil.rmtree(whole_bundle / "image.mlpackage")
    assert open_bundle(whole_bundle) == before
    report = check_bundle(whole_bundle)
    faults = {(fault.where.split("/")[0], fault.kind) for fault in report.faults}
    assert {("text.mlpackage", "changed"), ("image.mlpackage", "missing")} <= faults


@pytest.mark.slow
@pytest.mark.parametrize("save", [save_clip, save_siglip])
def test_a_bundle_of_a_checkpoint_is_sound_and_holds_packages_only(
    save: Callable[[Path], Path], tmp_path: Path
) -> None:
    bundle = bundle_of_checkpoint(save(tmp_path / "model"), tmp_path)
    report, packages = check_bundle(bundle), read_manifest(bundle).packages
    assert report.ok, report.faults
    assert report.checked == ("files", "card", "packages", "tokenizer")
    assert "weights: the bundle holds none" in report.not_checked
    assert packages is not None
    assert packages.text is not None
    wanted = ["ids", "eot"] if save is save_clip else ["ids"]
    assert [port.name for port in packages.text.inputs] == wanted
    tokenizer = {path.name for path in (bundle / "tokenizer").iterdir()}
    assert tokenizer == {"tokenizer.json", "tokenizer_config.json"}
    with pytest.raises(BundleError, match="load the checkpoint instead"):
        load_encoder(bundle)


def bundle_of_checkpoint(checkpoint: Path, out: Path) -> Path:
    """Exported and bundled, not verified."""
    from photosearch.coreml.export import export_model
    from photosearch.coreml.families.convertible import open_model

    source = open_model(checkpoint)
    model = describe_model(str(checkpoint), source, version="1.0.0")
    export_model(source, out / "export")
    build_bundle(out / "export", out / f"{model.title}.photomodel", model)
    return out / f"{model.title}.photomodel"
