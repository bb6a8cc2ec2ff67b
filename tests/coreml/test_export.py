"""A whole export, and the places where one cannot be written."""

from __future__ import annotations

import filecmp
import gzip
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photosearch.coreml import ReferenceModel, export
from photosearch.coreml.compress.apply import Weights
from photosearch.coreml.convert import save_package
from photosearch.coreml.export import Exported, copy_tokenizer, export_model
from photosearch.coreml.families.convertible import Convertible, open_model
from photosearch.errors import ModelError, StorageError, UsageError
from photosearch.progress import Progress


def files(directory: Path) -> list[str]:
    found = (file for file in directory.rglob("*") if file.is_file())
    return sorted(str(file.relative_to(directory)) for file in found)


@pytest.mark.slow
def test_an_export_holds_packages_tokenizer_and_record(siglip: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    done = export_model(open_model(siglip), tmp_path / "new" / "out", progress=heard.append)
    out = tmp_path / "new" / "out"
    record = json.loads((out / "export.json").read_text())
    assert {file.split("/")[0] for file in files(out)} == {
        "image.mlpackage",
        "text.mlpackage",
        "tokenizer",
        "export.json",
    }
    assert record["space"] == open_model(siglip).space
    assert record["text"]["inputs"] == [{"name": "ids", "shape": [1, 10], "dtype": "int32"}]
    assert record["size_bytes"] == done.size_bytes
    assert heard[-1] == Progress(4, 4, "done")


def test_a_packed_vocabulary_is_unpacked_for_swift(bundle: Path, tmp_path: Path) -> None:
    packed = tmp_path / "bpe_simple_vocab_16e6.txt.gz"
    packed.write_bytes(gzip.compress(b"#version: 0.2\nd o\n"))
    copy_tokenizer(with_tokenizer(bundle, packed), tmp_path / "out")
    (file,) = (tmp_path / "out").iterdir()
    assert (file.name, file.read_bytes()) == ("bpe_simple_vocab_16e6.txt", b"#version: 0.2\nd o\n")


@pytest.mark.parametrize("data", [b"not gzip", gzip.compress(b"a b\n" * 9, mtime=0)[:-9]])
def test_a_packed_vocabulary_that_is_damaged_is_a_model_error(
    bundle: Path, tmp_path: Path, data: bytes
) -> None:
    packed = tmp_path / "vocabulary.gz"
    packed.write_bytes(data)
    with pytest.raises(ModelError, match=r"vocabulary\.gz: cannot be unpacked"):
        copy_tokenizer(with_tokenizer(bundle, packed), tmp_path / "out")


def with_tokenizer(bundle: Path, *files: Path) -> Convertible:
    source = open_model(bundle)
    return replace(source, text=replace(source.text, tokenizer=files))


@pytest.fixture(scope="module")
def exported(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A whole export with 8-bit weights, as the options are by default. Not to be written to."""
    return export_model(open_model(bundle), tmp_path_factory.mktemp("exported") / "out")


@pytest.mark.slow
def test_the_same_model_gives_the_same_bytes_in_any_process(
    bundle: Path, exported: Exported, tmp_path: Path
) -> None:
    here, there = exported.directory, tmp_path / "out"
    command = [sys.executable, "-m", "photosearch", "model", "export", "--skip-verification"]
    command += ["--model", str(bundle), "--out", str(there)]
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    environment = os.environ | {"PYTHONHASHSEED": seed}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    names = files(here)
    assert names == files(there)
    _, different, unread = filecmp.cmpfiles(here, there, names, shallow=False)
    assert not different + unread


@pytest.mark.slow
def test_int8_makes_a_package_of_little_more_than_half_the_size(exported: Exported) -> None:
    size, full = (at["image.mlpackage"] for at in (exported.size_bytes, exported.fp16_bytes))
    assert size < 0.6 * full


@pytest.mark.slow
def test_mixed_widths_keep_to_their_budget_and_are_written_down(
    mobileclip_b: Path, tmp_path: Path
) -> None:
    source = open_model(mobileclip_b)
    budget = 740_000
    done = export_model(source, tmp_path / "out", weights="mixed", budget_bytes=budget)
    record = json.loads((tmp_path / "out" / "export.json").read_text())
    assert 0.9 * budget < sum(done.size_bytes.values()) <= budget
    assert record["weights"] == "mixed"
    assert record["mixed"]["budget_bytes"] == budget
    assert 0 <= record["mixed"]["loss"] < 0.1
    widths = {width for side in record["mixed"]["widths"].values() for width in side.values()}
    assert len(widths) > 1
    assert (done.warnings == ()) == ("palette4" not in widths)
    package = ReferenceModel(tmp_path / "out" / "image.mlpackage").package
    kinds = {op.type for op in package.functions["main"].ops}
    assert any(kind.startswith("constexpr_") for kind in kinds)


@pytest.mark.slow
def test_a_budget_below_the_least_size_leaves_nothing(mobileclip_b: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected at least"):
        export_model(open_model(mobileclip_b), tmp_path / "out", weights="mixed", budget_bytes=1000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("weights", "budget"), [("mixed", None), ("int8", 10**6)])
def test_a_budget_and_mixed_weights_belong_together(
    mobileclip_s: Path, tmp_path: Path, weights: Weights, budget: int | None
) -> None:
    source = open_model(mobileclip_s)
    with pytest.raises(UsageError, match="a budget is for mixed weights"):
        export_model(source, tmp_path / "out", weights=weights, budget_bytes=budget)


@pytest.mark.slow
def test_a_package_that_grew_is_an_error_and_nothing_is_left(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = save_package

    def grown(*arguments: Any) -> int:
        return write(*arguments) + (0 if arguments[1].name == "fp16.mlpackage" else 1)

    monkeypatch.setattr(export, "save_package", grown)
    with pytest.raises(ModelError, match="expected at most .* as in fp16"):
        export_model(open_model(clip), tmp_path / "out")
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
        export_model(open_model(clip), out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_said_before_any_work(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write to"):
        export_model(open_model(clip), tmp_path / "file" / "out")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
# coremltools leaves a folder of its own to whoever clears the memory
@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")
@pytest.mark.parametrize("step", ["convert_image", "compress", "save_package"])
def test_a_disk_that_fills_is_a_storage_error_and_nothing_is_left(
    mobileclip_b: Path, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    full, soft_hard = getattr(export, step), resource.getrlimit(resource.RLIMIT_FSIZE)

    def limited(*arguments: Any, **options: Any) -> Any:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, soft_hard[1]))
        return full(*arguments, **options)

    monkeypatch.setattr(export, step, limited)
    try:
        with pytest.raises(StorageError):
            export_model(open_model(mobileclip_b), tmp_path / "out", weights="int8")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft_hard)
    assert list(tmp_path.iterdir()) == []
