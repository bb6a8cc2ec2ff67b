"""Checks that saved Core ML packages compute what the torch model computes.

Everything is verified against MIL semantics, not on a device; `mac` asks Core ML itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.verify.records import Check as Check
    from photosearch.verify.records import Verification as Verification
    from photosearch.verify.report import report_html as report_html
    from photosearch.verify.verification import TorchSide as TorchSide
    from photosearch.verify.verification import export_verified as export_verified
    from photosearch.verify.verification import package_digest as package_digest
    from photosearch.verify.verification import require_passed as require_passed
    from photosearch.verify.verification import torch_side as torch_side
    from photosearch.verify.verification import verify_export as verify_export
    from photosearch.verify.verification import write_verification as write_verification

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Check": "photosearch.verify.records",
        "TorchSide": "photosearch.verify.verification",
        "Verification": "photosearch.verify.records",
        "export_verified": "photosearch.verify.verification",
        "package_digest": "photosearch.verify.verification",
        "report_html": "photosearch.verify.report",
        "require_passed": "photosearch.verify.verification",
        "torch_side": "photosearch.verify.verification",
        "verify_export": "photosearch.verify.verification",
        "write_verification": "photosearch.verify.verification",
    },
)
