"""`photosearch-swift` verify, info, bench and search, on an index and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.encoder import Floats
from photosearch.index import verify_index
from photosearch.models.load import builtin_bundle, load_encoder
from tests.fixtures.write import FIXTURES

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
_MOTIFS, _COPIES = 30, 4


def _vectors(dim: int) -> Floats:
    """Motifs of four near-duplicates each."""
    draw = np.random.default_rng(3)
    motifs = draw.standard_normal((_MOTIFS, 1, dim)) / dim**0.5
    near = motifs + 0.1 * draw.standard_normal((_MOTIFS, _COPIES, dim)) / dim**0.5
    flat = near.reshape(-1, dim)
    return np.asarray(flat / np.linalg.norm(flat, axis=1, keepdims=True), np.float32)


@pytest.fixture
def index(run_swift: RunSwift, tmp_path: Path) -> Path:
    """An index of the built-in model's space, written by Swift."""
    lines = [
        {
            "index": f"/p/{number}",
            "hash": hashlib.sha256(b"%d" % number).hexdigest(),
            "vector": vector.tolist(),
        }
        for number, vector in enumerate(_vectors(load_encoder().dim))
    ]
    stdin = "".join(json.dumps(line) + "\n" for line in lines).encode("ascii")
    place = tmp_path / "x.photoindex"
    run_swift("import", place, "--bundle", builtin_bundle(), stdin=stdin)
    run_swift("compact", place)
    return place


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    place = tmp_path / "narrow.photomodel"
    shutil.copytree(FIXTURES / "encoders" / "narrow.photomodel", place)
    return place


def _fails(tool: Path, *words: str | Path) -> tuple[int, str, str]:
    """The exit code, and what is said: one line."""
    done = subprocess.run(
        [str(tool), *map(str, words)], capture_output=True, timeout=60, check=False
    )
    said = done.stderr.decode()
    assert said.count("\n") == 1, said
    return done.returncode, said, done.stdout.decode()


def _json(run: RunSwift, *words: str | Path) -> Any:
    return json.loads(run(*words, "--json"))


def test_the_built_in_model_is_found_from_any_folder(
    swift_tool: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PHOTOSEARCH_BUNDLE", raising=False)
    link = tmp_path / "photosearch-swift"
    link.symlink_to(swift_tool.resolve())
    done = subprocess.run(
        [str(link), "search", str(index), "a dog", "--ids"],
        cwd="/", capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout.split()) == 20


def test_photos_of_one_motif_are_one_result(run_swift: RunSwift, index: Path) -> None:
    groups = _json(run_swift, "search", index, "a dog", "-k", "7", "--collapse")
    assert len(groups) == 7
    for group in groups:
        motif = (group["id"] - 1) // _COPIES
        assert {(other["id"] - 1) // _COPIES for other in group["others"]} <= {motif}
    assert sum(len(group["others"]) for group in groups) > 7
    ids = run_swift("search", index, "a dog", "-k", "7", "--collapse", "--ids").split()
    assert [int(number) for number in ids] == [group["id"] for group in groups]


def test_a_sound_index_is_said_to_be(run_swift: RunSwift, index: Path) -> None:
    report = _json(run_swift, "verify", index)
    python = verify_index(index)
    assert (report["photos"], report["vectors"]) == (python.photos, python.vectors)
    assert (report["problems"], report["notes"], report["ok"]) == ([], [], True)
    assert run_swift("verify", index).startswith(b"the index is sound\n")


@pytest.mark.parametrize("change", ["missing", "short", "changed", "stale"])
def test_what_is_wrong_with_the_vectors_is_said_as_python_says_it(
    swift_tool: Path, index: Path, change: str
) -> None:
    vectors = index / "vectors.faiss"
    kept = vectors.read_bytes()
    vectors.unlink()
    if change == "short":
        vectors.write_bytes(kept[:-100])
    elif change == "changed":
        vectors.write_bytes(kept[:999] + bytes([kept[999] ^ 1]) + kept[1000:])
    elif change == "stale":
        vectors.write_bytes(kept)
        _execute(index, "UPDATE photos SET id = 1007 WHERE id = 7")
        _execute(index, "DELETE FROM texts WHERE id = 7")
        _execute(index, "INSERT INTO texts(id) VALUES (1007)")
    code, said, shown = _fails(swift_tool, "verify", index, "--json")
    assert (code, said) == (7, "photosearch-swift verify: got 1 problem, expected none\n")
    assert tuple(json.loads(shown)["problems"]) == verify_index(index).problems


def _execute(index: Path, sql: str) -> None:
    with closing(sqlite3.connect(index / "catalog.sqlite")) as db, db:
        db.execute(sql)


def test_lost_embeddings_are_counted_as_python_counts_them(swift_tool: Path, index: Path) -> None:
    _execute(index, "UPDATE embeddings SET vector = X'00' WHERE rowid < 4")
    code, _, shown = _fails(swift_tool, "verify", index, "--json")
    assert code == 7
    assert tuple(json.loads(shown)["problems"]) == verify_index(index).problems


def test_a_damaged_catalog_is_an_exit_code_and_no_trap(swift_tool: Path, index: Path) -> None:
    _execute(index, "PRAGMA wal_checkpoint(TRUNCATE)")
    catalog = index / "catalog.sqlite"
    kept = catalog.read_bytes()
    damages = [bytes(len(kept)), kept[:5000], b"no database", b"", kept[:4096] + b"\xa5" * 9000]
    for damage in damages:
        catalog.write_bytes(damage)
        for name in ("-wal", "-shm"):
            catalog.with_name(f"catalog.sqlite{name}").unlink(missing_ok=True)
        assert _fails(swift_tool, "verify", index)[0] == 7
        export = ("embeddings", "export", index, index / "e")
        for words in (("info", index), ("search", index, "a dog"), ("bench", index), export):
            assert _fails(swift_tool, *words)[0] == 7


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE photos SET taken_at = -9223372036854775808", 0),
        ("UPDATE photos SET width = 9223372036854775807, media = -1", 0),
        ("UPDATE spaces SET dim = 2147483646", 7),
        ("UPDATE meta SET value = 9223372036854775807 WHERE key = 'generation'", 0),
    ],
)
def test_numbers_that_nobody_wrote_are_no_trap(
    swift_tool: Path, index: Path, change: str, expected: int
) -> None:
    _execute(index, change)
    np.save(index / "q.npy", _vectors(load_encoder().dim)[:1])
    for words in (("search", index, "--vector", index / "q.npy", "--json"), ("bench", index)):
        done = subprocess.run(
            [str(swift_tool), *map(str, words)], capture_output=True, timeout=60, check=False
        )
        assert done.returncode == expected, done.stderr


@pytest.mark.parametrize("verb", ["verify", "info", "bench"])
def test_a_folder_that_is_no_index_is_one_line(swift_tool: Path, tmp_path: Path, verb: str) -> None:
    assert _fails(swift_tool, verb, tmp_path)[0] == 7
    assert _fails(swift_tool, verb, tmp_path / "nowhere")[0] == 7


def test_a_sound_bundle_is_said_to_be(run_swift: RunSwift) -> None:
    report = _json(run_swift, "verify", builtin_bundle())
    assert (report["ok"], report["faults"]) == (True, [])
    assert run_swift("verify", builtin_bundle()).startswith(b"builtin.photomodel is sound: ")


def test_changed_missing_and_extra_files_of_a_bundle_are_named(
    swift_tool: Path, bundle: Path
) -> None:
    with (bundle / "tokenizer" / "vocab.txt").open("a") as vocabulary:
        vocabulary.write("more\n")
    (bundle / "weights.safetensors").unlink()
    (bundle / "notes.txt").write_text("mine")
    code, _, shown = _fails(swift_tool, "verify", bundle, "--json")
    found = [(fault["kind"], fault["where"]) for fault in json.loads(shown)["faults"]]
    assert code == 5
    assert {
        ("changed", "tokenizer/vocab.txt"), ("missing", "weights.safetensors"),
        ("extra", "notes.txt"),
    } <= set(found)  # fmt: skip
    (bundle / "manifest.json").write_text("{")
    for verb in ("verify", "info"):
        assert _fails(swift_tool, verb, bundle)[0] == 5


def test_info_tells_what_an_index_holds(run_swift: RunSwift, index: Path) -> None:
    info = _json(run_swift, "info", index)
    photos = _MOTIFS * _COPIES
    assert (info["indexed"], info["failed"], info["model"]) == (photos, 0, "builtin")
    assert (info["kind"], info["dimension"]) == ("SQ8", load_encoder().dim)
    assert info["vectors"] + info["added_since"] - info["gone_since"] == photos
    assert info["vectors_bytes"] == (index / "vectors.faiss").stat().st_size


def test_info_tells_what_a_bundle_is(run_swift: RunSwift) -> None:
    info = _json(run_swift, "info", builtin_bundle())
    assert (info["name"], info["tokenizer"]) == ("builtin", "wordpiece")
    assert info["widths"][0] == info["dimension"]


def test_bench_measures_the_index_and_its_model(run_swift: RunSwift, index: Path) -> None:
    figures = _json(run_swift, "bench", index, "--queries", "5")
    names = ("open_ms", "search_median_ms", "filtered_p95_ms", "text_median_ms", "captions_per_s")
    assert all(figures[name] > 0 for name in names)
    assert figures["photos"] == _MOTIFS * _COPIES
    assert b"search, median" in run_swift("bench", index, "--queries", "1")


def test_bench_of_changes_leaves_the_index_as_it_was(run_swift: RunSwift, index: Path) -> None:
    files = [index / "catalog.sqlite", index / "vectors.faiss"]
    before = [file.read_bytes() for file in files]
    figures = _json(run_swift, "bench", index, "--queries", "1", "--changes")
    names = ("add_16_median_ms", "search_after_median_ms", "compact_ms", "search_meanwhile_p95_ms")
    assert all(figures[name] > 0 for name in names)
    assert [file.read_bytes() for file in files] == before


def test_kernels_that_the_processor_does_not_have_are_refused(
    swift_tool: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOSEARCH_KERNEL", "sse9")
    code, said, _ = _fails(swift_tool, "search", index, "a dog")
    assert code == 2
    assert "PHOTOSEARCH_KERNEL: got sse9, expected what this processor can run: scalar" in said


@pytest.mark.parametrize(
    "kernel", ["scalar", "avx2", "avx512", "avx512vnni", "neon", "neon-dotprod"]
)
def test_searches_are_tested_with_every_kernel(kernels: list[str], kernel: str) -> None:
    """Says which are not, where the processor has none: `run_each` leaves those out."""
    if kernel not in kernels:
        pytest.skip(f"this processor cannot run {kernel}, only {', '.join(kernels)}")
    assert kernels[0] == "scalar"
