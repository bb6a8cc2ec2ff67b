"""Runs a saved ML Program on any machine, and computes what MIL says it computes.

    package.py    the files on disk        program.py   functions, operations, names
    values.py     constants, weight.bin    dtypes.py    element types
    describe.py   inputs and outputs       constexpr.py compressed constants
    bind.py       made ready, once         run.py       fp16 storage mode, the loop
    ops/          one module a family      model.py     ReferenceModel, the way in

The package is read straight from its protobuf, not through coremltools: that way every byte is
checked before it is used, a hostile file is a typed error, no conversion library (four seconds to
import) is needed to run a model, and what writes a package is not what checks it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.coreml.mil.describe import Feature as Feature
    from photosearch.coreml.mil.describe import Signature as Signature
    from photosearch.coreml.mil.model import ReferenceModel as ReferenceModel
    from photosearch.coreml.mil.package import Package as Package
    from photosearch.coreml.mil.package import read_package as read_package
    from photosearch.coreml.mil.program import Function as Function
    from photosearch.coreml.mil.program import Op as Op
    from photosearch.coreml.mil.values import Constant as Constant
    from photosearch.coreml.mil.values import TensorType as TensorType

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Constant": "photosearch.coreml.mil.values",
        "Feature": "photosearch.coreml.mil.describe",
        "Function": "photosearch.coreml.mil.program",
        "Op": "photosearch.coreml.mil.program",
        "Package": "photosearch.coreml.mil.package",
        "ReferenceModel": "photosearch.coreml.mil.model",
        "Signature": "photosearch.coreml.mil.describe",
        "TensorType": "photosearch.coreml.mil.values",
        "read_package": "photosearch.coreml.mil.package",
    },
)
