"""What the plain install does without torch, and what it says where torch is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photosearch.testing import draw_photos, random_bundle

# To Python, a module that is None there is not installed.
WITHOUT = """
import sys
for name in ("torch", "transformers", "coremltools", "sentencepiece"):
    sys.modules[name] = None
"""
VERBS = (
    WITHOUT
    + """
from photosearch.cli.app import app

def run(*arguments):
    try:
        app(args=list(arguments))
    except SystemExit as stop:
        assert not stop.code, (arguments, stop.code)

photos, bundle, index, photo, out = sys.argv[1:]
at = ("--index", index)
run("index", photos, "--model", bundle, *at)
run("search", "red", "--sheet", out + ".html", *at)
run("similar", photo, *at)  # not indexed: it is embedded
run("status", *at)
run("verify-index", *at)
run("embeddings", "export", out, *at)
run("embeddings", "import", out, *at)
run("remove", photos, *at)
run("model", "verify", bundle)
run("model", "info", bundle)
"""
)


def without_torch(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_every_verb_for_photos_works(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos")
    other = next(iter(draw_photos(tmp_path / "other", ["cyan square on red"]).values()))
    bundle = random_bundle(tmp_path / "random.photomodel")
    paths = (tmp_path / "photos", bundle, tmp_path / "x.photoindex", other, tmp_path / "out")
    done = without_torch(VERBS, *map(str, paths))
    assert done.returncode == 0, done.stderr
    assert f"{len(photos)} photos taken out of the index" in done.stderr


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("models", ["index", ".", "--model", "CHECKPOINT", "--index", "x.photoindex"]),
        ("coreml", ["model", "export", "--out", "packages"]),
        ("coreml", ["model", "lint", "image.mlpackage"]),
        ("coreml", ["model", "run", "image.mlpackage"]),
        ("coreml", ["model", "info", "CHECKPOINT"]),
        ("release", ["model", "release", "--out", "dist", "--without-retrieval-check"]),
    ],
)
def test_a_verb_that_needs_it_says_what_to_install(
    extra: str, arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "CHECKPOINT").mkdir()
    (tmp_path / "CHECKPOINT" / "config.json").write_text('{"model_type": "clip"}')
    run = f"import os; os.chdir({str(tmp_path)!r})\nfrom photosearch.cli.app import main\nmain()"
    done = without_torch(f"{WITHOUT}\n{run}", *arguments)
    assert f"pip install 'photosearch[{extra}]'" in done.stderr
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("coreml", "from photosearch.coreml import ReferenceModel"),
        ("train", "from photosearch.testing import random_bundle; random_bundle('x')"),
    ],
)
def test_a_name_that_needs_it_says_what_to_install(extra: str, code: str) -> None:
    done = without_torch(f"{WITHOUT}\n{code}")
    assert "MissingExtra: " in done.stderr
    assert f"pip install 'photosearch[{extra}]'" in done.stderr
