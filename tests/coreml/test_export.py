"""A whole export, and the places where one cannot be written."""

from __future__ import annotations

import filecmp
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from photosearch.coreml import export
from photosearch.coreml.export import export_model
from photosearch.coreml.package import save_package
from photosearch.coreml.sources.open import open_source
from photosearch.errors import ModelError, StorageError, UsageError

LIMITED = """
import resource, sys
from pathlib import Path
from photosearch.coreml import package
from photosearch.coreml.export import export_model
from photosearch.coreml.package import save_package
from photosearch.coreml.sources.open import open_source
from photosearch.errors import StorageError
write = package.save_package
def limited(*arguments):
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
    return write(*arguments)
import photosearch.coreml.export as export
export.save_package = limited
try:
    export_model(open_source(sys.argv[1]), Path(sys.argv[2]), weights="fp16")
except StorageError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def files(directory: Path) -> list[str]:
    found = (file for file in directory.rglob("*") if file.is_file())
    return sorted(str(file.relative_to(directory)) for file in found)


@pytest.mark.slow
def test_an_export_holds_packages_tokenizer_and_record(siglip: Path, tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    done = export_model(
        open_source(siglip), tmp_path / "new" / "out", progress=lambda *now: heard.append(now)
    )
    out = tmp_path / "new" / "out"
    record = json.loads((out / "export.json").read_text())
    assert {file.split("/")[0] for file in files(out)} == {
        "image.mlpackage",
        "text.mlpackage",
        "tokenizer",
        "export.json",
    }
    assert record["space"] == open_source(siglip).space
    assert record["text"]["inputs"] == [{"name": "ids", "shape": [1, 10], "dtype": "int32"}]
    assert record["size_bytes"] == done.size_bytes
    assert heard[-1] == ("done", 4, 4)


@pytest.mark.slow
def test_the_same_model_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export_model(open_source(bundle), tmp_path / name)
    names = files(tmp_path / "a")
    assert names == files(tmp_path / "b")
    _, different, unread = filecmp.cmpfiles(tmp_path / "a", tmp_path / "b", names, shallow=False)
    assert not different + unread


@pytest.mark.slow
def test_int8_makes_a_package_of_little_more_than_half_the_size(
    bundle: Path, tmp_path: Path
) -> None:
    done = export_model(open_source(bundle), tmp_path / "out")
    assert done.size_bytes["image.mlpackage"] < 0.6 * done.fp16_bytes["image.mlpackage"]


@pytest.mark.slow
def test_a_package_that_grew_is_an_error_and_nothing_is_left(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = save_package

    def grown(*arguments: Any) -> int:
        return write(*arguments) + (0 if arguments[1].suffixes[:-1] else 1)

    monkeypatch.setattr(export, "save_package", grown)
    with pytest.raises(ModelError, match="as int8, expected at most"):
        export_model(open_source(clip), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", ["file", "directory", "broken link"])
def test_a_place_that_is_taken_stays_as_it_is(clip: Path, tmp_path: Path, taken: str) -> None:
    out = tmp_path / "out"
    if taken == "file":
        out.write_text("mine")
    elif taken == "directory":
        out.mkdir()
    else:
        out.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="exists"):
        export_model(open_source(clip), out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_said_before_any_work(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write to"):
        export_model(open_source(clip), tmp_path / "file" / "out")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_disk_that_fills_is_a_storage_error_and_nothing_is_left(
    clip: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", LIMITED, str(clip), str(tmp_path / "out")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == StorageError.exit_code, result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []
