"""Keeping freed memory."""

from __future__ import annotations

import platform

import pytest

from photosearch.models.memory import keep_freed_memory


@pytest.fixture(autouse=True)
def forgotten() -> None:
    keep_freed_memory.cache_clear()


def test_it_works_on_glibc_and_is_harmless_elsewhere() -> None:
    assert keep_freed_memory() is (platform.libc_ver()[0] == "glibc")


def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert keep_freed_memory() is False


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert keep_freed_memory() is False
