"""Decoded JSON to records: every field that is wrong is named."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from photosearch.errors import BundleError, UsageError
from photosearch.records import (
    AtLeast,
    NotEmpty,
    Sha256,
    decode_json,
    read_record,
    read_regular,
    record_schema,
)


@dataclass(frozen=True, slots=True)
class Inner:
    size: int
    kind: Literal["a", "b"] = "a"


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    scale: float
    inner: Inner
    sizes: tuple[int, ...]
    files: dict[str, Inner] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Limited:
    """What has limits."""

    size: Annotated[int, AtLeast(1)]
    parts: tuple[Annotated[int, AtLeast(0)], ...] = ()
    sha256: Sha256 | None = None
    whole: bool = True
    error: float | Literal["inf", "nan"] = 0.0
    words: Annotated[tuple[str, ...], NotEmpty("word")] | None = None


GOOD: dict[str, Any] = {
    "name": "x",
    "scale": 1.5,
    "inner": {"size": 3},
    "sizes": [2, 1],
    "files": {},
}


def test_a_good_record_is_read_with_its_defaults() -> None:
    raw = {**GOOD, "files": {"f": {"size": 4, "kind": "b"}}}
    assert read_record(Outer, raw, "top") == Outer("x", 1.5, Inner(3), (2, 1), {"f": Inner(4, "b")})


def test_a_whole_number_is_a_float_where_one_is_asked_for() -> None:
    scale = read_record(Outer, {**GOOD, "scale": 2}, "top").scale
    assert (scale, type(scale)) == (2.0, float)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 3}, "top.name: got 3, expected text"),
        ({"scale": "1"}, "top.scale: got '1', expected a finite number"),
        ({"scale": float("nan")}, "top.scale: got nan, expected a finite number"),
        ({"scale": True}, "top.scale: got True, expected a finite number"),
        ({"inner": {"size": True}}, "top.inner.size: got True, expected a whole number"),
        ({"inner": {"size": 1.0}}, "top.inner.size: got 1.0, expected a whole number"),
        ({"inner": {}}, "top.inner.size: missing"),
        ({"inner": []}, "top.inner: got [], expected an object"),
        ({"inner": {"size": 1, "kind": "c"}}, "top.inner.kind: got 'c', expected 'a' or 'b'"),
        ({"inner": {"size": 1, "kind": []}}, "top.inner.kind: got [], expected 'a' or 'b'"),
        ({"sizes": [1, "2"]}, "top.sizes[1]: got '2', expected a whole number"),
        ({"sizes": "12"}, "top.sizes: got '12', expected a list"),
        ({"files": []}, "top.files: got [], expected an object"),
        (
            {"files": {"f": {"size": None}}},
            "top.files['f'].size: got None, expected a whole number",
        ),
        ({"scale": float("inf")}, "top.scale: got inf, expected a finite number"),
        ({"scale": 10**400}, "top.scale: got a number of 1329 bits, expected a finite number"),
        ({"inner": {"size": 2**63}}, "top.inner.size: got a number of 64 bits, expected a whole"),
        ({"note": 1}, "top.note: got 1, expected text"),
        ({"colour": 1}, "top.colour: unknown; expected name, scale"),
    ],
)
def test_the_bad_field_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError) as caught:
        read_record(Outer, GOOD | change, "top")
    assert str(caught.value).startswith(message)


def test_the_greatest_numbers_of_64_bits_are_read() -> None:
    assert read_record(Inner, {"size": 2**63 - 1}, "top").size == 2**63 - 1
    assert read_record(Inner, {"size": -(2**63)}, "top").size == -(2**63)


def test_a_field_whose_default_is_made_may_be_missing() -> None:
    raw = {name: value for name, value in GOOD.items() if name != "files"}
    assert read_record(Outer, raw, "top").files == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 0}, "top.size: got 0, expected at least 1"),
        ({"size": "0"}, "top.size: got '0', expected a whole number"),
        ({"parts": [0, -1]}, "top.parts[1]: got -1, expected at least 0"),
        ({"sha256": "A" * 64}, "top.sha256: got 'AAAA"),
        ({"sha256": "a" * 64 + "\n"}, "top.sha256: got 'aaaa"),
        ({"error": "1"}, "top.error: got '1', expected a finite number"),
        ({"error": None}, "top.error: got None, expected a finite number"),
        ({"words": []}, "top.words: got [], expected at least one word"),
        ({"whole": 1}, "top.whole: got 1, expected true or false"),
    ],
)
def test_a_value_beyond_its_limits_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError) as caught:
        read_record(Limited, {"size": 1} | change, "top")
    assert str(caught.value).startswith(message)


def test_what_keeps_within_its_limits_is_read() -> None:
    raw = {"size": 1, "parts": [0], "sha256": "a1" * 32, "whole": False}
    assert read_record(Limited, raw, "top") == Limited(1, (0,), "a1" * 32, whole=False)


def test_text_of_a_literal_may_stand_for_a_number() -> None:
    read = [read_record(Limited, {"size": 1, "error": each}, "top").error for each in (2, "nan")]
    assert read == [2.0, "nan"]


def test_names_that_a_later_version_added_are_passed_over_where_asked() -> None:
    raw = {**GOOD, "more": 1, "inner": {"size": 3, "more": 1}}
    assert read_record(Outer, raw, "top", may_grow=True).inner == Inner(3)


def test_the_caller_chooses_the_kind_of_error() -> None:
    with pytest.raises(UsageError, match=r"^row\.name: got 3, expected text$"):
        read_record(Outer, GOOD | {"name": 3}, "row", error=UsageError)


@pytest.mark.parametrize(
    "data", [b"", b"{", b'"\xff"', b"[" * 100_000, b"1" * 5000, b"\xef\xbb\xbf{}", b"[1,]"]
)
def test_what_is_no_json_is_an_error_that_names_the_file(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"^some\.json is not JSON: "):
        decode_json(data, "some.json", error=UsageError)


def test_equal_names_may_repeat_and_the_last_one_counts_as_in_swift() -> None:
    assert decode_json(b'{"a": 1, "a": 2}', "some.json") == {"a": 2}


def test_a_schema_says_what_is_needed_and_what_is_allowed() -> None:
    assert record_schema(Limited) == {
        "description": "What has limits.",
        "type": "object",
        "properties": {
            "size": {"type": "integer", "minimum": 1},
            "parts": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0},
                "default": [],
            },
            "sha256": {
                "anyOf": [{"type": "string", "pattern": "^[0-9a-f]{64}$"}, {"type": "null"}]
            },
            "whole": {"type": "boolean", "default": True},
            "error": {"anyOf": [{"type": "number"}, {"enum": ["inf", "nan"]}], "default": 0.0},
            "words": {
                "anyOf": [
                    {"type": "array", "items": {"type": "string"}, "minLength": 1, "minItems": 1},
                    {"type": "null"},
                ]
            },
        },
        "required": ["size"],
        "additionalProperties": False,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


SCHEMA = Draft202012Validator(record_schema(Outer))


@given(st.sampled_from(sorted(GOOD)), JSON)
def test_whatever_is_read_follows_the_schema(name: str, value: Any) -> None:
    raw = GOOD | {name: value}
    try:
        read_record(Outer, raw, "top")
    except BundleError:
        return
    SCHEMA.validate(raw)


@given(st.sampled_from(sorted(GOOD)), JSON)
def test_any_json_is_read_or_refused(name: str, value: Any) -> None:
    try:
        read_record(Outer, GOOD | {name: value}, "top")
        message = ""
    except BundleError as error:
        message = str(error)
    assert message == "" or message.startswith(f"top.{name}")


def test_a_pipe_in_place_of_a_file_is_an_error_and_no_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(OSError, match="not a regular file"):
        read_regular(tmp_path / "manifest.json")
