"""Retrieval metrics, how far their means can be trusted, and calibration; numpy only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.evaluate.calibration import Trust as Trust
    from photosearch.evaluate.calibration import (
        expected_calibration_error as expected_calibration_error,
    )
    from photosearch.evaluate.calibration import fit_calibration as fit_calibration
    from photosearch.evaluate.metrics import Floats as Floats
    from photosearch.evaluate.metrics import average_precision as average_precision
    from photosearch.evaluate.metrics import caption_retrieval as caption_retrieval
    from photosearch.evaluate.metrics import caption_values as caption_values
    from photosearch.evaluate.metrics import first_rank as first_rank
    from photosearch.evaluate.metrics import label_retrieval as label_retrieval
    from photosearch.evaluate.metrics import ndcg_at as ndcg_at
    from photosearch.evaluate.metrics import recall_at as recall_at
    from photosearch.evaluate.significance import Estimate as Estimate
    from photosearch.evaluate.significance import estimate as estimate

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Estimate": "photosearch.evaluate.significance",
        "Floats": "photosearch.evaluate.metrics",
        "Trust": "photosearch.evaluate.calibration",
        "average_precision": "photosearch.evaluate.metrics",
        "caption_retrieval": "photosearch.evaluate.metrics",
        "caption_values": "photosearch.evaluate.metrics",
        "estimate": "photosearch.evaluate.significance",
        "expected_calibration_error": "photosearch.evaluate.calibration",
        "first_rank": "photosearch.evaluate.metrics",
        "fit_calibration": "photosearch.evaluate.calibration",
        "label_retrieval": "photosearch.evaluate.metrics",
        "ndcg_at": "photosearch.evaluate.metrics",
        "recall_at": "photosearch.evaluate.metrics",
    },
)
