"""How far a confidence can be trusted: what share of hits at each confidence are right.

    python -m tests.benchmarks.bench_calibration --data DATA

Asks for every concept of negation_queries.py among Flickr8k dev photos, and for every label among
the validation tenths of the labelled ones; looks at the first ten hits of each. Prints the mean
confidence and the share that is right by tenths of confidence, and the expected calibration error
(Guo et al. 2017, arXiv:1706.04599): the mean distance of the two, weighted by hits.

Legend: Q queries, N photos, D embedding width.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosearch.data import of_dev_split, read_captioned, read_labelled
from photosearch.encoder import Floats
from photosearch.manifest import Calibration
from photosearch.models.load import load_encoder
from tests.benchmarks.figures import benchmark, keep, record
from tests.benchmarks.negation_queries import CONCEPTS, shown_by_captions

_TOP = 10
_TENTHS = 10


def report(name: str, scores: Floats, relevant: NDArray[np.bool_], fitted: Calibration) -> None:
    """scores [Q, N], relevant [Q, N]."""
    first = np.argsort(-scores, axis=1, kind="stable")[:, :_TOP]
    best = np.take_along_axis(scores, first, axis=1).ravel().astype(np.float64)
    right = np.take_along_axis(relevant, first, axis=1).ravel()
    sure = 1 / (1 + np.exp(-(fitted.scale * best + fitted.bias)))
    tenth = np.minimum((sure * _TENTHS).astype(int), _TENTHS - 1)
    error = 0.0
    for place in range(_TENTHS):
        some = tenth == place
        if some.any():
            said, found = sure[some].mean(), right[some].mean()
            error += abs(said - found) * some.mean()
            print(f"  {some.sum():5} hits: confidence {said:.2f}, right {found:.2f}")
    keep(f"expected calibration error of the first ten hits, {name}", error, "")
    print(f"{name}: {len(scores)} queries, expected calibration error {error:.3f}")


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    data = options.data
    encoder = load_encoder()
    dev = of_dev_split(read_captioned(data / "flickr8k"))
    words = encoder.encode_texts(list(CONCEPTS))
    photos = encoder.encode_images([photo.path for photo in dev])
    relevant = np.stack([shown_by_captions(each, dev) > 0 for each in CONCEPTS])
    report("captions", words @ photos.T, relevant, encoder.calibration)
    for folder in ("labelled", "labelled_more"):
        held = [photo for photo in read_labelled(data / folder) if photo.held_out]
        names = sorted({photo.label for photo in held})
        relevant = np.array([[photo.label == name for photo in held] for name in names])
        photos = encoder.encode_images([photo.path for photo in held])
        report(folder, encoder.encode_texts(names) @ photos.T, relevant, encoder.calibration)
    if options.record:
        record()


if __name__ == "__main__":
    main()
