"""An embeddings file goes from Python to Swift and back, byte for byte."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.index import PhotoIndex, verify_index
from photosearch.testing import FakeEncoder, draw_photos

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """By Python, of drawn photos, two of them copies, one under a name that is not UTF-8."""
    photos = tmp_path / "photos"
    first = next(iter(draw_photos(photos).values()))
    (photos / "copy ä.png").write_bytes(first.read_bytes())
    (photos / "name \udcff.png").write_bytes(first.read_bytes())
    with PhotoIndex.open(tmp_path / "python.photoindex", FakeEncoder()) as index:
        index.add(photos)
        index.export_embeddings(tmp_path / "python.safetensors")
    return tmp_path / "python.safetensors"


def test_swift_writes_again_what_python_wrote(
    run_swift: RunSwift, exported: Path, tmp_path: Path
) -> None:
    again = tmp_path / "swift.safetensors"
    count = run_swift("embeddings", "export", tmp_path / "python.photoindex", again)
    assert again.read_bytes() == exported.read_bytes()
    with PhotoIndex.open(tmp_path / "python.photoindex", create=False) as index:
        assert int(count) == index.status().indexed


@pytest.mark.parametrize("kind", ["SQ8", "SQfp16", "Flat"])
def test_what_swift_imports_python_finds(
    run_swift: RunSwift, exported: Path, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "swift.photoindex"
    run_swift("embeddings", "import", place, exported, "--kind", kind)
    report = verify_index(place)
    assert (report.problems, report.notes) == ((), ())
    with (
        PhotoIndex.open(tmp_path / "python.photoindex", FakeEncoder(), create=False) as python,
        PhotoIndex.open(place, FakeEncoder(), create=False) as swift,
    ):
        found = [hit.path for hit in swift.search("red disc", 100)]
        assert sorted(found) == sorted(hit.path for hit in python.search("red disc", 100))
        swift.export_embeddings(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == exported.read_bytes()
    assert run_swift("embeddings", "import", place, exported) == b"0\n"


def test_a_file_that_is_cut_short_is_one_line_and_an_exit_code(
    swift_tool: Path, exported: Path, tmp_path: Path
) -> None:
    kept = exported.read_bytes()
    place = tmp_path / "new.photoindex"
    for size in (0, 7, 8, 100, len(kept) // 2, len(kept) - 1):
        exported.write_bytes(kept[:size])
        done = subprocess.run(
            [str(swift_tool), "embeddings", "import", str(place), str(exported)],
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr.count(b"\n")) == (2, 1), done.stderr
