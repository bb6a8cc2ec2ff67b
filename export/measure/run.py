"""Measures a bundle as shipped: through the encoder that users load, each photo embedded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from export.measure.demo import DemoSearch, answers, search_demo
from export.measure.embedded import CaptionSet, NameSet, embed_captioned, embed_named, union
from export.measure.held_out import WHOLE_SETS, HeldOut, read_held_out
from export.measure.names import find_names
from export.measure.records import Measured, Reworded
from export.measure.rewording import reworded_captions, reworded_names
from export.measure.trust import calibrate, ranked_captions, ranked_concepts, ranked_names
from photosearch.encoder import Encoder, cut
from photosearch.evaluate import Estimate
from photosearch.evaluate.calibration import Ranked, joined, trust
from photosearch.evaluate.caption_scores import CUTOFFS, find_own
from photosearch.evaluate.expected import recall
from photosearch.evaluate.significance import estimate
from photosearch.manifest import UNCALIBRATED, Calibration, read_manifest
from photosearch.models import load_encoder
from photosearch.models.bundle_io import WEIGHTS
from photosearch.progress import Listener, silent

CONCEPTS, CAPTIONS, DEMO = "words in captions", "captions", "demo"
FRESH = (WHOLE_SETS, DEMO)  # searches that the calibration is not fitted on


def measure_bundle(bundle: Path, data: Path, *, progress: Listener = silent) -> Measured:
    """What the photos of `data` that training never saw say of a bundle; sets may be missing.

    The confidence is judged by the bundle's calibration, or, if it is UNCALIBRATED yet, by the one
    that is found. Raises BundleError, or UsageError for a set that is not in order.
    """
    held = read_held_out(data)
    encoder = load_encoder(bundle)
    manifest = read_manifest(bundle)
    return measure(
        encoder,
        held,
        model=f"{manifest.name} {manifest.version}",
        size_bytes=(manifest.weights or manifest.files[WEIGHTS]).size_bytes,
        calibration=None if encoder.calibration == UNCALIBRATED else encoder.calibration,
        progress=progress,
    )


def measure(
    encoder: Encoder,
    held: HeldOut,
    *,
    model: str,
    size_bytes: int,
    calibration: Calibration | None,
    progress: Listener = silent,
) -> Measured:
    """All that the records hold. Without a calibration, the one that is found is judged."""
    captions = embed_captioned(encoder, held.captioned, progress) if held.captioned else None
    groups = {
        group: embed_named(encoder, photos, group, progress) for group, photos in held.named.items()
    }
    demo = search_demo(encoder, held.demo, progress) if held.demo else []
    searches = _searches(encoder, captions, groups, demo)
    fitted = [searches[kind] for kind in searches if kind not in FRESH]
    found = calibrate(fitted) if fitted else encoder.calibration
    judged = calibration or found
    return Measured(
        model=model,
        size_bytes=size_bytes,
        captions={} if captions is None else _widths(encoder, captions),
        names=find_names(groups, held.trained_names),
        reworded=_reworded(encoder, captions, groups, progress),
        trust={asked: trust(hits, judged) for asked, hits in searches.items()},
        demo=tuple(answer for sheet in demo for answer in answers(sheet, judged)),
        calibration=found,
        missing=held.missing,
    )


def _widths(encoder: Encoder, captions: CaptionSet) -> dict[int, dict[str, Estimate]]:
    """At the full width of the embedding, half and a quarter of it."""
    widths = (encoder.dim, encoder.dim // 2, encoder.dim // 4)
    return {width: _recalls(captions, width) for width in widths}


def _recalls(captions: CaptionSet, width: int) -> dict[str, Estimate]:
    places = find_own(cut(captions.photos, width), cut(captions.queries, width), captions.owner)
    return {f"R@{k}": estimate(recall(places, k), groups=captions.owner) for k in CUTOFFS}


def _reworded(
    encoder: Encoder,
    captions: CaptionSet | None,
    groups: Mapping[str, NameSet],
    progress: Listener,
) -> dict[str, dict[str, Reworded]]:
    found = {}
    if groups:
        found["names"] = reworded_names(encoder, union(list(groups.values())), progress)
    if captions is not None:
        found["captions"] = reworded_captions(encoder, captions, progress)
    return found


def _searches(
    encoder: Encoder,
    captions: CaptionSet | None,
    groups: Mapping[str, NameSet],
    demo: Sequence[DemoSearch],
) -> dict[str, Ranked]:
    """What is asked -> the first photos of its queries.

    Captions are asked where they name no concept: others that they fit, too, count as wrong.
    """
    found = {}
    if captions is not None:
        concepts = ranked_concepts(encoder, captions)
        found = {CONCEPTS: concepts} if concepts else {CAPTIONS: ranked_captions(captions)}
    found |= {group: ranked_names(names) for group, names in groups.items()}
    return found | ({DEMO: joined([each.ranked() for each in demo])} if demo else {})
