"""Studies of a model or an index as `photosearch eval` shows them: in words, for JSON, as plots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photosearch.display import evaluation_plots as plots
from photosearch.display.evaluation_page import Study
from photosearch.encoder import Encoder, Floats
from photosearch.errors import UsageError
from photosearch.evaluate import Captioned, Evaluation, studies
from photosearch.evaluate.captioned import Embeds
from photosearch.evaluate.studies.labelled import Labelled
from photosearch.evaluate.studies.reliability import Reliability
from photosearch.manifest import Calibration
from photosearch.progress import Listener


def slices(found: Evaluation, data: Captioned, folder: Path, progress: Listener) -> Study:
    """Of captions, by what they ask and by what their photos are like."""
    made = studies.slice_captions(found, data, folder, progress=progress)
    return Study(
        title="slices",
        text=studies.slices_text(made),
        record=studies.slices_record(made),
        draw=lambda: {"R@10 by slices": plots.slices_plot(made)},
    )


def robustness(encoder: Embeds, folder: Path, progress: Listener) -> Study:
    """Of photos that are changed."""
    made = studies.robustness(encoder, folder, progress=progress)
    return Study(
        title="robustness",
        text=studies.robustness_text(made),
        record=studies.robustness_record(made),
        draw=lambda: plots.robustness_plots(made),
    )


def captions_trust(encoder: Embeds, data: Captioned, progress: Listener) -> Study:
    """Of captions, by the encoder's calibration."""
    made = studies.captions_reliability(data, _calibration(encoder), progress=progress)
    return _trust(made)


def names_trust(encoder: Embeds, data: Labelled, progress: Listener) -> Study:
    """Of names, by the encoder's calibration."""
    names = studies.embed_prompts(encoder, data.classes, ("{}",), progress=progress).classes()
    made = studies.names_reliability(data, names, _calibration(encoder), progress=progress)
    return _trust(made)


def kinds(photos: Floats, queries: Floats, progress: Listener) -> Study:
    """Of an index: photos [N, D], queries [Q, D]."""
    made = studies.measure_frontier(photos, queries, progress=progress)
    return Study(
        title="kinds of index",
        text=studies.frontier_text(made),
        record=studies.frontier_record(made),
        draw=lambda: {"recall against exact search": plots.frontier_plot(made)},
    )


def _trust(made: Sequence[Reliability]) -> Study:
    return Study(
        title="calibration",
        text=studies.reliability_text(made),
        record=studies.reliability_record(made),
        draw=lambda: {each.hits: plots.reliability_plot(each) for each in made},
    )


def _calibration(encoder: Embeds) -> Calibration:
    if not isinstance(encoder, Encoder):
        raise UsageError("--calibration: got packages alone, expected a bundle with them")
    return encoder.calibration
