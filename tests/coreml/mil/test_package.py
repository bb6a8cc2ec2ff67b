"""Packages damaged on disk: each is a typed error that says what is wrong, never a crash."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photosearch.coreml import ReferenceModel
from photosearch.errors import BundleError, PackageError, PhotoSearchError, UnknownOperation
from tests.coreml.mil.conftest import (
    INPUTS,
    WEIGHT,
    Change,
    main_block,
    model_file,
    weight_file,
)

Changed = Callable[[Change], Path]


def refusal(package: Path) -> str:
    """The message with which a package is refused, while loading or while running."""
    with pytest.raises(PackageError) as caught:
        ReferenceModel(package).predict(INPUTS)
    assert isinstance(caught.value, BundleError)
    return str(caught.value)


def rewrite_manifest(package: Path, **changes: Any) -> None:
    file = package / "Manifest.json"
    raw = json.loads(file.read_text())
    raw["itemInfoEntries"][raw["rootModelIdentifier"]].update(changes)
    file.write_text(json.dumps(raw))


def test_a_whole_package_runs(copied: Path) -> None:
    assert set(ReferenceModel(copied).predict(INPUTS)) == {"y", "rows"}


def test_no_package_at_all(tmp_path: Path) -> None:
    assert "no Core ML package" in refusal(tmp_path / "none.mlpackage")


@pytest.mark.parametrize("content", ["", "{", "[" * 9999])
def test_a_manifest_that_is_not_json(copied: Path, content: str) -> None:
    (copied / "Manifest.json").write_text(content)
    assert "is not JSON" in refusal(copied)


@pytest.mark.parametrize("content", ["[]", "{}", '{"rootModelIdentifier": "a"}'])
def test_a_manifest_that_names_no_model(copied: Path, content: str) -> None:
    (copied / "Manifest.json").write_text(content)
    assert "names no root model" in refusal(copied)


@pytest.mark.parametrize(
    "path", ["../../evil.mlmodel", "/etc/passwd", "a/../../b", "a\0b", "\ud800"]
)
def test_a_manifest_path_that_leaves_the_package(copied: Path, path: str) -> None:
    rewrite_manifest(copied, path=path)
    assert "leaves the package" in refusal(copied)


def test_a_missing_model_file(copied: Path) -> None:
    model_file(copied).unlink()
    assert "No such file" in refusal(copied)


def test_a_model_file_that_is_a_folder(copied: Path) -> None:
    model_file(copied).unlink()
    model_file(copied).mkdir()
    assert "directory" in refusal(copied)


@pytest.mark.parametrize("content", [b"\xff" * 100, b"not a model", b"\n" * 5000])
def test_garbage_for_a_model(copied: Path, content: bytes) -> None:
    model_file(copied).write_bytes(content)
    assert "no Core ML model" in refusal(copied)


def test_an_empty_model_file(copied: Path) -> None:
    model_file(copied).write_bytes(b"")
    assert "specification version: got 0" in refusal(copied)


@pytest.mark.parametrize("version", [-1, 5, 99])
def test_a_specification_version_that_is_not_known(changed: Changed, version: int) -> None:
    def edit(message: Any) -> None:
        message.version = version

    assert f"got {version}, expected 6 to 10" in refusal(changed(edit))


def test_a_model_that_is_no_program(changed: Changed) -> None:
    assert "holds no ML Program" in refusal(changed(lambda message: message.ClearField("program")))


def test_missing_weights(copied: Path) -> None:
    weight_file(copied).unlink()
    assert "No such file" in refusal(copied)


@pytest.mark.parametrize("kept", [0, 10, 64, 100, 128, 5000])
def test_truncated_weights(copied: Path, kept: int) -> None:
    file = weight_file(copied)
    file.write_bytes(file.read_bytes()[:kept])
    assert "weight.bin" in refusal(copied)


def test_weights_of_another_version(copied: Path) -> None:
    data = bytearray(weight_file(copied).read_bytes())
    data[4] = 1
    weight_file(copied).write_bytes(data)
    assert "got version 1, expected 2" in refusal(copied)


def test_a_blob_that_claims_to_be_longer_than_the_file(copied: Path) -> None:
    data = bytearray(weight_file(copied).read_bytes())
    struct.pack_into("<Q", data, 64 + 8, 1 << 62)
    weight_file(copied).write_bytes(data)
    assert "but the file has" in refusal(copied)


def test_a_blob_of_another_type(copied: Path) -> None:
    data = bytearray(weight_file(copied).read_bytes())
    struct.pack_into("<I", data, 64 + 4, 4)
    weight_file(copied).write_bytes(data)
    assert "holds type 4, expected fp32" in refusal(copied)


@pytest.mark.parametrize("offset", [1, 63, 1 << 40, (1 << 64) - 1])
def test_an_absurd_offset(changed: Changed, offset: int) -> None:
    def edit(message: Any) -> None:
        first_blob(message).offset = offset

    assert "offset" in refusal(changed(edit))


@pytest.mark.parametrize(
    "name",
    ["@model_path/../../secret", "@model_path//etc/passwd", "/etc/passwd", "@model_path/a\0b"],
)
def test_weights_outside_the_package(changed: Changed, name: str) -> None:
    def edit(message: Any) -> None:
        first_blob(message).file = name

    assert "path" in refusal(changed(edit))


def first_blob(message: Any) -> Any:
    for op in main_block(message).operations:
        if op.type == "const" and op.attributes["val"].HasField("blob"):
            return op.attributes["val"].blob
    raise AssertionError("no blob")


def operation(message: Any, kind: str) -> Any:
    return next(op for op in main_block(message).operations if op.type == kind)


def test_an_unknown_operation_is_named_with_its_place(changed: Changed) -> None:
    def edit(message: Any) -> None:
        operation(message, "linear").type = "frobnicate"

    package = changed(edit)
    with pytest.raises(UnknownOperation, match=r"frobnicate 'y' \(function main, operation \d+\)"):
        ReferenceModel(package)


def test_a_name_that_nothing_defines(changed: Changed) -> None:
    def edit(message: Any) -> None:
        operation(message, "linear").inputs["x"].bindings[0].name = "ghost"

    assert "uses 'ghost'" in refusal(changed(edit))


def test_a_cycle(changed: Changed) -> None:
    def edit(message: Any) -> None:
        operation(message, "linear").inputs["x"].bindings[0].name = "y"

    assert "uses 'y', which no operation before it defines" in refusal(changed(edit))


def test_a_name_defined_twice(changed: Changed) -> None:
    def edit(message: Any) -> None:
        operation(message, "gather").outputs[0].name = "y"

    assert "'y' a second time" in refusal(changed(edit))


def test_an_output_that_nothing_defines(changed: Changed) -> None:
    def edit(message: Any) -> None:
        main_block(message).outputs[0] = "ghost"

    assert "defines output 'ghost'" in refusal(changed(edit))


def test_a_description_that_the_program_does_not_fit(changed: Changed) -> None:
    def edit(message: Any) -> None:
        message.description.input[0].name = "ghost"

    assert "'ghost' is described, but not in the program" in refusal(changed(edit))


def test_an_unknown_parameter(changed: Changed) -> None:
    def edit(message: Any) -> None:
        linear = operation(message, "linear")
        linear.inputs["twist"].CopyFrom(linear.inputs["x"])

    assert "parameter 'twist' is unknown" in refusal(changed(edit))


def test_a_missing_parameter(changed: Changed) -> None:
    def edit(message: Any) -> None:
        del operation(message, "linear").inputs["weight"]

    assert "['weight'] are missing" in refusal(changed(edit))


def test_a_program_that_computes_another_shape_than_it_declares(changed: Changed) -> None:
    def edit(message: Any) -> None:
        sizes = operation(message, "linear").outputs[0].type.tensor.dimensions
        sizes[1].constant.size = 41

    assert "computed float32[2, 40], declared fp32[2, 41]" in refusal(changed(edit))


def test_a_tensor_beyond_any_memory(changed: Changed) -> None:
    def edit(message: Any) -> None:
        sizes = operation(message, "linear").outputs[0].type.tensor.dimensions
        sizes[0].constant.size = 1 << 60

    assert "expected at most" in refusal(changed(edit))


def test_a_constant_without_a_value(changed: Changed) -> None:
    def edit(message: Any) -> None:
        operation(message, "const").attributes["val"].ClearField("immediate")
        operation(message, "const").attributes["val"].ClearField("blob")

    assert "holds no value" in refusal(changed(edit))


def test_a_constant_with_too_few_values(changed: Changed) -> None:
    def edit(message: Any) -> None:
        value = next(
            op.attributes["val"]
            for op in main_block(message).operations
            if op.type == "const" and op.attributes["val"].immediate.tensor.HasField("ints")
        )
        del value.immediate.tensor.ints.values[:]

    assert "got 0 values, expected 1" in refusal(changed(edit))


def test_shapes_that_do_not_multiply(changed: Changed) -> None:
    def edit(message: Any) -> None:
        linear = operation(message, "linear")
        linear.inputs["bias"].CopyFrom(linear.inputs["weight"])

    assert "linear 'y' (function main, operation" in refusal(changed(edit))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_a_flipped_byte_of_the_model_runs_or_is_refused(
    tiny_package: Path, copied: Path, where: float, bits: int
) -> None:
    data = bytearray(model_file(tiny_package).read_bytes())
    data[int(where * len(data))] ^= bits
    model_file(copied).write_bytes(data)
    with suppress(PhotoSearchError):
        ReferenceModel(copied).predict(INPUTS)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_a_flipped_byte_of_the_weights_runs_or_is_refused(
    tiny_package: Path, copied: Path, where: float, bits: int
) -> None:
    """What runs computes something else, which is for verification and hashes to find."""
    data = bytearray(weight_file(tiny_package).read_bytes())
    data[int(where * len(data))] ^= bits
    weight_file(copied).write_bytes(data)
    with suppress(PhotoSearchError):
        ReferenceModel(copied).predict(INPUTS)


def test_flipped_weights_compute_something_else(copied: Path) -> None:
    before = ReferenceModel(copied).predict(INPUTS)["y"]
    data = bytearray(weight_file(copied).read_bytes())
    first = slice(128, 128 + WEIGHT.nbytes)  # behind the file's header and the blob's own
    data[first] = bytes(byte ^ 0x40 for byte in data[first])
    weight_file(copied).write_bytes(data)
    with np.errstate(all="ignore"):
        assert not np.allclose(ReferenceModel(copied).predict(INPUTS)["y"], before)
