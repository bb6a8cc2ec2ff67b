"""Makes coremltools 9.0 work with numpy 2.4, and convert to what torch computes.

`int(x)` of an array with one value and one or more axes, which numpy 2.4 refuses, is how 9.0
folds constant casts (coremltools issue 2633, mended after 9.0). Conversions that it gets wrong are
replaced:

| torch | coremltools 9.0 writes | here |
|-|-|-|
| nearest resize to a size that is no multiple | scale (out + 1e-4) / in, by MIL's definition another pixel wherever i * in / out is whole | resize_nearest_neighbor, which takes the size |
| softplus with a threshold | a softplus without it | above the threshold x itself, by select |
| log_softmax | log(softmax(x)): -inf where softmax rounds to 0 | x - max - log(sum(exp(x - max))) |
| RMSNorm | x / (m sqrt(mean((x / m)^2) + eps)), m = max abs x: eps grows with m; 1e-5 where torch has float32's step | eps / m^2 inside the root, with m at least sqrt(eps) |
| reciprocal | inverse(x) = 1 / (x + 1e-4) | a division |

`photosearch model lint` finds the first and the third in packages that others made (lint/accuracy.py);
of a threshold that was left out nothing is left to find. Imports coremltools: reach it lazily.
"""  # noqa: E501 - a row of a table is a line

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import numpy as np

from photosearch.errors import MissingExtra, StorageError

_NEEDS_SHIM = "9.0"
_WRITER = "FileWriter"  # in the message of a failed write: coremltools has no type of error for it
_patched = False

_RMS_EPSILON = 1.1920929e-07  # torch.finfo(float32).eps, what torch.nn.RMSNorm takes for None
_SOFTPLUS_THRESHOLD = 20.0  # torch's default: log(1 + exp(20)) - 20 = 2e-9 is below float32's step
_LEAST_NORMAL = 6.1e-5  # of fp16: what m is kept above where eps is 0

Convert = Callable[[Any, Any], None]  # context, node


def patch_coremltools() -> Any:
    """The module `coremltools`, ready for use; call it as often as you like.

    Raises MissingExtra if it is not installed.
    """
    global _patched
    ct = _import()
    if not _patched and ct.__version__ == _NEEDS_SHIM:
        from coremltools.converters.mil.frontend.torch import ops

        ops._cast = _with_scalars(ops._cast)
        _correct(ops)
        _patched = True
    return ct


def _import() -> Any:
    try:
        with quiet():
            import coremltools
    except ImportError as error:
        raise MissingExtra("coreml", "Core ML conversion") from error
    return coremltools


@contextmanager
def quiet() -> Iterator[None]:
    """Without what coremltools and torch say about versions, deprecations and each step.

    The bars that coremltools draws go to what is then `sys.stderr`.
    """
    logger = logging.getLogger("coremltools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def temporary_files() -> Iterator[None]:
    """Around what makes coremltools write weights to its temporary folder: it may be full.

    Raises StorageError then.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot write temporary files: {error.strerror or error}") from error
    except RuntimeError as error:
        if _WRITER not in str(error):
            raise
        raise StorageError(f"cannot write temporary files: {error}") from error


def _with_scalars(original: Any) -> Any:
    """`_cast(context, node, dtype, dtype_name)` that folds constants through Python scalars."""

    def cast(context: Any, node: Any, dtype: Any, dtype_name: str) -> None:
        from coremltools.converters.mil.mil import Builder

        x = context[node.inputs[0]]
        if x.can_be_folded_to_const() and np.size(x.val) == 1:
            value = dtype(np.asarray(x.val).item())
            context.add(Builder.const(val=value, name=node.name), node.name)
        else:
            original(context, node, dtype, dtype_name)

    return cast


def _correct(ops: Any) -> None:
    """Registers the conversions below over those of `coremltools...frontend.torch.ops`."""
    from coremltools.converters.mil.frontend.torch.torch_op_registry import register_torch_op

    for name, aliases, make in (
        ("upsample_nearest1d", ["upsample_nearest1d.vec"], _nearest),
        ("upsample_nearest2d", ["upsample_nearest2d.vec"], _nearest),
        ("softplus", None, _softplus),
    ):
        corrected = make(ops, getattr(ops, name))
        corrected.__name__ = name  # what the registry knows it by
        register_torch_op(corrected, torch_alias=aliases, override=True)
    for converts in (_log_softmax(ops), _rms_norm(ops), _reciprocal(ops)):
        register_torch_op(converts, override=True)


def _nearest(ops: Any, original: Convert) -> Convert:
    def upsample_nearest(context: Any, node: Any) -> None:
        x, size, *scales = ops._get_inputs(context, node, min_expected=2)
        sizes = _known(size)
        axes = x.shape[-len(sizes) :] if sizes else ()
        asked_by_scale = any(scale is not None for scale in scales)
        if (
            asked_by_scale
            or not sizes
            or all(to % n == 0 for to, n in zip(sizes, axes, strict=True))
        ):
            original(context, node)
        else:
            context.add(_resized(x, sizes, node.name))

    return upsample_nearest


def _known(size: Any) -> list[int]:
    """The sizes that a trace holds as constants; empty if they are computed, or None."""
    values = size if isinstance(size, list) else [size]
    if any(getattr(value, "val", None) is None for value in values):
        return []
    return [int(n) for value in values for n in value.val.reshape(-1)]


def _resized(x: Any, sizes: list[int], name: str) -> Any:
    """[N, C, L] goes through [N, C, L, 1]."""
    from coremltools.converters.mil.mil import Builder as mb  # noqa: N813 - as coremltools does

    if len(sizes) == 2:
        height, width = sizes
        return mb.resize_nearest_neighbor(
            x=x, target_size_height=height, target_size_width=width, name=name
        )
    (length,) = sizes
    tall = mb.expand_dims(x=x, axes=[3])
    y = mb.resize_nearest_neighbor(x=tall, target_size_height=length, target_size_width=1)
    return mb.squeeze(x=y, axes=[3], name=name)


def _softplus(ops: Any, original: Convert) -> Convert:
    """beta * x above the threshold gives x (torch.nn.Softplus)."""

    def softplus(context: Any, node: Any) -> None:
        from coremltools.converters.mil.mil import Builder as mb  # noqa: N813

        x, beta, threshold = _with_defaults(ops._get_inputs(context, node, min_expected=1))
        if threshold >= _SOFTPLUS_THRESHOLD:
            original(context, node)
            return
        scaled = mb.mul(x=x, y=beta)
        smooth = mb.real_div(x=mb.softplus(x=scaled), y=beta)
        linear = mb.greater(x=scaled, y=threshold)
        context.add(mb.select(cond=linear, a=x, b=smooth, name=node.name))

    return softplus


def _with_defaults(inputs: list[Any]) -> tuple[Any, float, float]:
    x, *given = inputs
    values = [float(each.val) for each in given]
    beta, threshold = (*values, *(1.0, _SOFTPLUS_THRESHOLD)[len(values) :])
    return x, beta, threshold


def _log_softmax(ops: Any) -> Convert:
    def log_softmax(context: Any, node: Any) -> None:
        from coremltools.converters.mil.mil import Builder as mb  # noqa: N813

        x, axis = ops._get_inputs(context, node, min_expected=2)[:2]
        axes = [int(axis.val)]
        below = mb.sub(x=x, y=mb.reduce_max(x=x, axes=axes, keep_dims=True))
        total = mb.reduce_sum(x=mb.exp(x=below), axes=axes, keep_dims=True)
        context.add(mb.sub(x=below, y=mb.log(x=total), name=node.name))

    return log_softmax


def _rms_norm(ops: Any) -> Convert:
    """gamma * x / sqrt(mean(x^2) + eps) (arXiv:1910.07467), divided through by m: fp16 holds it."""

    def rms_norm(context: Any, node: Any) -> None:
        from coremltools.converters.mil.mil import Builder as mb  # noqa: N813

        x, shape, gamma, epsilon = ops._get_inputs(context, node, expected=4)
        axes = list(range(-len(shape.val), 0))
        root = float(_RMS_EPSILON if epsilon is None else epsilon.val) ** 0.5
        peak = mb.reduce_max(x=mb.abs(x=x), axes=axes, keep_dims=True)
        m = mb.maximum(x=peak, y=max(root, _LEAST_NORMAL))
        scaled = mb.real_div(x=x, y=m)
        mean = mb.reduce_mean(x=mb.square(x=scaled), axes=axes, keep_dims=True)
        inside = mb.add(x=mean, y=mb.square(x=mb.real_div(x=root, y=m)))
        y = mb.real_div(x=scaled, y=mb.sqrt(x=inside), name=node.name + "_plain")
        context.add(mb.mul(x=y, y=1.0 if gamma is None else gamma, name=node.name))

    return rms_norm


def _reciprocal(ops: Any) -> Convert:
    def reciprocal(context: Any, node: Any) -> None:
        from coremltools.converters.mil.mil import Builder as mb  # noqa: N813

        (x,) = ops._get_inputs(context, node, expected=1)
        context.add(mb.real_div(x=1.0, y=x, name=node.name))

    return reciprocal
