"""Runs the packages in Core ML itself, on a Mac, and counts operations by compute unit.

Written against coremltools 9.0 (`MLModel.predict`, `MLComputePlan`, which needs macOS 14.4). It has
not been run where this project is built, which is Linux; its tests put a stand-in for Core ML.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.contract import OUTPUT
from photosearch.coreml import ReferenceModel
from photosearch.coreml.coremltools_patch import patch_coremltools
from photosearch.errors import NeedsMac
from photosearch.verify.measures import Limits, agreement
from photosearch.verify.records import Check, Tower, measured
from photosearch.verify.towers import Floats, Inputs

NOT_RUN = "needs a Mac (--on-mac): Core ML predicts, and MLComputePlan says on which unit"
_SHOWN = 3  # operations that are named


def require_mac() -> None:
    """Raises NeedsMac anywhere else."""
    if sys.platform != "darwin":
        raise NeedsMac(f"--on-mac: got {sys.platform}, expected macOS 14.4 or later")


def mac_checks(
    tower: Tower, model: ReferenceModel, given: Sequence[Inputs], wanted: Floats, limits: Limits
) -> Iterator[Check]:
    """Core ML's embeddings against torch's [N, D], and where each operation would run.

    Raises NeedsMac on other systems.
    """
    require_mac()
    ct = patch_coremltools()
    units = ct.ComputeUnit.CPU_AND_NE
    loaded = ct.models.MLModel(str(model.path), compute_units=units)
    vectors = [_predicted(loaded, model, inputs) for inputs in given]
    of = agreement([str(i) for i in range(len(vectors))], np.stack(vectors), wanted)
    yield measured(f"{tower}: error over spread, on this Mac", of.error, limits.error)
    yield _placement(tower, ct, loaded.get_compiled_model_path(), units)


def not_run() -> Check:
    return Check("on a Mac", "not run", detail=NOT_RUN)


def _predicted(loaded: Any, model: ReferenceModel, inputs: Inputs) -> Floats:
    from PIL import Image

    given = {
        name: Image.fromarray(array) if model.inputs[name].kind == "image" else array
        for name, array in inputs.items()
    }
    return np.asarray(loaded.predict(given)[OUTPUT], np.float32).reshape(-1)


def _placement(tower: Tower, ct: Any, compiled: str | Path, units: Any) -> Check:
    """How many operations are meant for the Neural Engine, and which are not. Constants are on no
    unit, and the plan gives none for them."""
    plan = ct.models.compute_plan.MLComputePlan.load_from_path(
        path=str(compiled), compute_units=units
    )
    counts: Counter[str] = Counter()
    elsewhere: list[str] = []
    for function in plan.model_structure.program.functions.values():
        for op in function.block.operations:
            usage = plan.get_compute_device_usage_for_mlprogram_operation(op)
            if usage is None:
                continue
            unit = type(usage.preferred_compute_device).__name__
            counts[unit] += 1
            if "NeuralEngine" not in unit:
                elsewhere.append(f"{op.operator_name} '{op.outputs[0].name}'")
    told = ", ".join(f"{count} {unit}" for unit, count in sorted(counts.items()))
    names = ", ".join(elsewhere[:_SHOWN])
    return Check(
        f"{tower}: operations elsewhere than on the Neural Engine",
        "noted",
        float(len(elsewhere)),
        detail=f"{told}; {names}" if names else told,
    )
