"""glibc's allocator is set as asked and nowhere else; bfloat16 is used where the CPU has it."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch

from photosearch.models.machine import (
    cpu_has_bf16,
    fastest_dtype,
    keep_freed_memory,
    share_one_heap,
)

SETTINGS = [keep_freed_memory, share_one_heap]
# malloc_info (man 3) writes one <heap> for each arena.
HEAPS = """
import ctypes, threading
from photosearch.models.machine import share_one_heap
if {shared}:
    share_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.fdopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]
libc.fflush.argtypes = [ctypes.c_void_p]
together = threading.Barrier(4)
def allocate():
    together.wait()
    block = libc.malloc(100_000)
    together.wait()
    libc.free(block)
threads = [threading.Thread(target=allocate) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
out = libc.fdopen(1, b"w")
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.fixture(autouse=True)
def forgotten() -> None:
    for setting in SETTINGS:
        setting.cache_clear()


@pytest.mark.parametrize("setting", SETTINGS)
def test_it_works_on_glibc_and_is_harmless_elsewhere(setting: Callable[[], bool]) -> None:
    assert setting() is (platform.libc_ver()[0] == "glibc")


@pytest.mark.parametrize("setting", SETTINGS)
def test_other_systems_are_left_alone(
    setting: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert setting() is False


@pytest.mark.parametrize("setting", SETTINGS)
def test_other_c_libraries_are_left_alone(
    setting: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert setting() is False


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="counts the heaps of glibc")
def test_threads_share_one_heap_once_it_is_asked_for() -> None:
    assert heaps(shared=True) == 1 < heaps(shared=False)


def heaps(*, shared: bool) -> int:
    command = [sys.executable, "-c", HEAPS.format(shared=shared)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.count("<heap ")


def claim(monkeypatch: pytest.MonkeyPatch, **capabilities: bool) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)


@pytest.mark.parametrize("flag", ["avx512_bf16", "amx_bf16"])
def test_hardware_that_multiplies_bfloat16_is_used(
    monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    claim(monkeypatch, **{flag: True})
    assert fastest_dtype(None) is torch.bfloat16


def test_other_hardware_runs_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, avx2=True, avx512_bf16=False)
    assert fastest_dtype(None) is torch.float32


def test_a_torch_that_cannot_tell_runs_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert cpu_has_bf16() is False


def test_a_wish_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, avx512_bf16=True)
    assert fastest_dtype(False) is torch.float32
