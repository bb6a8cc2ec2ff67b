"""Fits work to this machine: bfloat16 where the CPU has it, and glibc's treatment of freed memory.

Other C libraries are left as they are.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_BF16 = ("avx512_bf16", "amx_bf16")  # flags of a CPU that multiplies it in hardware
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # <malloc.h>
_TRIM_BYTES = 256 << 20  # give memory back only above that much free at the top of the heap
_MMAP_BYTES = (1 << 30, 32 << 20)  # the first is refused by glibc before 2.35


@cache
def keep_freed_memory() -> bool:
    """Raises the thresholds for giving memory back, once; False where that cannot be done.

    A forward pass in torch frees and allocates the same tens of megabytes at every layer. By
    default blocks of that size go back to the system at once, and the next layer pays for zeroed
    pages again: measured on one virtual machine, this took half of the time of an image tower.
    """
    mallopt = _mallopt()
    if mallopt is None:
        return False
    raised = any(mallopt(_MMAP_THRESHOLD, size) for size in _MMAP_BYTES)
    return bool(raised and mallopt(_TRIM_THRESHOLD, _TRIM_BYTES))


@cache
def share_one_heap() -> bool:
    """Lets threads started from now on allocate from one heap, once; False where it cannot be done.

    By default each thread that decodes photos has its own, up to eight for each core, and what
    was freed in one is of no use to the others: while photos of cameras are indexed, that took
    150 to 400 MB. Decoders ask for few and large blocks, so sharing costs little: the whole of
    indexing takes 2 % more CPU time (tests/benchmarks/bench_memory.py shows the memory).
    """
    mallopt = _mallopt()
    return mallopt is not None and bool(mallopt(_ARENA_MAX, 1))


def _mallopt() -> Callable[[int, int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        mallopt: Callable[[int, int], int] = ctypes.CDLL(None).mallopt
        ctypes.CDLL(None).gnu_get_libc_version  # noqa: B018  (musl has none)
    except (OSError, AttributeError):
        return None
    return mallopt


def cpu_has_bf16() -> bool:
    """Whether the CPU multiplies bfloat16 in hardware; emulated, it is slower than float32.

    An older torch that cannot tell gets float32. Imports torch, as the next does.
    """
    import torch

    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(flag) is True for flag in _BF16)


def fastest_dtype(bf16: bool | None) -> torch.dtype:
    """The type to run convolutions and matrices in; None asks the CPU."""
    import torch

    wanted = cpu_has_bf16() if bf16 is None else bf16
    return torch.bfloat16 if wanted else torch.float32
