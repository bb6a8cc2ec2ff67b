"""Whether bfloat16 pays on this CPU. Imports torch: reach it lazily."""

from __future__ import annotations

import torch

_FLAGS = ("avx512_bf16", "amx_bf16")


def cpu_has_bf16() -> bool:
    """Whether the CPU multiplies bfloat16 in hardware; emulated, it is slower than float32.

    An older torch that cannot tell gets float32.
    """
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(flag) is True for flag in _FLAGS)


def fastest_dtype(bf16: bool | None) -> torch.dtype:
    """The type to run convolutions and matrices in; None asks the CPU."""
    wanted = cpu_has_bf16() if bf16 is None else bf16
    return torch.bfloat16 if wanted else torch.float32
