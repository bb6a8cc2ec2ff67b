"""What confidence is worth on photos that it was not fitted on, and what tells "no match".

    python -m tests.benchmarks.bench_calibration --data DATA [--plot FILE.png]

Confidence is the probability that a photo matches the words. Searches with known answers
(tests/benchmarks/calibration/searches.py) are made in libraries of 30 to 10,000 photos, of many
mixtures; in three of ten, all photos that are right are taken out. Photos are those held out of
training: Flickr8k dev, the validation tenths of both labelled folders, and sets left out whole.
Photos of training, where they are surely wrong, fill libraries up.

Each rule (tests/benchmarks/calibration/rules.py) is fitted on the other families of photos when a
family is judged; the library of all is judged by what one family, `labelled`, says. A background
for normalised scores is made of training photos, but for those of the family. What shipped as 2.0.1
was fitted on words in captions and names of these very photos, which flatters it.

Prints the expected calibration error of first hits and of the first ten, with 95 % intervals over
queries, and the Brier score of first hits; what is said and right in libraries of 100, 1,000 and
10,000 photos; for absent concepts, false-positive rates at fixed recall, and what thresholds do;
and the constants when everything is fitted on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from photosearch.data import read_captioned, read_labelled
from photosearch.encoder import Encoder
from photosearch.manifest import Calibration
from photosearch.models.load import load_encoder
from tests.benchmarks.calibration.curve import draw_curves
from tests.benchmarks.calibration.libraries import (
    Background,
    Found,
    Values,
    draw_searches,
    searches_of_size,
)
from tests.benchmarks.calibration.measures import curve, false_positives, held
from tests.benchmarks.calibration.rules import (
    BOTH,
    NEW,
    NORMALISED,
    RULES,
    SHIPPED,
    Fitted,
    constant,
    fit,
    looks,
)
from tests.benchmarks.calibration.searches import (
    FLICKR,
    LABELLED,
    LEFT,
    MORE,
    Photos,
    Record,
    Searches,
    families,
    flickr_searches,
    labelled_searches,
    mixed_searches,
)
from tests.benchmarks.figures import benchmark, keep, record

IN_2_0_1 = Calibration(scale=12.7746, bias=-5.5785)
ROWS = 1500  # searches of each kind
SIZES = (100, 1000, 10_000)  # photos
RECALLS = (0.8, 0.9, 0.95)
THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
_TRAINED = 3500  # photos of training from each family
_ISOTONIC = f"{NEW}, isotonic"

Rules: TypeAlias = Mapping[str, Mapping[str, Fitted]]  # family that is judged, name of the rule


def embed(encoder: Encoder, records: Sequence[Record]) -> Photos:
    return Photos(records, encoder.encode_images([photo.path for photo in records]))


def joined(parts: Sequence[Photos]) -> Photos:
    return Photos(
        [photo for part in parts for photo in part.records],
        np.concatenate([part.vectors for part in parts]),
    )


def read_searches(
    encoder: Encoder, data: Path
) -> tuple[dict[str, list[Searches]], Searches, dict[str, Background]]:
    """The kinds of each family, the library of all, and the background for each family."""
    captioned = read_captioned(data / "flickr8k")
    labelled, more = read_labelled(data / LABELLED), read_labelled(data / MORE)
    parts = families(captioned, labelled, more)
    held_out = {family: embed(encoder, records) for family, records in parts.items()}
    trained = {
        family: embed(encoder, [photo for photo in records if photo.trainable][:_TRAINED])
        for family, records in ((FLICKR, captioned), (LABELLED, labelled), (MORE, more))
    }
    others = joined(list(trained.values()))
    dev = held_out[FLICKR]
    kinds = {FLICKR: list(flickr_searches(encoder, dev, trained[FLICKR], others))}
    for family in (LABELLED, MORE, LEFT):
        kinds[family] = list(labelled_searches(encoder, family, held_out[family], others))
    mixed = mixed_searches(encoder, joined(list(held_out.values())), others)
    backgrounds = {
        family: Background(
            joined([each for name, each in trained.items() if name != family]).vectors
        )
        for family in (*kinds, mixed.family)
    }
    return kinds, mixed, backgrounds


def fit_without(found: Sequence[Found], family: str) -> dict[str, Fitted]:
    """Every rule, fitted on the other families; for the library of all on one."""
    if family == "all":
        kinds = [each for each in found if each.family == LABELLED]
    else:
        kinds = [each for each in found if each.family not in (family, LEFT)]
    rules = {name: fit(looks(parts), kinds) for name, parts in RULES.items()}
    isotonic = fit(looks(RULES[NEW]), kinds, isotonic=True)
    return {SHIPPED: constant(IN_2_0_1), **rules, _ISOTONIC: isotonic}


def print_errors(found: Sequence[Found], rules: Rules) -> None:
    print("expected calibration error of first hits; of first ten; Brier score of first hits, in %")
    means: dict[str, list[tuple[float, float, float]]] = {}
    for each in found:
        print(f"{each.name}: {len(each.query)} searches, {len(set(each.query))} queries")
        for name, rule in rules[each.family].items():
            sure = rule(each)
            first, ten = held(sure, each, 1), held(sure, each, each.scores.shape[1])
            told = f"said {100 * first.said:.0f}, right {100 * first.right:.0f}"
            print(
                f"  {name:36} {first.error.percent():>18}  {ten.error.percent():>18} "
                f" {100 * first.brier:5.1f}  {told}"
            )
            means.setdefault(name, []).append((first.error.mean, ten.error.mean, first.brier))
            if name in (SHIPPED, NEW):
                keep(f"calibration error, {each.name}, {name}", 100 * first.error.mean, "%")
    print("mean of all kinds")
    for name, rows in means.items():
        print(f"  {name:36} {'  '.join(f'{100 * value:.1f}' for value in np.mean(rows, axis=0))}")


def print_sizes(
    kinds: Sequence[Searches],
    backgrounds: Mapping[str, Background],
    rules: Rules,
) -> None:
    print(
        "first hits by photos in the library, of which one at least is right: said / right, error"
    )
    for searches in kinds:
        print(searches.name)
        background = backgrounds[searches.family]
        for size in SIZES:
            each = searches_of_size(searches, background, ROWS // 3, size)
            parts = []
            for name in (SHIPPED, "score, words", NEW):
                first = held(rules[searches.family][name](each), each, 1)
                parts.append(
                    f"{name}: {100 * first.said:.0f} / {100 * first.right:.0f}, "
                    f"{first.error.percent()}"
                )
            print(f"  {int(np.median(each.photos)):6}  {'   '.join(parts)}")


def print_no_match(found: Sequence[Found], rules: Rules) -> None:
    print("no match: false positives among absent concepts, in %, at a recall of")
    for name in (SHIPPED, NORMALISED, BOTH, NEW):
        print(f"  {name}")
        rows = []
        for each in found:
            first = rules[each.family][name](each)[:, 0]
            rates = [false_positives(first, each.present, recall) for recall in RECALLS]
            rows.append(rates)
            print(f"    {each.name:36} {_at_recalls(rates)}")
        print(f"    {'mean':36} {_at_recalls(np.mean(rows, axis=0).tolist())}")


def _at_recalls(rates: Sequence[float]) -> str:
    pairs = zip(RECALLS, rates, strict=True)
    return ", ".join(f"{recall:.0%} {100 * rate:.0f}" for recall, rate in pairs)


def print_thresholds(found: Sequence[Found], rules: Rules) -> None:
    for name in (SHIPPED, NEW):
        print(
            f"  {name}, answered from a threshold on: absent, present, present with a right first"
        )
        print("  hit; and the share of right first hits among all that are answered")
        for least in THRESHOLDS:
            rows = np.array([_at(rules[each.family][name](each), each, least) for each in found])
            told = ", ".join(f"{100 * value:.0f}" for value in rows.mean(axis=0))
            print(f"    {least:.2f}  {told}   of each kind: {_percents(rows)}")


def draw(path: Path, found: Sequence[Found], rules: Rules) -> None:
    """The mean of the kinds, at recalls from a half on."""
    recalls = np.linspace(0.5, 1, 101)
    curves = {
        title: np.mean(
            [curve(rules[each.family][name](each)[:, 0], each.present, recalls) for each in found],
            axis=0,
        )
        for title, name in (
            ("score alone, as in 2.0.1", SHIPPED),
            ("score, words and photos", NEW),
            ("normalised by a background", NORMALISED),
        )
    }
    draw_curves(path, recalls, curves)


def _at(sure: Values, found: Found, least: float) -> tuple[float, ...]:
    answered, right = sure[:, 0] >= least, found.right[:, 0]
    return (
        float(answered[~found.present].mean()),
        float(answered[found.present].mean()),
        float(answered[right].mean()),
        float(right[answered].mean()) if answered.any() else 0.0,
    )


def _percents(rows: Values) -> str:
    return "; ".join("/".join(f"{100 * value:.0f}" for value in row) for row in rows)


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    kinds, mixed, backgrounds = read_searches(load_encoder(), options.data)
    everything = [searches for some in kinds.values() for searches in some]
    found = [draw_searches(each, backgrounds[each.family], ROWS) for each in everything]
    rules = {family: fit_without(found, family) for family in (*kinds, mixed.family)}
    judged = [*found, draw_searches(mixed, backgrounds[mixed.family], ROWS)]
    print_errors(judged, rules)
    print_sizes([*everything, mixed], backgrounds, rules)
    absent = [each for each in judged if not each.present.all()]
    print_no_match(absent, rules)
    print_thresholds(absent, rules)
    if options.plot:
        draw(options.plot, absent, rules)
    final = fit(looks(RULES[NEW]), found)
    print(f"fitted on all: {NEW}, bias: {', '.join(f'{each:.4f}' for each in final.constants)}")
    if options.record:
        record()


if __name__ == "__main__":
    main()
