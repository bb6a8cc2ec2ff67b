"""The step on a Mac, with a stand-in for Core ML: the real one has not been run here."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photosearch.coreml import ReferenceModel
from photosearch.errors import NeedsMac
from photosearch.verify import mac
from photosearch.verify.mac import mac_checks, not_run, require_mac
from photosearch.verify.measures import limits_of
from photosearch.verify.towers import embed
from tests.coreml.tiny import SIDE

GIVEN = [{"image": np.full((SIDE, SIDE, 3), shade, np.uint8)} for shade in (0, 90, 200)]


class MLNeuralEngineComputeDevice:
    pass


class MLCPUComputeDevice:
    pass


def operation(kind: str) -> Any:
    return SimpleNamespace(operator_name=kind, outputs=[SimpleNamespace(name=f"{kind}_0")])


class Plan:
    """Convolutions on the Neural Engine, all else on the CPU, constants on none."""

    operations = tuple(operation(kind) for kind in ("const", "conv", "conv", "gather"))

    def __init__(self) -> None:
        main = SimpleNamespace(block=SimpleNamespace(operations=self.operations))
        program = SimpleNamespace(functions={"main": main})
        self.model_structure = SimpleNamespace(program=program)

    @classmethod
    def load_from_path(cls, *, path: str, compute_units: str) -> Plan:
        assert (path, compute_units) == ("compiled", "cpu and ne")
        return cls()

    def get_compute_device_usage_for_mlprogram_operation(self, op: Any) -> Any:
        if op.operator_name == "const":
            return None
        on_ane = op.operator_name == "conv"
        device = MLNeuralEngineComputeDevice() if on_ane else MLCPUComputeDevice()
        return SimpleNamespace(preferred_compute_device=device)


class Model:
    """Core ML as the executor computes it; pictures come as Pillow's."""

    def __init__(self, path: str, *, compute_units: str) -> None:
        assert compute_units == "cpu and ne"
        self._model = ReferenceModel(path)

    def predict(self, given: dict[str, Any]) -> dict[str, Any]:
        assert isinstance(given["image"], Image.Image)
        return self._model.predict(given)

    def get_compiled_model_path(self) -> str:
        return "compiled"


@pytest.fixture
def on_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    models = SimpleNamespace(MLModel=Model, compute_plan=SimpleNamespace(MLComputePlan=Plan))
    units = SimpleNamespace(CPU_AND_NE="cpu and ne")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(
        mac, "patch_coremltools", lambda: SimpleNamespace(models=models, ComputeUnit=units)
    )


@pytest.fixture
def image(tiny_export: Path) -> ReferenceModel:
    return ReferenceModel(tiny_export / "image.mlpackage")


def test_core_ml_is_compared_with_torch(image: ReferenceModel, on_mac: None) -> None:
    wanted = embed(image, GIVEN, lambda x: x)
    error, _ = mac_checks("image", image, GIVEN, wanted, limits_of("fp16"))
    assert error.name == "image: error over spread, on this Mac"
    assert error.outcome == "passed"
    wrong, _ = mac_checks("image", image, GIVEN, wanted[::-1], limits_of("fp16"))
    assert wrong.outcome == "failed"


def test_operations_elsewhere_are_counted_and_named(image: ReferenceModel, on_mac: None) -> None:
    wanted = embed(image, GIVEN, lambda x: x)
    _, placed = mac_checks("image", image, GIVEN, wanted, limits_of("fp16"))
    assert (placed.outcome, placed.value) == ("noted", 1)
    assert "2 MLNeuralEngineComputeDevice" in placed.detail
    assert "gather 'gather_0'" in placed.detail


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_elsewhere_it_is_a_typed_error() -> None:
    with pytest.raises(NeedsMac, match="expected macOS"):
        require_mac()


def test_where_it_was_not_run_a_check_says_so() -> None:
    assert not_run().outcome == "not run"
    assert "--on-mac" in not_run().detail
