"""Decoded JSON to frozen dataclasses, by their annotations; the first bad field is named.

Understood are str, int, float, None, Literal, unions, tuple[X, ...], dict[str, X] and dataclasses
of these. A field with a default may be missing; a name that is no field is an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from photosearch.errors import BundleError

T = TypeVar("T")


def read_record(kind: type[T], raw: Any, where: str) -> T:
    """`raw` as that dataclass. Raises BundleError: "<where>.<field>: got …, expected …"."""
    names = _hints(kind)  # type: ignore[arg-type]
    if not isinstance(raw, dict):
        raise _bad(where, raw, "an object")
    if unknown := sorted(raw.keys() - names.keys()):
        raise BundleError(f"{where}.{unknown[0]}: unknown; expected {', '.join(names)}")
    found = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in raw:
            found[field.name] = _read(names[field.name], raw[field.name], f"{where}.{field.name}")
        elif field.default is MISSING:
            raise BundleError(f"{where}.{field.name}: missing")
    return kind(**found)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, raw: Any, where: str) -> Any:
    if is_dataclass(hint):
        return read_record(hint, raw, where)  # type: ignore[arg-type]
    for origin, read in _FORMS:
        if get_origin(hint) is origin:
            return read(hint, raw, where)
    # JSON's true is a Python int, and its NaN a float; neither is a number here.
    if hint is float and type(raw) in (int, float) and math.isfinite(raw):
        return float(raw)
    if hint is not float and type(raw) is hint:
        return raw
    raise _bad(where, raw, _NAMES[hint])


_NAMES = {str: "text", int: "a whole number", float: "a finite number", NoneType: "null"}


def _literal(hint: Any, raw: Any, where: str) -> Any:
    choices = get_args(hint)
    if type(raw) is not str or raw not in choices:
        raise _bad(where, raw, " or ".join(map(repr, choices)))
    return raw


def _union(hint: Any, raw: Any, where: str) -> Any:
    """An optional X: null, or an X."""
    (wanted,) = (each for each in get_args(hint) if each is not NoneType)
    return None if raw is None else _read(wanted, raw, where)


def _tuple(hint: Any, raw: Any, where: str) -> Any:
    if not isinstance(raw, list):
        raise _bad(where, raw, "a list")
    wanted, _ = get_args(hint)
    return tuple(_read(wanted, each, f"{where}[{place}]") for place, each in enumerate(raw))


def _dict(hint: Any, raw: Any, where: str) -> Any:
    if not isinstance(raw, dict):
        raise _bad(where, raw, "an object")
    _, wanted = get_args(hint)
    return {name: _read(wanted, each, f"{where}[{name!r}]") for name, each in raw.items()}


_FORMS: tuple[tuple[Any, Callable[[Any, Any, str], Any]], ...] = (
    (Literal, _literal),
    (Union, _union),
    (UnionType, _union),
    (tuple, _tuple),
    (dict, _dict),
)


def _bad(where: str, got: Any, expected: str) -> BundleError:
    shown = repr(got)
    return BundleError(f"{where}: got {shown[:80]}, expected {expected}")
