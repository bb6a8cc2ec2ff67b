"""Studies of a model or an index: where it fails, under what conditions, and what it costs.

slices.py      parts of the queries: masks.py (words, tags), photo_traits.py, caption_slices.py
robustness.py  photos that are changed: conditions.py, and curves.py, what comes out
labelled.py    photos with labels: zero_shot.py and linear_probe.py classify them
reliability.py how far a confidence can be trusted
frontier.py    recall, latency and bytes of index_kinds.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.evaluate.studies.caption_slices import slice_captions as slice_captions
    from photosearch.evaluate.studies.curves import robustness_record as robustness_record
    from photosearch.evaluate.studies.curves import robustness_text as robustness_text
    from photosearch.evaluate.studies.frontier import frontier_record as frontier_record
    from photosearch.evaluate.studies.frontier import frontier_text as frontier_text
    from photosearch.evaluate.studies.frontier import measure_frontier as measure_frontier
    from photosearch.evaluate.studies.labelled import embed_labelled as embed_labelled
    from photosearch.evaluate.studies.linear_probe import score_probe as score_probe
    from photosearch.evaluate.studies.masks import by_concept as by_concept
    from photosearch.evaluate.studies.masks import by_length as by_length
    from photosearch.evaluate.studies.reliability import (
        captions_reliability as captions_reliability,
    )
    from photosearch.evaluate.studies.reliability import names_reliability as names_reliability
    from photosearch.evaluate.studies.reliability import reliability_record as reliability_record
    from photosearch.evaluate.studies.reliability import reliability_text as reliability_text
    from photosearch.evaluate.studies.robustness import robustness as robustness
    from photosearch.evaluate.studies.slices import slice_evaluation as slice_evaluation
    from photosearch.evaluate.studies.slices import slices_record as slices_record
    from photosearch.evaluate.studies.slices import slices_text as slices_text
    from photosearch.evaluate.studies.zero_shot import embed_prompts as embed_prompts
    from photosearch.evaluate.studies.zero_shot import score_zero_shot as score_zero_shot

_HOME = "photosearch.evaluate.studies"
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "by_concept": f"{_HOME}.masks",
        "by_length": f"{_HOME}.masks",
        "captions_reliability": f"{_HOME}.reliability",
        "embed_labelled": f"{_HOME}.labelled",
        "embed_prompts": f"{_HOME}.zero_shot",
        "frontier_record": f"{_HOME}.frontier",
        "frontier_text": f"{_HOME}.frontier",
        "measure_frontier": f"{_HOME}.frontier",
        "names_reliability": f"{_HOME}.reliability",
        "reliability_record": f"{_HOME}.reliability",
        "reliability_text": f"{_HOME}.reliability",
        "robustness": f"{_HOME}.robustness",
        "robustness_record": f"{_HOME}.curves",
        "robustness_text": f"{_HOME}.curves",
        "score_probe": f"{_HOME}.linear_probe",
        "score_zero_shot": f"{_HOME}.zero_shot",
        "slice_captions": f"{_HOME}.caption_slices",
        "slice_evaluation": f"{_HOME}.slices",
        "slices_record": f"{_HOME}.slices",
        "slices_text": f"{_HOME}.slices",
    },
)
