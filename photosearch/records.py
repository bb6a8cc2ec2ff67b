"""Validates outside data: decoded JSON becomes frozen dataclasses; the first bad field is named.

The annotations are the schema. Understood are str, int, float, bool, None, Literal, X | None,
X | Literal, tuple[X, ...], dict[str, X], dataclasses of these, and limits in Annotated. A field
with a default may be missing; a name that is no field is an error, unless the record may grow. The
same annotations give a JSON Schema.

msgspec and pydantic were measured for this: they add 15 and 70 ms to a search of 300, take NaN
and unknown names, and their errors name neither the value nor the key of a dict.
"""

from __future__ import annotations

import errno
import json
import re
import stat
import sys
from collections.abc import Callable, Sized
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from photosearch.errors import BundleError, PhotoSearchError

T = TypeVar("T")
_MOST = 2**63  # whole numbers have 64 bits, as in Swift


class AtLeast(NamedTuple):
    """Annotated[int, AtLeast(1)]: a whole number that may not be less."""

    minimum: int

    def refuses(self, value: int) -> bool:
        return value < self.minimum

    def schema(self) -> dict[str, Any]:
        return {"minimum": self.minimum}

    def __str__(self) -> str:
        return f"at least {self.minimum}"


class Matching(NamedTuple):
    """Annotated[str, Matching("[0-9]+")]: text of which all matches a regular expression."""

    pattern: str

    def refuses(self, value: str) -> bool:
        return re.fullmatch(self.pattern, value) is None

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^{self.pattern}$"}

    def __str__(self) -> str:
        return f"text of the form {self.pattern}"


class NotEmpty(NamedTuple):
    """Annotated[str, NotEmpty("character")]: text, or a list, of at least one."""

    of: str

    def refuses(self, value: Sized) -> bool:
        return len(value) == 0

    def schema(self) -> dict[str, Any]:
        return {"minLength": 1, "minItems": 1}  # each is heeded by its own type only

    def __str__(self) -> str:
        return f"at least one {self.of}"


Positive = Annotated[int, AtLeast(1)]
Sha256 = Annotated[str, Matching("[0-9a-f]{64}")]  # hex


def read_regular(path: Path) -> bytes:
    """What a file holds. Raises OSError, also for a pipe or a device, which might never end."""
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return path.read_bytes()


def decode_json(data: bytes, where: str, *, error: type[PhotoSearchError] = BundleError) -> Any:
    """The value of a JSON document in UTF-8. Raises `error` if it is none."""
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as cause:
        raise error(f"{where} is not JSON: {cause}") from cause


def read_record(
    kind: type[T],
    raw: Any,
    where: str,
    *,
    error: type[PhotoSearchError] = BundleError,
    may_grow: bool = False,
) -> T:
    """`raw` as that dataclass. With `may_grow`, names that are no field are passed over.

    Raises `error`: "<where>.<field>: got …, expected …".
    """
    try:
        return _Reader(may_grow).record(kind, raw, where)
    except _Mismatch as mismatch:
        raise error(*mismatch.args) from None


class _Mismatch(Exception):
    pass


def _bad(where: str, got: Any, expected: str) -> _Mismatch:
    return _Mismatch(f"{where}: got {_shown(got)}, expected {expected}")


def _shown(got: Any) -> str:
    if type(got) is int and abs(got) >= _MOST:  # Python refuses to print thousands of digits
        return f"a number of {got.bit_length()} bits"
    return repr(got)[:80]


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a finite number",
    bool: "true or false",
    NoneType: "null",
}


class _Reader:
    """Reads values by their annotations; the methods below stand in `_FORMS`."""

    def __init__(self, may_grow: bool) -> None:
        self.may_grow = may_grow

    def record(self, kind: type[T], raw: Any, where: str) -> T:
        hints = _hints(kind)  # type: ignore[arg-type]
        if not isinstance(raw, dict):
            raise _bad(where, raw, "an object")
        if not self.may_grow and (unknown := sorted(raw.keys() - hints.keys())):
            name = unknown[0] if unknown[0].isprintable() else repr(unknown[0])
            raise _Mismatch(f"{where}.{name[:80]}: unknown; expected {', '.join(hints)}")
        found = {}
        for each in fields(kind):  # type: ignore[arg-type]
            place = f"{where}.{each.name}"
            if each.name in raw:
                found[each.name] = self.value(hints[each.name], raw[each.name], place)
            elif each.default is MISSING and each.default_factory is MISSING:
                raise _Mismatch(f"{place}: missing")
        return kind(**found)

    def value(self, hint: Any, raw: Any, where: str) -> Any:
        if is_dataclass(hint):
            return self.record(hint, raw, where)  # type: ignore[arg-type]
        if form := _FORMS.get(get_origin(hint)):
            return form(self, hint, raw, where)
        if _is_plain(hint, raw):
            return float(raw) if hint is float else raw
        raise _bad(where, raw, _NAMES[hint])

    def limited(self, hint: Any, raw: Any, where: str) -> Any:
        wanted, limit = get_args(hint)
        value = self.value(wanted, raw, where)
        if limit.refuses(value):
            raise _bad(where, raw, str(limit))
        return value

    def literal(self, hint: Any, raw: Any, where: str) -> Any:
        choices = get_args(hint)
        if type(raw) is not str or raw not in choices:
            raise _bad(where, raw, " or ".join(map(repr, choices)))
        return raw

    def union(self, hint: Any, raw: Any, where: str) -> Any:
        """An X, or null; or an X, or text of a Literal."""
        wanted, *others = sorted(get_args(hint), key=lambda one: one is NoneType)
        for other in others:
            if (raw is None and other is NoneType) or (
                get_origin(other) is Literal and raw in get_args(other)
            ):
                return raw
        return self.value(wanted, raw, where)

    def list(self, hint: Any, raw: Any, where: str) -> Any:
        if not isinstance(raw, list):
            raise _bad(where, raw, "a list")
        wanted, _ = get_args(hint)
        return tuple(self.value(wanted, each, f"{where}[{at}]") for at, each in enumerate(raw))

    def mapping(self, hint: Any, raw: Any, where: str) -> Any:
        if not isinstance(raw, dict):
            raise _bad(where, raw, "an object")
        _, wanted = get_args(hint)
        return {key: self.value(wanted, each, f"{where}[{key!r}]") for key, each in raw.items()}


_FORMS: dict[Any, Callable[[_Reader, Any, Any, str], Any]] = {
    Annotated: _Reader.limited,
    Literal: _Reader.literal,
    Union: _Reader.union,
    UnionType: _Reader.union,
    tuple: _Reader.list,
    dict: _Reader.mapping,
}


def _is_plain(hint: Any, raw: Any) -> bool:
    """JSON's true is a Python int, and its NaN a float; neither is a number here."""
    if hint is float:
        return type(raw) in (int, float) and abs(raw) <= sys.float_info.max
    return type(raw) is hint and (hint is not int or -_MOST <= raw < _MOST)


def record_schema(kind: type[Any]) -> dict[str, Any]:
    """What `read_record` accepts as that dataclass, as a JSON Schema (draft 2020-12).

    A record's docstring is its description. JSON Schema counts 1.0 as whole; `read_record` does
    not.
    """
    hints = _hints(kind)  # type: ignore[arg-type]
    needed = [
        each.name
        for each in fields(kind)
        if each.default is MISSING and each.default_factory is MISSING
    ]
    properties = {each.name: _property(hints[each.name], each) for each in fields(kind)}
    schema = {"type": "object", "properties": properties, "required": needed}
    described = {} if _is_generated(kind) else {"description": cleandoc(kind.__doc__ or "")}
    return {**described, **schema, "additionalProperties": False}


def _is_generated(kind: type[Any]) -> bool:
    """Whether the docstring is the signature that `dataclass` writes where there is none."""
    return (kind.__doc__ or "").startswith(f"{kind.__name__}(")


def _property(hint: Any, each: Any) -> dict[str, Any]:
    schema = _schema(hint)
    if each.default not in (MISSING, None):
        schema["default"] = list(each.default) if type(each.default) is tuple else each.default
    return schema


_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def _schema(hint: Any) -> dict[str, Any]:
    if is_dataclass(hint):
        return record_schema(hint)  # type: ignore[arg-type]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return {**_schema(arguments[0]), **arguments[1].schema()}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(each) for each in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    return {"type": _TYPES[hint]}
