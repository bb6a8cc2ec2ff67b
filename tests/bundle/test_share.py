"""A weight that lies in the image package is stored once, and changes nothing for who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photosearch.bundle.build import build_bundle
from photosearch.bundle.check import check_bundle
from photosearch.bundle.model_metadata import Model, describe_model
from photosearch.bundle.share import share_weights
from photosearch.coreml.families.convertible import open_model
from photosearch.errors import BundleError
from photosearch.manifest import file_entry, read_manifest, write_manifest
from photosearch.models.bundle_io import open_bundle
from photosearch.models.load import load_encoder
from photosearch.testing import draw_photos
from photosearch.weight_file import read_elsewhere, read_stored, write_stored
from tests.blobs import write_blobs
from tests.bundle.made import list_again
from tests.bundle.packages import OWN, WEIGHT_FILE

WEIGHTS, BLOBS = "weights.safetensors", f"image.mlpackage/{WEIGHT_FILE}"


def kept(bundle: Path) -> set[str]:
    """The image tower's arrays that lie in the weight file itself."""
    elsewhere = read_elsewhere(bundle / WEIGHTS)
    assert elsewhere is not None
    shared = {f"image.{name}" for name in elsewhere.image}
    return {name for name in read_stored(bundle / WEIGHTS, "image.") if name not in shared}


def test_only_what_the_package_has_not_stays_beside_the_text_tower(built: Path) -> None:
    assert kept(built) == {OWN}


def test_every_tensor_is_bit_for_bit_the_same(built: Path, source: Path) -> None:
    ours, theirs = read_stored(built / WEIGHTS), read_stored(source / WEIGHTS)
    assert ours.keys() == theirs.keys()
    for name, array in theirs.items():
        assert (ours[name].dtype, ours[name].shape) == (array.dtype, array.shape)
        assert ours[name].tobytes() == array.tobytes()


def test_embeddings_and_space_are_the_same(built: Path, source: Path, tmp_path: Path) -> None:
    photos = list(draw_photos(tmp_path).values())
    ours, theirs = load_encoder(built), load_encoder(source)
    assert ours.space == theirs.space
    assert np.array_equal(ours.encode_images(photos), theirs.encode_images(photos))
    assert np.array_equal(ours.encode_texts(["a red disc"]), theirs.encode_texts(["a red disc"]))


def test_the_manifest_says_what_the_weights_are_put_together(built: Path, source: Path) -> None:
    assert read_manifest(built).weights == file_entry(source / WEIGHTS)
    assert (built / WEIGHTS).stat().st_size < (source / WEIGHTS).stat().st_size / 2


def test_a_split_bundle_can_be_built_again(
    built: Path, exported: Path, source: Path, tmp_path: Path
) -> None:
    again = describe_model(str(built), open_model(built), version="1")
    manifest = build_bundle(exported, tmp_path / "again", again)
    assert manifest.weights == file_entry(source / WEIGHTS)
    assert (tmp_path / "again" / WEIGHTS).read_bytes() == (built / WEIGHTS).read_bytes()


def test_weights_are_put_together_for_a_package_that_holds_none(
    built: Path, source: Path, tmp_path: Path
) -> None:
    write_blobs(tmp_path / "weight.bin", [np.ones(3, np.float16)])
    for package in ("weight.bin", "nowhere"):
        assert share_weights(built / WEIGHTS, tmp_path / "w", package) is None
        assert (tmp_path / "w").read_bytes() == (source / WEIGHTS).read_bytes()


def test_of_two_equal_arrays_and_one_blob_one_is_shared(tmp_path: Path) -> None:
    twins = {name: np.ones(3, np.float16) for name in ("image.a", "image.b", "text.a")}
    write_stored(tmp_path / "whole", twins, {})
    (offset,) = write_blobs(tmp_path / "weight.bin", [twins["image.a"]])
    assert share_weights(tmp_path / "whole", tmp_path / "w", "weight.bin") is not None
    elsewhere = read_elsewhere(tmp_path / "w")
    assert elsewhere is not None
    assert elsewhere.image == {"a": (offset, 3)}
    assert read_stored(tmp_path / "w").keys() == twins.keys()


def test_weights_of_another_writer_are_copied_as_they_are(tmp_path: Path) -> None:
    """Their space is the hash of bytes that could not be made again."""
    write_stored(tmp_path / "ours", {"image.a": np.ones(3, np.float16)}, {"heads": 2})
    data = (tmp_path / "ours").read_bytes()
    theirs = data.replace(b'"dtype":"F16","shape":[3]', b'"shape":[3],"dtype":"F16"')
    assert theirs != data
    (tmp_path / "theirs").write_bytes(theirs)
    write_blobs(tmp_path / "weight.bin", [np.ones(3, np.float16)])
    assert share_weights(tmp_path / "theirs", tmp_path / "w", "weight.bin") is None
    assert (tmp_path / "w").read_bytes() == theirs


# What is wrong with a split bundle is found when it is opened.


def cut(bundle: Path) -> None:
    (bundle / BLOBS).write_bytes((bundle / BLOBS).read_bytes()[:-1])


def flip(bundle: Path) -> None:
    data = bytearray((bundle / BLOBS).read_bytes())
    data[-1000] ^= 1
    (bundle / BLOBS).write_bytes(data)


def drop(bundle: Path) -> None:
    (bundle / BLOBS).unlink()


def unlist(bundle: Path) -> None:
    manifest = read_manifest(bundle)
    files = {name: entry for name, entry in manifest.files.items() if name != BLOBS}
    write_manifest(bundle, replace(manifest, files=files))


def forget(bundle: Path) -> None:
    """The space then is the split file's, which says nothing of the image tower."""
    list_again(bundle, weights=None)


def put_together(bundle: Path) -> None:
    arrays = read_stored(bundle / WEIGHTS)
    write_stored(bundle / WEIGHTS, arrays, {"heads": 2, "backbone": "mobilenet-v2"})
    list_again(bundle)


def change_a_weight(bundle: Path) -> None:
    flip(bundle)
    list_again(bundle)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut, r"weight\.bin: got \d+ bytes, expected \d+"),
        (flip, r"weight\.bin: got sha256"),
        (drop, r"weight\.bin: missing from"),
        (unlist, r"weight\.bin: the manifest does not list it"),
        (forget, "weights in two files, the manifest says in one"),
        (put_together, "weights in one file, the manifest says in two"),
        (change_a_weight, r"weights put together: got sha256 [0-9a-f]{12} \(\d+ bytes\), expected"),
    ],
)
def test_a_split_bundle_that_is_not_as_it_was_made_is_refused(
    bundle: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(bundle)
    with pytest.raises(BundleError, match=message):
        open_bundle(bundle)
    assert not check_bundle(bundle).ok


def test_a_package_that_changed_where_no_weight_is_read_is_left_to_the_check(bundle: Path) -> None:
    before = open_bundle(bundle)
    (bundle / "image.mlpackage" / "Manifest.json").unlink()
    assert open_bundle(bundle) == before
    assert not check_bundle(bundle).ok


def test_a_model_of_packages_alone_keeps_both(exported: Path, model: Model, tmp_path: Path) -> None:
    manifest = build_bundle(exported, tmp_path / "b", replace(model, weights=None))
    assert manifest.packages is not None
    assert [each.file for each in manifest.packages.all] == ["image.mlpackage", "text.mlpackage"]
    assert manifest.weights is None
