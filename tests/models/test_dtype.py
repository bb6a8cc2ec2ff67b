"""Which precision this CPU runs fastest."""

from __future__ import annotations

import pytest
import torch

from photosearch.models.dtype import cpu_has_bf16, fastest_dtype


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
