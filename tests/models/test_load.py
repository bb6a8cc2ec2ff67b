"""One name for every kind of model."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import huggingface_hub
import pytest

import photosearch
from photosearch.contract import RUN_BUNDLE, RUN_RECIPE
from photosearch.errors import BundleError, MissingExtra, ModelError
from photosearch.models.builtin import BuiltinEncoder
from photosearch.models.load import builtin_bundle, load_encoder


def test_a_bundle_is_loaded_by_its_path(bundle: Path) -> None:
    assert isinstance(load_encoder(bundle), BuiltinEncoder)


def test_name_and_width_load_the_same_encoder_again(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bundle.parent)
    once = load_encoder(bundle.name, width=32)
    monkeypatch.chdir("/")
    again = load_encoder(once.name, width=once.dim)
    assert again.space == once.space


def test_builtin_is_the_model_inside_the_package(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photosearch.models.load.builtin_bundle", lambda: bundle)
    assert load_encoder().name == "builtin"


def test_the_built_in_bundle_lies_inside_the_package() -> None:
    package = Path(photosearch.__file__).parent
    assert builtin_bundle() == package.resolve() / "assets" / "builtin.photomodel"


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"expected manifest\.json or config\.json"):
        load_encoder(tmp_path)


@pytest.mark.parametrize("name", ["/no/such/place", "./here", "nothing.photomodel", "a/b/c", ""])
def test_a_path_that_leads_nowhere_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises((ModelError, BundleError), match=r"no model (at|in)"):
        load_encoder(name)


def test_the_folder_of_a_training_run_is_a_model_by_what_it_leaves(
    bundle: Path, tmp_path: Path
) -> None:
    shutil.copytree(bundle, tmp_path / RUN_BUNDLE)
    once = load_encoder(tmp_path)
    assert load_encoder(once.name).space == load_encoder(bundle).space


def test_a_run_that_has_not_ended_says_so(tmp_path: Path) -> None:
    (tmp_path / RUN_RECIPE).touch()
    with pytest.raises(ModelError, match=r"leaves run\.photomodel at its end: none yet"):
        load_encoder(tmp_path)


def test_a_file_is_not_a_model(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="no model at"):
        load_encoder(tmp_path / "file")


def test_a_damaged_manifest_says_so(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(BundleError, match="not JSON"):
        load_encoder(tmp_path)


@pytest.mark.parametrize("content", ["[]", "{}", '{"schema": 9}'])
def test_a_manifest_that_does_not_fit_names_its_bundle(content: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(BundleError, match=f"^{re.escape(str(tmp_path))}: manifest"):
        load_encoder(tmp_path)


def test_an_unreachable_hub_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise huggingface_hub.errors.OfflineModeIsEnabled("offline\nlong story")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    with pytest.raises(
        ModelError, match="no folder 'some/model'; .* from the Hugging Face hub: offline$"
    ):
        load_encoder("some/model")


def test_without_the_hub_s_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(
        MissingExtra, match=r"^no folder 'some/model'; .*pip install 'photosearch\[models\]'"
    ):
        load_encoder("some/model")
