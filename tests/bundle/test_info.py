"""What a model is, by what its files say."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from photosearch.bundle.info import read_model_info
from photosearch.bundle.model_metadata import find_licence
from photosearch.errors import BundleError, ModelError, PackageError, PhotoSearchError
from photosearch.manifest import read_manifest
from photosearch.models.load import builtin_bundle
from tests.models.checkpoints import save_clip


def test_a_bundle_is_what_its_manifest_says(built: Path) -> None:
    found, manifest = read_model_info(built), read_manifest(built)
    assert (found.kind, found.name, found.version) == ("bundle", "random", "0")
    assert (found.space, found.dim, found.widths) == (manifest.space, manifest.dim, manifest.widths)
    assert (found.image, found.text) == (manifest.image, manifest.text)
    assert [tower.file for tower in found.towers] == ["image.mlpackage"]
    assert found.towers[0].inputs[0].colors == "RGB"
    assert found.towers[0].outputs[0].shape == (1, manifest.dim)


def test_files_are_hashed_as_they_lie_there(bundle: Path) -> None:
    (bundle / "MODEL_CARD.md").write_text("changed")
    found = read_model_info(bundle)
    on_disk = {path for path in bundle.rglob("*") if path.is_file()}
    assert {bundle / name for name in found.files} == on_disk
    for path in on_disk:
        entry = found.files[path.relative_to(bundle).as_posix()]
        assert entry.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.size_bytes == sum(path.stat().st_size for path in on_disk)


def test_the_folder_of_a_release_is_its_bundle(built: Path) -> None:
    assert read_model_info(built.parent) == read_model_info(built)


def test_the_figures_are_those_of_the_verification(exported: Path) -> None:
    found = read_model_info(exported).verification
    written = json.loads((exported / "verification.json").read_text())
    assert found is not None
    assert (found.passed, found.statement) == (written["passed"], written["statement"])
    assert found.error == written["summary"]["error"]
    assert found.overlap == written["summary"]["overlap"]


def test_an_export_is_what_its_record_says(tiny_export: Path) -> None:
    found = read_model_info(tiny_export)
    record = json.loads((tiny_export / "export.json").read_text())
    assert (found.kind, found.version, found.verification) == ("export", None, None)
    assert (found.name, found.space, found.dim) == (record["name"], record["space"], record["dim"])
    side = record["image"]["spec"]["size"]
    assert found.towers[0].inputs[0].shape == (side, side, 3)


def test_one_package_says_the_same_of_itself_as_the_export(tiny_export: Path) -> None:
    whole = read_model_info(tiny_export)
    for tower in whole.towers:
        found = read_model_info(tiny_export / tower.file)
        (alone,) = found.towers
        assert (found.kind, found.space, found.dim) == ("package", whole.space, whole.dim)
        assert (alone.target, alone.weights, alone.layout) == (
            tower.target,
            tower.weights,
            tower.layout,
        )
        assert [port.shape for port in alone.inputs] == [port.shape for port in tower.inputs]


@pytest.mark.slow
def test_a_checkpoint_is_described_as_it_would_be_converted(tmp_path: Path) -> None:
    folder = save_clip(tmp_path / "clip")
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: mit\n---\n# A model\n")
    found = read_model_info(folder)
    assert (found.kind, found.architecture, found.dim) == ("checkpoint", "clip", 24)
    assert found.licence == "mit"
    assert "model.safetensors" in found.files


@pytest.mark.skipif(not builtin_bundle().is_dir(), reason="no built-in model in this tree yet")
def test_the_built_in_model_says_what_its_weights_may_be_used_for() -> None:
    found = read_model_info("builtin")
    assert found == read_model_info(builtin_bundle())
    assert found.licence is not None
    assert "non-commercial research only" in found.licence


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("# A model\n\n## Licence\n\nMIT\n\nMore.\n", "MIT"),
        ("## License\nApache-2.0,\nsee LICENSE\n", "Apache-2.0, see LICENSE"),
        ("## Data and their terms\n\n| a | b |\n|-|-|\n\nFor research.\n", "For research."),
        ('---\nlicense: "cc-by-4.0"\n---\n## Licence\n\nAnother\n', "cc-by-4.0"),
        ("## Terms\n\n## What it is\n\nA model\n", None),
        ("A model under some licence\n", None),
        ("", None),
    ],
)
def test_the_licence_is_what_the_card_says(card: str, licence: str | None) -> None:
    assert find_licence(card) == licence


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", ModelError),
        ("none/at/all", ModelError),
        ("file.txt", ModelError),
        ("none.photomodel", ModelError),
        ("none.mlpackage", PackageError),
        ("file.mlpackage", PackageError),
        ("empty", ModelError),
        ("two", BundleError),
    ],
)
def test_what_is_no_model_is_refused(
    name: str, error: type[PhotoSearchError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("file.txt", "file.mlpackage"):
        (tmp_path / file).touch()
    for folder in ("empty", "two/a.photomodel", "two/b.photomodel"):
        (tmp_path / folder).mkdir(parents=True)
    with pytest.raises(error):
        read_model_info(name)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"summary": 1}', "[" * 100_000])
def test_a_damaged_verification_is_named(bundle: Path, content: str) -> None:
    (bundle / "verification.json").write_text(content)
    where = re.escape(str(bundle / "verification.json"))
    with pytest.raises(BundleError, match=rf"^{where}( is not JSON|: got|\.\w+: )"):
        read_model_info(bundle)


@pytest.mark.parametrize("file", ["manifest.json", "export.json"])
def test_a_damaged_description_is_refused(file: str, built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / file).write_text("{}")
    with pytest.raises(BundleError):
        read_model_info(folder)


def test_figures_that_are_not_finite_are_none(bundle: Path) -> None:
    path = bundle / "verification.json"
    record = json.loads(path.read_text())
    record["summary"]["error"]["image"] = "nan"
    path.write_text(json.dumps(record))
    found = read_model_info(bundle).verification
    assert found is not None
    assert found.error["image"] is None


def test_a_link_out_of_the_folder_is_hashed_and_one_to_nowhere_is_not(
    built: Path, tmp_path: Path
) -> None:
    bundle = Path(shutil.copytree(built, tmp_path / built.name))
    (bundle / "nowhere").symlink_to(tmp_path / "none")
    assert "nowhere" not in read_model_info(bundle).files
