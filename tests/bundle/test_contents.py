"""What the files of a bundle say must fit together: packages, weights, tokenizer, verification."""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photosearch.bundle.check import check_bundle
from photosearch.bundle.inventory import Fault
from photosearch.errors import MissingExtra
from photosearch.manifest import Packages, read_manifest
from photosearch.weights import load_tensors, write_weights
from tests.bundle.made import list_again
from tests.bundle.packages import MODEL_FILE, WEIGHT_FILE, rewrite
from tests.bundle.test_check import IMAGE, TEXT, kinds, only

# What a package itself says, against a manifest that lists it as it is.

Edit = Callable[[Any], object]


def set_version(message: Any) -> None:
    message.version = 7


def take_32_pixels(message: Any) -> None:
    message.description.input[0].type.image.height = 32
    for place in (2, 3):
        sizes = message.program.functions["main"].inputs[0].type.tensor.dimensions
        sizes[place].constant.size = 32


def take_bgr(message: Any) -> None:
    message.description.input[0].type.image.color = 30


def rename_output(message: Any) -> None:
    message.description.output[0].name = "vector"
    block = message.program.functions["main"].blocks["CoreML7"]
    block.operations[-1].outputs[0].name = block.outputs[0] = "vector"


def give_floats(message: Any) -> None:
    message.description.output[0].type.array.dtype = 65568


def of_another_space(message: Any) -> None:
    message.description.metadata.user["photosearch.space"] = "0" * 64


def of_plain_layout(message: Any) -> None:
    message.description.metadata.user["photosearch.layout"] = "plain"


@pytest.mark.parametrize(
    ("edit", "kind", "detail"),
    [
        (set_version, "version", "specification version: got 7, expected 8 for iOS17"),
        (take_32_pixels, "shape", "the package takes image RGB[32, 32, 3], the manifest says"),
        (take_bgr, "shape", "image: got BGR, expected RGB"),
        (rename_output, "shape", "the package gives vector float16[1, 64], the manifest says"),
        (give_floats, "shape", "the package gives embedding float32[1, 64], the manifest says"),
        (of_another_space, "space", "space: the package says '000000"),
        (of_plain_layout, "version", "layout: the package says 'plain', the manifest 'ane'"),
    ],
)
def test_a_package_that_is_not_what_the_manifest_says_is_named(
    bundle: Path, edit: Edit, kind: str, detail: str
) -> None:
    rewrite(bundle / IMAGE, edit)
    list_again(bundle)
    fault = only(check_bundle(bundle))
    assert (fault.kind, fault.where) == (kind, IMAGE)
    assert detail in fault.detail


def test_a_package_that_is_garbage_is_named(bundle: Path) -> None:
    (bundle / IMAGE / MODEL_FILE).write_bytes(b"garbage")
    list_again(bundle)
    assert ("unreadable", IMAGE) in kinds(check_bundle(bundle))


def test_a_photo_prepared_as_the_manifest_says_must_fit_the_package(bundle: Path) -> None:
    image = replace(read_manifest(bundle).image, size=96)
    list_again(bundle, image=image)
    found = kinds(check_bundle(bundle))
    assert found == {("shape", IMAGE), ("space", "manifest.json")}


def test_a_text_of_the_manifests_length_must_fit_the_package_and_the_weights(
    whole_bundle: Path,
) -> None:
    text = replace(read_manifest(whole_bundle).text, context=12)
    list_again(whole_bundle, text=text)
    found = kinds(check_bundle(whole_bundle))
    assert found == {("shape", TEXT), ("shape", "weights.safetensors"), ("space", "manifest.json")}


def test_weights_of_another_width_are_named(whole_bundle: Path) -> None:
    manifest = read_manifest(whole_bundle)
    assert manifest.packages is not None
    narrow = [
        replace(each, output=replace(each.output, shape=(1, 32))) for each in manifest.packages.all
    ]
    list_again(whole_bundle, dim=32, widths=(32,), packages=Packages(*narrow))
    details = [
        f.detail for f in check_bundle(whole_bundle).faults if f.where == "weights.safetensors"
    ]
    assert details == [
        "image embedding: got 64, the manifest says 32",
        "text embedding: got 64, the manifest says 32",
    ]


def test_weights_that_are_damaged_are_named_by_what_is_wrong(bundle: Path) -> None:
    (bundle / "weights.safetensors").write_bytes(b"garbage")
    list_again(bundle)
    assert ("unreadable", "weights.safetensors") in kinds(check_bundle(bundle))


@pytest.mark.parametrize(
    ("name", "kind", "detail"),
    [
        ("efficientnet-lite9", "unreadable", "backbone: got 'efficientnet-lite9', expected one of"),
        ("efficientnet-lite0", "shape", "blocks.3.dw.conv.weight: got [144, 1, 3, 3], expected"),
    ],
)
def test_weights_of_another_backbone_than_they_say_are_named(
    whole_bundle: Path, name: str, kind: str, detail: str
) -> None:
    weights = whole_bundle / "weights.safetensors"
    write_weights(weights, load_tensors(weights, ""), {"heads": 2, "backbone": name})
    list_again(whole_bundle)
    faults = [
        each for each in check_bundle(whole_bundle).faults if each.where == "weights.safetensors"
    ]
    assert [fault.kind for fault in faults] == [kind]
    assert detail in faults[0].detail


def test_a_tokenizer_of_more_words_than_the_tower_is_named(bundle: Path) -> None:
    with (bundle / "tokenizer/vocab.txt").open("a") as stream:
        stream.write("more\n")
    list_again(bundle)
    faults = [fault for fault in check_bundle(bundle).faults if fault.kind == "tokenizer"]
    assert [fault.detail for fault in faults] == ["got ids up to 256, the text tower has 256 words"]


def test_without_weights_the_text_package_tells_how_many_words_there_are(
    whole_bundle: Path,
) -> None:
    (whole_bundle / "weights.safetensors").unlink()
    with (whole_bundle / "tokenizer/vocab.txt").open("a") as stream:
        stream.write("more\n")
    list_again(whole_bundle)
    report = check_bundle(whole_bundle)
    assert only(report).detail == "got ids up to 256, the text tower has 256 words"
    assert "weights: the bundle holds none" in report.not_checked


def test_a_tokenizer_without_its_special_words_is_named(bundle: Path) -> None:
    (bundle / "tokenizer/vocab.txt").write_text("a\nb\n")
    list_again(bundle)
    assert ("tokenizer", "tokenizer") in kinds(check_bundle(bundle))


def test_a_missing_tokenizer_is_named(bundle: Path) -> None:
    shutil.rmtree(bundle / "tokenizer")
    list_again(bundle)
    assert Fault("tokenizer", "tokenizer", "there is none") in check_bundle(bundle).faults


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"passed": true, "subject": {}}'])
def test_a_verification_that_cannot_be_read_is_named(bundle: Path, text: str) -> None:
    (bundle / "verification.json").write_text(text)
    list_again(bundle, verified=False)
    fault = only(check_bundle(bundle))
    assert (fault.kind, fault.where) == ("verification", "verification.json")
    assert "cannot be read" in fault.detail


def change_verification(bundle: Path, **changes: object) -> None:
    path = bundle / "verification.json"
    raw = json.loads(path.read_text())
    path.write_text(json.dumps({**raw, **changes, "subject": {**raw["subject"], **changes}}))
    list_again(bundle, verified=False)


@pytest.mark.parametrize(
    ("passed", "detail"),
    [
        (False, "it did not pass"),
        ("yes", "cannot be read: {}.passed: got 'yes', expected true or false"),
    ],
)
def test_a_verification_that_did_not_pass_is_named(
    bundle: Path, passed: object, detail: str
) -> None:
    change_verification(bundle, passed=passed)
    fault = only(check_bundle(bundle))
    name = "verification.json"
    assert fault == Fault("verification", name, detail.format(bundle / name))


def test_a_verification_of_another_model_is_named(bundle: Path) -> None:
    change_verification(bundle, space="0" * 64)
    assert kinds(check_bundle(bundle)) == {("space", "verification.json")}


def test_a_verification_of_other_packages_is_named(bundle: Path) -> None:
    with (bundle / IMAGE / WEIGHT_FILE).open("ab") as stream:
        stream.write(b"more")
    list_again(bundle, verified=False)
    assert only(check_bundle(bundle)).detail == f"of another {IMAGE}"


def test_an_empty_card_is_named(bundle: Path) -> None:
    (bundle / "MODEL_CARD.md").write_text("")
    list_again(bundle)
    assert only(check_bundle(bundle)) == Fault("card", "MODEL_CARD.md", "empty")


def test_a_bundle_from_before_packages_says_what_was_not_checked(source: Path) -> None:
    report = check_bundle(source)
    assert report.ok
    assert "packages: the bundle holds none" in report.not_checked
    assert "verification: there is none" in report.not_checked


def test_without_the_extra_hashes_are_checked_and_the_rest_is_said_not_to_be(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise MissingExtra("coreml", "reading a Core ML package")

    # By name: the package's `__init__` gives some of its modules' names to other things.
    package = importlib.import_module("photosearch.coreml.mil.package")
    monkeypatch.setattr(package, "model_class", missing)
    (bundle / "stray").touch()
    report = check_bundle(bundle)
    assert only(report).where == "stray"
    remedy = "reading a Core ML package needs an extra: pip install 'photosearch[coreml]'"
    assert f"packages: {remedy}" in report.not_checked
