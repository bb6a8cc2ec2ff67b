"""What each Swift product tells Apple of privacy, against the calls in its sources.

The categories and reasons: "Describing use of required reason API",
https://developer.apple.com/documentation/bundleresources/describing-use-of-required-reason-api.
"""

from __future__ import annotations

import plistlib
import re
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "swift" / "Sources"
TARGETS = (
    "FaissFormat",
    "PhotoSearch",
    "PhotoSearchCoreML",
    "PhotoSearchIntents",
    "PhotoSearchPhotos",
)
CALLS = {
    "FileTimestamp": r"\b[fl]?stat(at)?\(|getattrlist|NSFile(Creation|Modification)Date"
    r"|\.creationDateKey|ontentModificationDateKey|\.fileModificationDate"
    r"|\[\.(creation|modification)Date",
    "SystemBootTime": r"\bsystemUptime\b|\bmach_absolute_time\(",
    "DiskSpace": r"\bf?statv?fs\(|volume(Available|Total)Capacity|\.system(FreeSize|Size)\b",
    "ActiveKeyboards": r"\bactiveInputModes\b",
    "UserDefaults": r"\bUserDefaults\b|@AppStorage\b",
}
REASONS = {"FileTimestamp": ["C617.1"]}  # of files in the app's or its group's container


def told(target: str) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads(
        (SOURCES / target / "PrivacyInfo.xcprivacy").read_bytes()
    )
    return found


def called(target: str) -> set[str]:
    code = "\n".join(
        re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        for path in (SOURCES / target).rglob("*.swift")
    )
    return {category for category, calls in CALLS.items() if re.search(calls, code)}


@pytest.mark.parametrize("target", TARGETS)
def test_it_collects_nothing(target: str) -> None:
    found = told(target)
    assert found["NSPrivacyTracking"] is False
    assert found["NSPrivacyTrackingDomains"] == found["NSPrivacyCollectedDataTypes"] == []


@pytest.mark.parametrize("target", TARGETS)
def test_every_call_that_needs_a_reason_has_it(target: str) -> None:
    reasons = {
        entry["NSPrivacyAccessedAPIType"]: entry["NSPrivacyAccessedAPITypeReasons"]
        for entry in told(target)["NSPrivacyAccessedAPITypes"]
    }
    category = "NSPrivacyAccessedAPICategory{}".format
    assert reasons == {category(name): REASONS[name] for name in called(target)}


def test_the_kernels_call_none() -> None:
    """Their target has no such file, as C cannot have resources everywhere."""
    code = "".join(
        path.read_text(encoding="utf-8") for path in (SOURCES / "CPhotoSearchKernels").glob("*.c")
    )
    assert not any(re.search(calls, code) for calls in CALLS.values())


def test_the_products_hold_what_they_tell() -> None:
    manifest = (SOURCES.parents[1] / "Package.swift").read_text(encoding="utf-8")
    for target in TARGETS:
        (block,) = re.findall(
            rf'path: "swift/Sources/{target}",\n(.*?)\n        \)', manifest, re.DOTALL
        )
        assert re.search("resources: (privacy|texts)\n", f"{block}\n")
    assert "let texts = privacy + [" in manifest
