"""Measures a bundle as shipped, through its encoder, on photos that training never saw.

    python -m export.measure --data DATA [--bundle BUNDLE] [--json]

Prints, with 95 % intervals: caption retrieval at every width; names, in groups of photos and in one
library; what other words for the same cost; how far the confidence can be trusted; what the demo's
queries find; and the size. A set that is missing is named, and the rest is measured.
"""

from __future__ import annotations

from export.measure.records import Measured as Measured
from export.measure.run import measure as measure
from export.measure.run import measure_bundle as measure_bundle
