"""Evaluation: retrieval measures with intervals, comparisons, TREC's files, and studies.

places.py     where what is right stands among all items, in blocks; expected.py: measures of that
trec.py       runs and judgements of any system; run_scores.py: what trec_eval says of them
captioned.py  a model over photos with captions; caption_scores.py: its scores both ways
pool.py       what several systems found, to be judged
paired.py     differences of pairs in groups; comparison.py: which system is better; moved.py: where
report.py     values with their protocol, for people and programs; significance.py: intervals
calibration.py  from a score to a probability
studies/      slices, robustness, classification, calibration, kinds of index
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.evaluate.calibration import (
        expected_calibration_error as expected_calibration_error,
    )
    from photosearch.evaluate.caption_scores import Captioned as Captioned
    from photosearch.evaluate.caption_scores import score_captions as score_captions
    from photosearch.evaluate.caption_scores import score_judged as score_judged
    from photosearch.evaluate.captioned import embed_captioned as embed_captioned
    from photosearch.evaluate.captioned import nearest_photos as nearest_photos
    from photosearch.evaluate.comparison import compare as compare
    from photosearch.evaluate.comparison import comparison_json as comparison_json
    from photosearch.evaluate.comparison import comparison_text as comparison_text
    from photosearch.evaluate.places import find_places as find_places
    from photosearch.evaluate.pool import pool_runs as pool_runs
    from photosearch.evaluate.report import Evaluation as Evaluation
    from photosearch.evaluate.report import as_json as as_json
    from photosearch.evaluate.report import as_text as as_text
    from photosearch.evaluate.run_scores import score_run as score_run
    from photosearch.evaluate.significance import Estimate as Estimate
    from photosearch.evaluate.trec import read_qrels as read_qrels
    from photosearch.evaluate.trec import read_run as read_run
    from photosearch.evaluate.trec import write_qrels as write_qrels
    from photosearch.evaluate.trec import write_run as write_run

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Captioned": "photosearch.evaluate.caption_scores",
        "Estimate": "photosearch.evaluate.significance",
        "Evaluation": "photosearch.evaluate.report",
        "as_json": "photosearch.evaluate.report",
        "as_text": "photosearch.evaluate.report",
        "compare": "photosearch.evaluate.comparison",
        "comparison_json": "photosearch.evaluate.comparison",
        "comparison_text": "photosearch.evaluate.comparison",
        "embed_captioned": "photosearch.evaluate.captioned",
        "expected_calibration_error": "photosearch.evaluate.calibration",
        "find_places": "photosearch.evaluate.places",
        "nearest_photos": "photosearch.evaluate.captioned",
        "pool_runs": "photosearch.evaluate.pool",
        "read_qrels": "photosearch.evaluate.trec",
        "read_run": "photosearch.evaluate.trec",
        "score_captions": "photosearch.evaluate.caption_scores",
        "score_judged": "photosearch.evaluate.caption_scores",
        "score_run": "photosearch.evaluate.run_scores",
        "write_qrels": "photosearch.evaluate.trec",
        "write_run": "photosearch.evaluate.trec",
    },
)
