"""Makes coremltools 9.0 work with numpy 2.4 and later.

`int(x)` of an array with one value and one or more axes, which numpy 2.4 refuses, is how 9.0
folds constant casts (coremltools issue 2633, mended after 9.0). With it come the conversions of
corrected_ops.py. Imports coremltools: reach it lazily.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import numpy as np

from photosearch.errors import MissingExtra, StorageError

_NEEDS_SHIM = "9.0"
_WRITER = "FileWriter"  # in the message of a failed write: coremltools has no type of error for it
_patched = False


def patch_coremltools() -> Any:
    """The module `coremltools`, ready for use; call it as often as you like.

    Raises MissingExtra if it is not installed.
    """
    global _patched
    ct = _import()
    if not _patched and ct.__version__ == _NEEDS_SHIM:
        from coremltools.converters.mil.frontend.torch import ops

        from photosearch.coreml.corrected_ops import correct

        ops._cast = _with_scalars(ops._cast)
        correct(ops)
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
