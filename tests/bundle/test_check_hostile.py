"""Bundles whose files were tampered with in every way, and listed again as they are."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from photosearch.bundle.check import check_bundle
from tests.bundle.made import list_again

TIMES = 12  # for each part


def tampered(data: bytes, draw: random.Random) -> bytes:
    """Cut short, flipped near the start, replaced, or made longer in the middle."""
    kind = draw.randrange(4)
    if kind == 0:
        return data[: draw.randrange(len(data) + 1)]
    if kind == 1:
        flipped = bytearray(data)
        for _ in range(draw.randrange(1, 20)):
            flipped[draw.randrange(min(len(data), 2000))] = draw.randrange(256)
        return bytes(flipped)
    if kind == 2:
        return draw.randbytes(draw.randrange(300))
    return data[:100] + draw.randbytes(5) + data[100:]


@pytest.mark.parametrize(
    "part",
    ["image.mlpackage", "text.mlpackage", "tokenizer", "weights.safetensors", "verification.json"],
)
def test_a_tampered_file_that_is_listed_as_it_is_never_crashes_the_check(
    bundle: Path, built: Path, part: str
) -> None:
    draw = random.Random(part)
    files = [path for path in built.rglob("*") if path.is_file() and part in path.parts]
    for _ in range(TIMES):
        file = draw.choice(files)
        target = bundle / file.relative_to(built)
        target.write_bytes(tampered(file.read_bytes(), draw))
        list_again(bundle, verified=False)
        report = check_bundle(bundle)
        assert "files" in report.checked
        shutil.copyfile(file, target)


def test_a_package_that_leaves_the_bundle_is_named(bundle: Path) -> None:
    manifest = bundle / "image.mlpackage" / "Manifest.json"
    text = manifest.read_text().replace("com.apple.CoreML/model.mlmodel", "../../../../etc/passwd")
    manifest.write_text(text)
    list_again(bundle)
    faults = [fault for fault in check_bundle(bundle).faults if fault.where == "image.mlpackage"]
    assert [fault.kind for fault in faults] == ["unreadable"]
    assert "leaves the package" in faults[0].detail
