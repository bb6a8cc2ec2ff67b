"""Makes small `.mlpackage`s with coremltools, for the tests of the executor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from photosearch.coreml.coremltools_patch import patch_coremltools, quiet

Array = NDArray[Any]


def save_program(
    path: Path, build: Callable[..., Any], inputs: Mapping[str, Array], ios: int
) -> None:
    """A program written by hand: `build(mb, **variables)` gives one variable or several.

    No pass changes it, so the operations that are saved are the ones that were written.
    """
    ct = patch_coremltools()
    from coremltools.converters.mil import mil

    specs = [
        mil.Builder.TensorSpec(x.shape, mil.types.numpy_type_to_builtin_type(x.dtype))
        for x in inputs.values()
    ]
    function = named(lambda *given: build(mil.Builder, *given), inputs)
    with quiet():
        program = mil.Builder.program(input_specs=specs, opset_version=target(ct, ios))(function)
        ct.convert(
            program,
            pass_pipeline=ct.PassPipeline.EMPTY,
            minimum_deployment_target=target(ct, ios),
            compute_precision=ct.precision.FLOAT32,
            skip_model_load=True,
        ).save(str(path))


def named(function: Callable[..., Any], names: Sequence[str] | Mapping[str, Any]) -> Any:
    """`function` with the parameter names that MIL's builder reads inputs' names from."""
    listed = ", ".join(names)
    made: Any = eval(f"lambda {listed}: function({listed})", {"function": function})
    return made


def target(ct: Any, ios: int) -> Any:
    return getattr(ct.target, f"iOS{ios}")


def save_traced(
    path: Path,
    model: nn.Module,
    example: torch.Tensor | tuple[torch.Tensor, ...],
    *,
    ios: int = 17,
    half: bool = False,
    inputs: Sequence[Any] | None = None,
    outputs: Sequence[Any] | None = None,
    compress: Callable[[Any, Any], Any] | None = None,
) -> None:
    """A torch model of one output, traced and converted; `compress(ct, package)`.

    One input is `x`; several are `x0`, `x1`, …
    """
    ct = patch_coremltools()
    given = {"x": example} if isinstance(example, torch.Tensor) else named_inputs(example)
    with quiet(), torch.no_grad():
        traced = torch.jit.trace(model.eval(), example, check_trace=False)  # type: ignore[no-untyped-call]
        package = ct.convert(
            traced,
            inputs=inputs
            or [
                ct.TensorType(
                    name,
                    shape=tuple(each.shape),
                    dtype=np.float32 if each.is_floating_point() else np.int32,
                )
                for name, each in given.items()
            ],
            outputs=outputs or [ct.TensorType("y")],
            minimum_deployment_target=target(ct, ios),
            compute_precision=ct.precision.FLOAT16 if half else ct.precision.FLOAT32,
            skip_model_load=True,
        )
        (compress(ct, package) if compress else package).save(str(path))


def named_inputs(example: tuple[torch.Tensor, ...]) -> dict[str, torch.Tensor]:
    return {f"x{number}": each for number, each in enumerate(example)}


def cosine(a: Array, b: Array) -> float:
    """The smallest cosine between rows of equal number: [N, D], [N, D]."""
    a, b = (np.asarray(x, np.float64).reshape(len(x), -1) for x in (a, b))
    return float((np.sum(a * b, 1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min())
