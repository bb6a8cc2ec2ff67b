"""The public surface: a short sorted list that resolves lazily."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from pathlib import Path

import pytest

import photosearch


def test_the_public_names_are_sorted_and_at_most_twenty() -> None:
    assert photosearch.__all__ == sorted(photosearch.__all__)
    assert len(photosearch.__all__) <= 20


def test_the_public_names_of_the_issue_are_there() -> None:
    assert {"Hit", "PhotoIndex", "builtin_bundle", "load_encoder"} <= set(photosearch.__all__)


@pytest.mark.parametrize("name", photosearch.__all__)
def test_every_public_name_resolves_and_says_what_it_is(name: str) -> None:
    value = getattr(photosearch, name)
    assert value.__name__ == name
    assert inspect.getdoc(value)


def test_dir_lists_the_public_names() -> None:
    assert set(photosearch.__all__) <= set(dir(photosearch))


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = photosearch.nonsense


def test_the_package_is_marked_as_typed() -> None:
    assert (Path(photosearch.__file__).parent / "py.typed").is_file()


def test_the_version_is_the_installed_one() -> None:
    assert photosearch.__version__ == version("photosearch")
