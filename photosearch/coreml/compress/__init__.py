"""Stores weights in fewer bits, and finds which of them can bear how few.

quantizers.py       int8 and palettes         apply.py            to a converted package
mixed_precision.py  the bits of each layer    calibration_set.py  what they are tried on
sensitivity.py      a tower with weights in fewer bits
match_weights.py    which weight of a tower is which constant of a package
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.coreml.compress.apply import compress as compress
    from photosearch.coreml.compress.calibration_set import CalibrationSet as CalibrationSet
    from photosearch.coreml.compress.calibration_set import (
        make_calibration_set as make_calibration_set,
    )
    from photosearch.coreml.compress.calibration_set import (
        sample_calibration_set as sample_calibration_set,
    )
    from photosearch.coreml.compress.mixed_precision import MixedPrecision as MixedPrecision
    from photosearch.coreml.compress.mixed_precision import (
        MixedPrecisionSearch as MixedPrecisionSearch,
    )
    from photosearch.coreml.compress.quantizers import dequantized as dequantized
    from photosearch.coreml.compress.quantizers import int8_rows as int8_rows
    from photosearch.coreml.compress.quantizers import palette as palette

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "CalibrationSet": "photosearch.coreml.compress.calibration_set",
        "MixedPrecision": "photosearch.coreml.compress.mixed_precision",
        "MixedPrecisionSearch": "photosearch.coreml.compress.mixed_precision",
        "compress": "photosearch.coreml.compress.apply",
        "dequantized": "photosearch.coreml.compress.quantizers",
        "int8_rows": "photosearch.coreml.compress.quantizers",
        "make_calibration_set": "photosearch.coreml.compress.calibration_set",
        "palette": "photosearch.coreml.compress.quantizers",
        "sample_calibration_set": "photosearch.coreml.compress.calibration_set",
    },
)
