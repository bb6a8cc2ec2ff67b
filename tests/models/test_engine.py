"""OpenVINO as it is loaded: without its telemetry, or with a word on why it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from photosearch.errors import ModelError
from photosearch.models import engine


def test_neither_telemetry_nor_converter_is_imported_and_home_stays_empty(
    bundle: Path, tmp_path: Path
) -> None:
    code = f"""
import sys, numpy as np
from photosearch import load_encoder
load_encoder({str(bundle)!r}).encode_pixels(np.zeros((2, 64, 64, 3), np.uint8))
print(*(name for name in sys.modules if "telemetry" in name or "ovc" in name))
"""
    # A CI variable would silence the telemetry and let this test pass for nothing.
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "TF_BUILD")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**kept, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_the_converter_can_be_imported_afterwards() -> None:
    engine.openvino()
    assert "openvino.tools.ovc" not in sys.modules


@pytest.mark.slow
def test_the_converter_is_where_others_look_for_it(tmp_path: Path) -> None:
    code = """
from photosearch.models import engine
engine.openvino()
import openvino
from openvino import convert_model
print(convert_model.__module__.split(".")[0], hasattr(openvino, "nonsense"))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "CI": "1"},
    )
    assert done.stdout.split() == ["openvino", "False"]


@pytest.fixture
def not_loaded() -> None:
    engine.openvino.cache_clear()


@pytest.mark.usefixtures("not_loaded")
def test_where_openvino_does_not_load_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModelError, match="needs OpenVINO, which does not load here: .*halted"):
        engine.openvino()
    assert "openvino.tools.ovc" not in sys.modules


@pytest.mark.usefixtures("not_loaded")
def test_a_library_of_openvino_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = "raise ImportError('libtbb.so.12: cannot open shared object file')"
    (tmp_path / "openvino.py").write_text(broken, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "openvino", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match="libtbb"):
        engine.openvino()


def test_a_cpu_that_it_does_not_run_on_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Core:
        def compile_model(self, *_: object) -> None:
            raise RuntimeError("no such device")

    stub = ModuleType("openvino")
    stub.Core = Core  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "openvino", lambda: stub)
    with pytest.raises(ModelError, match="no such device"):
        engine.compile_graph(None)


@pytest.mark.parametrize(("allowed", "expected"), [({3}, 1), ({0, 1}, 2), (set(range(64)), 8)])
def test_a_process_uses_the_cpus_that_it_may(
    monkeypatch: pytest.MonkeyPatch, allowed: set[int], expected: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: allowed, raising=False)
    assert engine.stream_count() == expected


def test_other_systems_are_asked_how_many_cpus_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert engine.stream_count() == 1
