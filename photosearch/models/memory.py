"""Keeps freed memory inside the process, so that it need not be asked for again.

A forward pass frees and allocates the same tens of megabytes at every layer. By default glibc
returns blocks of that size to the system at once, and the next layer pays for zeroed pages
again: measured on one virtual machine, this took half of the time of an image tower in torch.
Other C libraries are left as they are.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # <malloc.h>
_TRIM_BYTES = 256 << 20  # give memory back only above that much free at the top of the heap
_MMAP_BYTES = (1 << 30, 32 << 20)  # the first is refused by glibc before 2.35


@cache
def keep_freed_memory() -> bool:
    """Raises glibc's thresholds for giving memory back, once; False where that cannot be done."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
        ctypes.CDLL(None).gnu_get_libc_version  # noqa: B018  (musl has none)
    except (OSError, AttributeError):
        return False
    raised = any(mallopt(_MMAP_THRESHOLD, size) for size in _MMAP_BYTES)
    return bool(raised and mallopt(_TRIM_THRESHOLD, _TRIM_BYTES))
