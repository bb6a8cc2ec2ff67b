"""Stand-ins for the parts of a release that take minutes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from photosearch.coreml.families.convertible import Convertible
from photosearch.coreml.lint.rules import Finding
from photosearch.evaluate.significance import Estimate
from photosearch.progress import Listener, Progress
from photosearch.release.gates import Steps
from photosearch.release.options import ReleaseOptions
from photosearch.testing import draw_photos
from photosearch.verify.records import (
    Agreement,
    Check,
    Compared,
    Numbers,
    Retrieval,
    Similarities,
    Subject,
    Tower,
    TowerFindings,
    Verification,
    measured,
)
from photosearch.verify.verification import package_digest, write_verification
from tests.bundle.packages import fake_export

PACKAGES = ("image.mlpackage", "text.mlpackage")
LOOKUP = Finding(
    rule="embedding-lookup",
    severity="error",
    op="gather",
    where="main: 'rows'",
    detail="got a gather",
    source="test",
    remedy="none",
    accepted=True,
)
SLOW = replace(LOOKUP, rule="rank", severity="warning", accepted=False)
WRONG = replace(LOOKUP, accepted=False)


def verification(
    directory: Path,
    source: Convertible,
    *,
    retrieval: bool = True,
    checks: tuple[Check, ...] = (),
) -> Verification:
    """One that passed, unless one of the checks failed."""
    agreement = Agreement(("a",), spread=0.9, errors=(0.01,), error=0.0123, direction=0.9999)
    sides: tuple[Tower, ...] = ("image", "text")
    towers = {side: TowerFindings(side, agreement, (), (), None) for side in sides}
    subject = Subject(
        name=source.name,
        space=source.space,
        target="iOS17",
        weights="int8",
        layout="ane",
        size_bytes=dict.fromkeys(PACKAGES, 1_000_000),
        fp16_bytes=dict.fromkeys(PACKAGES, 2_000_000),
        sha256={name: package_digest(directory / name) for name in PACKAGES},
    )
    passed = measured("image: error", 0.0123, 0.05)
    numbers = Numbers(towers, overlap=0.985, similarities=Similarities((), ()), checks=(passed,))
    not_run = Check("on a Mac", "not run", detail="no Mac")
    found = _retrieval() if retrieval else None
    return Verification(subject, (passed, *checks, not_run), numbers, found)


def _retrieval() -> Retrieval:
    torch, shipped, less = (
        Estimate(0.7, 0.68, 0.72),
        Estimate(0.698, 0.67, 0.71),
        Estimate(-0.002, -0.004, 0.001),
    )
    return Retrieval(
        photos=100,
        photos_available=1000,
        captions=500,
        captions_available=5000,
        seed=0,
        overlap=0.97,
        metrics={"R@10": Compared(torch, shipped, less)},
    )


def write_eval_data(directory: Path) -> Path:
    """Two drawn photos with a caption each."""
    words = ("red disc on white", "blue square on yellow")
    photos = draw_photos(directory, words)
    lines = [{"image": path.name, "captions": [text]} for text, path in photos.items()]
    (directory / "captions.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return directory


def fake_steps(
    source: Path,
    *,
    findings: tuple[Finding, ...] = (LOOKUP, SLOW),
    checks: tuple[Check, ...] = (),
    damage: Any = None,
) -> Steps:
    """A release of that bundle; `damage(exported)` happens after the verification."""

    def export(
        _source: Convertible, out: Path, _options: ReleaseOptions, progress: Listener
    ) -> tuple[str, ...]:
        progress(Progress(0, 4, "image: converting"))
        fake_export(out, source)
        return ("4-bit palettes: needs device validation",)

    def verify(
        exported: Path, opened: Convertible, options: ReleaseOptions, _progress: Listener
    ) -> Verification:
        retrieval = options.eval_data is not None
        found = verification(exported, opened, retrieval=retrieval, checks=checks)
        write_verification(exported, found)
        if damage:
            damage(exported)
        return found

    return Steps(export=export, verify=verify, lint=lambda _package: findings)
