"""Importing costs nothing; help needs nothing heavy; a search needs no more than it must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photosearch import PhotoIndex, load_encoder
from photosearch.testing import draw_photos, random_bundle

HEAVY = (
    "numpy", "faiss", "torch", "openvino", "transformers", "PIL", "rich", "skimage", "sklearn",
)  # fmt: skip


def imported_by(code: str) -> set[str]:
    """The heavy packages that a new process holds after running the code."""
    report = f"import sys; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert imported_by("import photosearch") == set()


def test_the_records_and_errors_are_light() -> None:
    assert imported_by("from photosearch import Filter, Hit, PhotoSearchError") == set()


@pytest.mark.parametrize("arguments", ["'--help'", "'search', '--help'", "'--version'"])
def test_help_imports_nothing_heavy(arguments: str) -> None:
    code = (
        "from photosearch.cli.app import app\n"
        f"try: app(args=[{arguments}])\nexcept SystemExit as stop: assert stop.code == 0"
    )
    assert imported_by(code) == set()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("index")
    encoder = load_encoder(random_bundle(home / "random.photomodel"))
    with PhotoIndex.open(home / "x.photoindex", encoder) as made:
        made.add(draw_photos(home / "photos").values())
    return home / "x.photoindex"


def test_a_search_imports_neither_torch_nor_pillow(index: Path) -> None:
    arguments = ["search", "red -blue", "--json", "--index", str(index)]
    code = (
        "from photosearch.cli.app import app\n"
        f"try: app(args={arguments})\nexcept SystemExit as stop: assert stop.code == 0"
    )
    assert imported_by(code) == {"numpy", "faiss"}


def test_a_search_in_python_never_imports_torch(index: Path) -> None:
    code = f"import photosearch; photosearch.PhotoIndex.open({str(index)!r}).search('red')"
    assert imported_by(code) == {"numpy", "faiss"}


def test_looking_at_a_photo_imports_no_torch(index: Path) -> None:
    photo = next((index.parent / "photos").iterdir())
    code = (
        f"import photosearch; photosearch.PhotoIndex.open({str(index)!r}).similar({str(photo)!r})"
    )
    assert "torch" not in imported_by(code)
    code = f"""
import photosearch
encoder = photosearch.load_encoder({str(index.parent / "random.photomodel")!r})
encoder.encode_images([{str(photo)!r}])"""
    assert imported_by(code) == {"numpy", "openvino", "PIL"}
