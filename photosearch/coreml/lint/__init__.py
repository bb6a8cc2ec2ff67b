"""Finds what in a package would likely leave the Neural Engine, slow it, or falsify a result.

    lint.py      all rules on a package; the gate     residency.py  rules about leaving it: errors
    rules.py     findings, references, the view       speed.py      rules about speed: warnings
                                                      accuracy.py   rules about wrong results

Apple publishes no list of what the Neural Engine runs, and what others measured differs between
chips. So each finding says where its rule comes from; `--on-mac` of export asks Core ML itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.coreml.lint.lint import gate as gate
    from photosearch.coreml.lint.lint import lint_package as lint_package
    from photosearch.coreml.lint.rules import Finding as Finding

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Finding": "photosearch.coreml.lint.rules",
        "gate": "photosearch.coreml.lint.lint",
        "lint_package": "photosearch.coreml.lint.lint",
    },
)
