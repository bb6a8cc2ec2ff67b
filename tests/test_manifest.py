"""The bundle contract: read, written, and refused where it cannot be right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from photosearch.errors import BundleError
from photosearch.manifest import FILE_NAME, parse_manifest, read_manifest, to_record, write_manifest
from photosearch.models.load import builtin_bundle

ROOT = Path(__file__).resolve().parents[1]
HASH = "0" * 64
PICTURE = {"name": "image", "shape": [64, 64, 3], "dtype": "uint8", "colors": "RGB"}
IDS = {"name": "ids", "shape": [1, 24], "dtype": "int32"}
MASK = {"name": "mask", "shape": [1, 1, 1, 24], "dtype": "float16"}
OUTPUT = {"name": "embedding", "shape": [1, 8], "dtype": "float16"}
HOW = {"target": "iOS17", "weights": "int8", "layout": "ane", "output": OUTPUT}
OLD: dict[str, Any] = {
    "schema": 1,
    "name": "m",
    "version": "1",
    "architecture": "photosearch-v1",
    "space": HASH,
    "dim": 8,
    "widths": [8, 4],
    "image": {"size": 64, "resize": "squash", "filter": "bicubic"},
    "text": {"context": 24, "tokenizer": "wordpiece", "pad_id": 0},
    "calibration": {"scale": 10.0, "bias": -5.0},
    "files": {
        f"{name}.mlpackage/Manifest.json": {"sha256": HASH, "size_bytes": 1}
        for name in ("image", "text")
    },
}
NEW = OLD | {
    "packages": {
        "image": {"file": "image.mlpackage", "inputs": [PICTURE], **HOW},
        "text": {"file": "text.mlpackage", "inputs": [IDS, MASK], **HOW},
    }
}


def test_a_manifest_from_before_packages_stays_valid() -> None:
    assert parse_manifest(OLD).packages is None


def test_the_built_in_manifest_is_written_as_it_was_read(tmp_path: Path) -> None:
    write_manifest(tmp_path, read_manifest(builtin_bundle()))
    written = (tmp_path / FILE_NAME).read_bytes()
    assert written == (builtin_bundle() / FILE_NAME).read_bytes()


def test_packages_are_read_and_written_back() -> None:
    manifest = parse_manifest(NEW)
    assert manifest.packages is not None
    assert manifest.packages.image.inputs[0].colors == "RGB"
    assert manifest.packages.text is not None
    assert manifest.packages.text.inputs[1].shape == (1, 1, 1, 24)
    assert json.loads(json.dumps(to_record(manifest))) == NEW


SCHEMA = Draft202012Validator(
    json.loads((ROOT / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
)


def test_the_published_schema_is_itself_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


def test_the_built_in_manifest_follows_the_published_schema() -> None:
    SCHEMA.validate(json.loads((builtin_bundle() / FILE_NAME).read_bytes()))


@pytest.mark.parametrize("raw", [OLD, NEW])
def test_what_is_read_follows_the_published_schema(raw: dict[str, Any]) -> None:
    SCHEMA.validate(json.loads(json.dumps(to_record(parse_manifest(raw)))))


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(json.dumps(NEW))
    change(raw)
    return raw


def setting(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    """A change of one field; its path as the error names it."""

    def change(raw: Any) -> None:
        *parents, last = path.replace("[", ".").replace("]", "").split(".")
        for name in parents:
            raw = raw[int(name)] if name.isdigit() else raw[name]
        raw[int(last) if last.isdigit() else last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("packages.image.file", 7),
        ("packages.image.target", "iOS15"),
        ("packages.image.layout", "tpu"),
        ("packages.image.weights", None),
        ("packages.image.inputs", {}),
        ("packages.image.inputs[0].dtype", "float99"),
        ("packages.image.inputs[0].colors", "CMYK"),
        ("packages.image.inputs[0].shape[1]", "64"),
        ("packages.text.inputs[0].name", 0),
        ("packages.text.output.shape", 8),
        ("packages.text.output.scale", 1),
        ("packages", []),
        ("widths[0]", "8"),
        ("dim", "8"),
        ("version", 1.0),
        ("image.size", 64.5),
        ("text.tokenizer", "bpe"),
        ("calibration.bias", None),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(path: str, value: object) -> None:
    with pytest.raises(BundleError) as caught:
        parse_manifest(changed(setting(path, value)))
    assert str(caught.value).startswith(f"manifest.{path}: ")
    assert not SCHEMA.is_valid(changed(setting(path, value)))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("schema", 2, "schema: got 2, this version reads 1"),
        ("schema", None, "schema: got None"),
        ("widths", [4, 8], "widths: .* expected 8 first"),
        ("widths", [8, 4, 6], "widths: .* expected widest first"),
        ("widths", [8, 0], "widths: .* expected widest first"),
        ("image.size", 0, r"image\.size: got 0, expected at least 1"),
        ("text.context", -1, r"text\.context: got -1"),
        ("packages.image.file", "other", r"packages\.image\.file: got 'other', of which no file"),
        ("packages.text.inputs", [], r"packages\.text\.inputs: got \[\]"),
        ("packages.text.inputs", [IDS, IDS], r"packages\.text\.inputs: .* names that differ"),
        ("packages.text.inputs[0].shape", [1, 0], r"packages\.text: ids: got shape \(1, 0\)"),
        ("packages.text.output.shape", [1, 4], r"packages\.text\.output\.shape: got \(1, 4\)"),
    ],
)
def test_fields_that_contradict_each_other_are_named(
    path: str, value: object, message: str
) -> None:
    with pytest.raises(BundleError, match=message):
        parse_manifest(changed(setting(path, value)))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x", "a/../../x", "a//b", "./a", "", "a\0b", "manifest.json"]
)
def test_a_file_name_that_cannot_be_right_is_refused(name: str) -> None:
    raw = changed(lambda raw: raw["files"].update({name: {"sha256": HASH, "size_bytes": 1}}))
    with pytest.raises(BundleError, match=r"manifest\.files: "):
        parse_manifest(raw)


@pytest.mark.parametrize("entry", [("0" * 63, 1), ("G" * 64, 1), (HASH, -1)])
def test_a_hash_or_size_that_cannot_be_right_is_refused(entry: tuple[str, int]) -> None:
    sha256, size = entry
    raw = changed(lambda raw: raw["files"].update(f={"sha256": sha256, "size_bytes": size}))
    with pytest.raises(BundleError, match=r"manifest\.files\['f'\]"):
        parse_manifest(raw)


def test_what_a_later_schema_may_mean_is_not_guessed() -> None:
    assert not SCHEMA.is_valid(OLD | {"schema": 2})
    assert not SCHEMA.is_valid(OLD | {"colour": "red"})
    with pytest.raises(BundleError, match=r"manifest\.colour: unknown"):
        parse_manifest(OLD | {"colour": "red"})


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"[]", b"null", b"3"])
def test_what_is_no_manifest_is_a_bundle_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(BundleError):
        read_manifest(tmp_path)


def test_a_missing_manifest_is_a_bundle_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model bundle at"):
        read_manifest(tmp_path)
