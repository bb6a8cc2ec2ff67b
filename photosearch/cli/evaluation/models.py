"""A model over photos with captions or labels, with its studies; and runs of any system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.cli.evaluation.options import Found, Studies
from photosearch.cli.output import say
from photosearch.cli.progress import show_steps
from photosearch.errors import UsageError, require

if TYPE_CHECKING:
    from photosearch.display.evaluation_page import Study
    from photosearch.evaluate import Captioned
    from photosearch.evaluate.captioned import Embeds
    from photosearch.progress import Listener


def of_run(runs: list[Path], qrels: Path | None) -> Found:
    """Raises UsageError for no judgements, and for several runs."""
    from photosearch.evaluate import read_qrels, read_run, score_run

    if qrels is None:
        raise UsageError("--run: got no --qrels, expected the judgements to score it by")
    if len(runs) > 1:
        raise UsageError(f"--run: got {len(runs)} runs, expected one; compare takes several")
    return Found([score_run(read_run(runs[0]), read_qrels(qrels))])


def of_model(
    model: str | None, data: Path | None, qrels: Path | None, run_out: Path | None, studies: Studies
) -> Found:
    """By labels where the folder has no captions."""
    if model is None or data is None:
        raise UsageError("expected MODEL and --data, or --run and --qrels")
    from photosearch.data.photos import CAPTIONS, LABELS

    if not data.is_dir():
        raise UsageError(f"--data: no folder {data}")
    has_captions = (data / CAPTIONS).is_file() or any(data.glob(f"*/{CAPTIONS}"))
    has_labels = (data / LABELS).is_file() or any(data.glob(f"*/{LABELS}"))
    by_labels = has_labels and not has_captions
    if not (has_labels or has_captions):
        raise UsageError(f"--data: no {CAPTIONS} and no {LABELS} in {data}")
    _check(studies, by_labels=by_labels, judged=qrels is not None)
    if not by_labels:
        return _of_captions(opened(model), data, qrels, run_out, studies)
    if qrels or run_out:
        raise UsageError(f"--qrels, --run-out: expected captions in {data}, got labels alone")
    return _of_labels(opened(model), data, studies)


def opened(model: str) -> Embeds:
    """An encoder, or the packages that lie in a folder without a manifest or a checkpoint."""
    from photosearch.contract import EXPORT_RECORD
    from photosearch.models import load_encoder

    folder = Path(model)
    if not (folder / EXPORT_RECORD).is_file():
        return load_encoder(model)
    require("coreml", "executing Core ML packages", "torch", "coremltools")
    from photosearch.verify.packages import PackageEncoder

    return PackageEncoder(folder)


def _check(studies: Studies, *, by_labels: bool, judged: bool) -> None:
    if by_labels and (studies.slices or studies.robustness):
        raise UsageError("--slices, --robustness: got labels alone, expected captions")
    if studies.probe and not by_labels:
        raise UsageError("--probe: got captions, expected a folder with labels alone")
    if judged and studies != Studies():
        raise UsageError("--qrels: expected no studies with it")


def _of_captions(
    encoder: Embeds, data: Path, qrels: Path | None, run_out: Path | None, studies: Studies
) -> Found:
    from photosearch.evaluate import (
        embed_captioned,
        nearest_photos,
        read_qrels,
        score_captions,
        score_judged,
        write_run,
    )

    judged = None if qrels is None else read_qrels(qrels)
    with show_steps() as listener:
        embedded = embed_captioned(encoder, data, progress=listener)
        if judged is None:
            found = Found(score_captions(embedded, progress=listener))
        else:
            found = Found([score_judged(embedded, judged, progress=listener)])
        added = _caption_studies(encoder, data, embedded, found, studies, listener)
    if run_out is not None:
        write_run(run_out, nearest_photos(embedded))
        say(f"{len(embedded.captions)} queries written to {run_out}")
    return Found(found.measured, added)


def _caption_studies(
    encoder: Embeds,
    data: Path,
    embedded: Captioned,
    found: Found,
    studies: Studies,
    progress: Listener,
) -> dict[str, Study]:
    from photosearch.cli.evaluation import studied

    added: dict[str, Study] = {}
    if studies.slices:
        added["slices"] = studied.slices(found.measured[0], embedded, data, progress)
    if studies.calibration:
        added["calibration"] = studied.captions_trust(encoder, embedded, progress)
    if studies.robustness:
        added["robustness"] = studied.robustness(encoder, data, progress)
    return added


def _of_labels(encoder: Embeds, data: Path, studies: Studies) -> Found:
    from photosearch.cli.evaluation import studied
    from photosearch.evaluate import studies as made

    added: dict[str, Study] = {}
    with show_steps() as listener:
        test = made.embed_labelled(encoder, data, progress=listener)
        prompts = made.embed_prompts(encoder, test.classes, progress=listener)
        measured = made.score_zero_shot(test, prompts, progress=listener)
        if studies.probe:
            train = made.embed_labelled(encoder, data, "train", progress=listener)
            measured += made.score_probe(train, test, progress=listener)
        if studies.calibration:
            added["calibration"] = studied.names_trust(encoder, test, listener)
    return Found(measured, added)
