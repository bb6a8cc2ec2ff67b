"""What Package.swift says of the folder that it lies in."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = (ROOT / "Package.swift").read_text(encoding="utf-8")
BUNDLE = ROOT / "photosearch" / "assets" / "builtin.photomodel"
MOST_BYTES = 22_000_000  # of all that PhotoSearchBuiltin adds to an app
KEPT = ("swift/Sources/PhotoSearchBuiltin/", "photosearch/assets/builtin.photomodel/")


@pytest.fixture
def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.splitlines() if not name.startswith(".")]


def excluded() -> set[str]:
    """The names in `notBuiltin`, and what each group of them lies in."""
    text = MANIFEST[MANIFEST.index("let notBuiltin") :].split("\n\n")[0]
    groups = re.findall(r"\[([^\]]*)\](?:\.map \{ \"([\w/]+/)\\\(\$0\)\" \})?", text)
    return {folder + name for names, folder in groups for name in re.findall(r'"([^"]+)"', names)}


def outermost(name: str) -> str:
    """The outermost file or folder above a file that holds nothing of what is kept."""
    parts = name.split("/")
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return next(path for path in above if not any(kept.startswith(f"{path}/") for kept in KEPT))


def test_all_that_is_not_of_the_built_in_target_is_excluded(tracked: list[str]) -> None:
    others = [name for name in tracked if not name.startswith(KEPT) and name != "Package.swift"]
    expected = {outermost(name) for name in others}
    assert excluded() == expected


def test_the_manifest_reads_no_disk() -> None:
    """SwiftPM caches what a manifest says by its text."""
    assert re.findall(r"^import (\w+)$", MANIFEST, re.MULTILINE) == ["PackageDescription"]


def test_the_product_with_the_model_copies_its_bundle_and_no_more_than_22_mb() -> None:
    target = MANIFEST[MANIFEST.index('name: "PhotoSearchBuiltin",\n            dependencies') :]
    resources = re.findall(r'\.(?:copy|process|embedInCode)\("([^"]+)"\)', target.split("),\n")[0])
    assert resources == ["photosearch/assets/builtin.photomodel"]
    sizes = {file: file.stat().st_size for file in BUNDLE.rglob("*") if file.is_file()}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
