"""What pyproject.toml names is held in constraints.txt, and is what runs here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def by_name(lines: Iterable[str]) -> dict[str, Requirement]:
    """Those that are meant for this machine."""
    read = map(Requirement, lines)
    return {canonicalize_name(r.name): r for r in read if r.marker is None or r.marker.evaluate()}


def held() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return by_name(line for line in lines if line and not line.startswith("#"))


def direct() -> dict[str, Requirement]:
    extras = chain.from_iterable(PROJECT["optional-dependencies"].values())
    named = by_name([*PROJECT["dependencies"], *extras])
    return {name: one for name, one in named.items() if name != PROJECT["name"]}


def test_every_package_that_the_project_names_is_held() -> None:
    assert sorted(direct().keys() - held().keys()) == []


def test_every_version_that_is_held_is_exact() -> None:
    for one in held().values():
        (only,) = one.specifier
        assert only.operator == "=="


def test_every_version_that_is_held_is_one_that_the_project_allows() -> None:
    for name, one in direct().items():
        (only,) = held()[name].specifier
        assert one.specifier.contains(only.version), name


@pytest.mark.parametrize("name", sorted(held()))
def test_what_is_installed_is_what_is_held(name: str) -> None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    assert held()[name].specifier.contains(installed.partition("+")[0])
