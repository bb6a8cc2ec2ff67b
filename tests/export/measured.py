"""What a model might measure, for tests of what is made of it."""

from __future__ import annotations

from export.measure import Measured
from export.measure.records import DemoAnswer, NamesFound, Reworded
from photosearch.evaluate import Estimate
from photosearch.evaluate.calibration import Trust
from photosearch.manifest import Calibration

RECALL = {
    "R@1": Estimate(0.241, 0.23, 0.25),
    "R@5": Estimate(0.5, 0.48, 0.52),
    "R@10": Estimate(0.66, 0.65, 0.67),
}
FOUND = Estimate(0.75, 0.7, 0.8)
MEASURED = Measured(
    model="builtin 1.0.0",
    size_bytes=20_400_000,
    captions={64: RECALL, 16: RECALL},
    names={"labelled, a tenth": NamesFound(292, 782, FOUND, Estimate(0.8, 0.75, 0.85))},
    reworded={
        "names": {"plural": Reworded(9, FOUND, Estimate(0.01, 0, 0.02), Estimate(0.9, 0.85, 0.95))}
    },
    trust={"demo": {"first hit": Trust(12, 12, Estimate(0.2, 0.1, 0.3), said=0.4, right=0.6)}},
    demo=(
        DemoAnswer("a cat", "chelsea.png", 0.5, right=True, rank=1),
        DemoAnswer("a moon", "retina.jpg", 0.12, right=False, rank=3),
    ),
    calibration=Calibration(9.0, -3.0),
    missing=(),
)
