"""Decoded JSON to records: every field that is wrong is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import BundleError
from photosearch.records import read_record


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
        ({"note": 1}, "top.note: got 1, expected text"),
        ({"colour": 1}, "top.colour: unknown; expected name, scale"),
    ],
)
def test_the_bad_field_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError) as caught:
        read_record(Outer, GOOD | change, "top")
    assert str(caught.value).startswith(message)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.sampled_from(sorted(GOOD)), JSON)
def test_any_json_is_read_or_refused(name: str, value: Any) -> None:
    try:
        read_record(Outer, GOOD | {name: value}, "top")
        message = ""
    except BundleError as error:
        message = str(error)
    assert message == "" or message.startswith(f"top.{name}")
