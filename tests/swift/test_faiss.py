"""Swift's index files against faiss's, on vectors that nobody has seen before.

Shape legend: N vectors, Q queries, D width, k results.
"""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = pytest.mark.slow

# untyped: its stubs leave out what its Python layer adds
faiss: Any = importlib.import_module("faiss")
RunSwift = Callable[..., bytes]
RunEach = Callable[..., list[bytes]]
Array = NDArray[Any]
_COUNT = 2500
_TYPES = (
    *("Flat", "SQ8", "SQfp16", "SQbf16", "QT_8bit_uniform", "QT_8bit_direct"),
    *("QT_8bit_direct_signed", "IDMap,Flat", "IDMap2,SQ8", "IDMap2,L2norm,SQ8", "OPQ4,SQ8"),
    *("HNSW16,Flat", "HNSW16,SQ8", "IDMap2,HNSW8,SQfp16"),
)
_METRICS = {"ip": faiss.METRIC_INNER_PRODUCT, "l2": faiss.METRIC_L2}
# what `photosearch-swift build --format` calls the types of faiss
_FORMATS = {
    "Flat": "Flat",
    "SQ8": "SQ8",
    "SQ8-uniform": "QT_8bit_uniform",
    "SQfp16": "SQfp16",
    "SQbf16": "SQbf16",
    "direct": "QT_8bit_direct",
    "direct-signed": "QT_8bit_direct_signed",
}


@pytest.fixture
def rng() -> np.random.Generator:
    """Another one in every run; the seed is told where a test fails."""
    seed = int(np.random.default_rng().integers(1 << 32))
    print(f"seed {seed}")
    return np.random.default_rng(seed)


def vectors(rng: np.random.Generator, kind: str, count: int, dim: int) -> Array:
    """float32 [count, D], whole numbers where only those can be stored."""
    drawn = rng.standard_normal((count, dim), np.float32)
    if "direct" in kind:
        # beyond a byte, what faiss stores depends on the processor
        drawn = np.clip(np.round(drawn * 30), -128, 127) + (0 if "signed" in kind else 128)
    return np.asarray(drawn, np.float32)


def build(kind: str, metric: int, data: Array, ids: Array | None = None) -> Any:
    dim = data.shape[1]
    if kind.startswith("QT_"):
        index = faiss.IndexScalarQuantizer(dim, getattr(faiss.ScalarQuantizer, kind), metric)
    else:
        index = faiss.index_factory(dim, kind, metric)
    if not index.is_trained:
        index.train(data)
    if ids is not None:
        index.add_with_ids(data, ids)
    else:
        index.add(data)
    return index


def answers(
    run_each: RunEach, file: Path, queries: Array, k: int, *more: str | Path
) -> list[dict[str, Any]]:
    """Ids and scores by each implementation of the scans."""
    np.save(file.with_suffix(".npy"), queries)
    words = ("query", file, file.with_suffix(".npy"), "-k", str(k), "--json", *more)
    found = [json.loads(answer) for answer in run_each(*words)]
    return [{name: answer[name] for name in ("ids", "scores")} for answer in found]


def query(run_each: RunEach, file: Path, queries: Array, k: int, *more: str | Path) -> Any:
    """Ids and scores, which are the same to the bit by all of them."""
    first, *others = answers(run_each, file, queries, k, *more)
    assert all(other == first for other in others)
    return first


def assert_agree(got: Any, scores: Array, ids: Array) -> None:
    """The same scores to 1e-5, and the same ids, but where rounding decides between two."""
    scale = np.abs(np.where(ids >= 0, scores, 0)).max() + 1
    assert np.abs(np.array(got["scores"], np.float32) - scores).max() <= 1e-5 * scale
    assert (np.array(got["ids"]) != ids).mean() < 0.005


@pytest.mark.parametrize("metric", _METRICS)
@pytest.mark.parametrize("kind", _TYPES)
def test_swift_finds_what_faiss_finds(
    run_each: RunEach, tmp_path: Path, rng: np.random.Generator, kind: str, metric: str
) -> None:
    dim = int(rng.choice([8, 20, 64, 100, 512]))
    data = vectors(rng, kind, _COUNT, dim // 4 * 4)
    ids = np.cumsum(rng.integers(1, 9, _COUNT)) if "IDMap" in kind else None
    index = build(kind, _METRICS[metric], data, ids)
    faiss.write_index(index, str(tmp_path / "i.faiss"))
    queries = vectors(rng, kind, 5, data.shape[1])
    for threads in ("1", "3"):
        found = answers(run_each, tmp_path / "i.faiss", queries, 20, "--threads", threads)
        for got in found:
            assert_agree(got, *index.search(queries, 20))
        # along links, a search goes by scores as the processor rounds them
        assert "HNSW" in kind or all(got == found[0] for got in found)


@pytest.mark.parametrize("metric", _METRICS)
@pytest.mark.parametrize("kind", ["Flat", "SQ8", "SQfp16", "IDMap2,SQ8", "HNSW16,Flat"])
def test_ties_are_resolved_as_faiss_does(
    run_each: RunEach, tmp_path: Path, rng: np.random.Generator, kind: str, metric: str
) -> None:
    drawn = vectors(rng, kind, 45, 32)
    if "HNSW" in kind:  # goes by scores as a processor rounds them: here they need no rounding
        drawn = np.round(drawn * 8) / 8
    data, queries = drawn[:40][rng.integers(0, 40, _COUNT)], drawn[40:]
    ids = rng.permutation(_COUNT) * 7 if "IDMap" in kind else None
    index = build(kind, _METRICS[metric], data, ids)
    faiss.write_index(index, str(tmp_path / "i.faiss"))
    for k in (1, 20, 90):
        for threads in ("1", "2"):
            got = query(run_each, tmp_path / "i.faiss", queries, k, "--threads", threads)
            assert got["ids"] == index.search(queries, k)[1].tolist()


@pytest.mark.parametrize("metric", _METRICS)
@pytest.mark.parametrize("name", _FORMATS)
def test_what_swift_writes_is_what_faiss_writes(
    run_swift: RunSwift, tmp_path: Path, rng: np.random.Generator, name: str, metric: str
) -> None:
    data = vectors(rng, _FORMATS[name], 300, 33)
    ids = rng.integers(-(1 << 62), 1 << 62, 300)
    np.save(tmp_path / "v.npy", data)
    np.save(tmp_path / "ids.npy", ids)
    file = tmp_path / "i.faiss"
    words = ("--format", name, "--metric", metric, "--ids", tmp_path / "ids.npy")
    run_swift("build", tmp_path / "v.npy", file, *words)
    inner = build(_FORMATS[name], _METRICS[metric], data[:0] if name == "Flat" else data)
    inner.reset()
    expected = faiss.IndexIDMap2(inner)
    expected.add_with_ids(data, ids)
    assert file.read_bytes() == faiss.serialize_index(expected).tobytes()


def test_faiss_searches_a_file_of_swift_as_swift_does(
    run_swift: RunSwift, run_each: RunEach, tmp_path: Path, rng: np.random.Generator
) -> None:
    np.save(tmp_path / "v.npy", vectors(rng, "SQ8", _COUNT, 48) * 3)
    run_swift("build", tmp_path / "v.npy", tmp_path / "i.faiss", "--normalize")
    index = faiss.read_index(str(tmp_path / "i.faiss"))
    queries = vectors(rng, "SQ8", 5, 48)
    got = query(run_each, tmp_path / "i.faiss", queries, 20)
    assert_agree(got, *index.search(queries, 20))


def test_only_the_given_ids_are_searched(
    run_each: RunEach, tmp_path: Path, rng: np.random.Generator
) -> None:
    index = build("IDMap2,SQ8", 0, vectors(rng, "SQ8", _COUNT, 40), np.arange(_COUNT) * 3)
    faiss.write_index(index, str(tmp_path / "i.faiss"))
    only = rng.choice(_COUNT * 3, 400, replace=False).astype(np.int64)
    np.save(tmp_path / "only.npy", only)
    queries = vectors(rng, "SQ8", 5, 40)
    got = query(run_each, tmp_path / "i.faiss", queries, 30, "--only", tmp_path / "only.npy")
    chosen = faiss.SearchParameters(sel=faiss.IDSelectorBatch(only))
    assert_agree(got, *index.search(queries, 30, params=chosen))


@pytest.mark.parametrize("kind", ["SQ8", "IDMap2,SQ8", "Flat", "SQfp16"])
def test_two_stages_find_what_a_plain_scan_finds(
    run_each: RunEach, tmp_path: Path, rng: np.random.Generator, kind: str
) -> None:
    data = vectors(rng, kind, 3 * _COUNT, 6) @ vectors(rng, kind, 6, 64)
    data += 0.1 * vectors(rng, kind, 3 * _COUNT, 64)
    ids = np.arange(3 * _COUNT) * 7 if "IDMap" in kind else None
    faiss.write_index(build(kind, 0, data, ids), str(tmp_path / "i.faiss"))
    queries = data[:5]
    plain = query(run_each, tmp_path / "i.faiss", queries, 20)
    short = query(
        run_each,
        tmp_path / "i.faiss",
        queries,
        20,
        *("--two-stage", "--width", "8"),
        *("--keep", "1000"),
    )
    assert short["ids"] == plain["ids"]
    assert short["scores"] == plain["scores"]


def test_two_stages_of_distances_are_refused(swift_tool: Path, tmp_path: Path) -> None:
    faiss.write_index(build("SQ8", 1, np.eye(8, dtype=np.float32)), str(tmp_path / "i.faiss"))
    np.save(tmp_path / "q.npy", np.eye(8, dtype=np.float32))
    words = ("query", str(tmp_path / "i.faiss"), str(tmp_path / "q.npy"), "--two-stage")
    done = subprocess.run([swift_tool, *words], capture_output=True, check=False)
    assert done.returncode == 2
    assert "--two-stage: short codes: got SQ8" in done.stderr.decode()


@pytest.mark.parametrize(
    ("number", "said"),
    [(np.nan, "row 1: got nan at place 0, expected finite"), (0, "row 1: got [8] of zeros")],
)
def test_queries_that_find_nothing_are_refused(
    swift_tool: Path, tmp_path: Path, number: float, said: str
) -> None:
    faiss.write_index(build("SQ8", 0, np.eye(8, dtype=np.float32)), str(tmp_path / "i.faiss"))
    np.save(tmp_path / "q.npy", np.array([[1] * 8, [number] * 8], np.float32))
    words = ("query", tmp_path / "i.faiss", tmp_path / "q.npy")
    done = subprocess.run([swift_tool, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (6, "")
    assert f"q.npy: {said}" in done.stderr


def test_zeros_are_a_place_that_has_distances(run_each: RunEach, tmp_path: Path) -> None:
    faiss.write_index(build("Flat", 1, np.diag(np.arange(8.0, 0, -1))), str(tmp_path / "i.faiss"))
    assert query(run_each, tmp_path / "i.faiss", np.zeros((1, 8)), 2)["ids"] == [[7, 6]]


def test_fewer_than_k_are_padded_as_faiss_does(
    run_each: RunEach, tmp_path: Path, rng: np.random.Generator
) -> None:
    index = build("Flat", faiss.METRIC_L2, vectors(rng, "Flat", 3, 8))
    faiss.write_index(index, str(tmp_path / "i.faiss"))
    queries = vectors(rng, "Flat", 2, 8)
    got = query(run_each, tmp_path / "i.faiss", queries, 5)
    scores, ids = index.search(queries, 5)
    assert got["ids"] == ids.tolist()
    assert np.array(got["scores"], np.float32)[:, 3:].tolist() == scores[:, 3:].tolist()


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (None, 7, "No such file or directory"),
        (b"IwFl" + bytes(60), 7, "IwFl, which is not supported"),
        (b"IxFI\x04\0\0", 7, "d at byte 4: got 3 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(
    swift_tool: Path, tmp_path: Path, content: bytes | None, code: int, message: str
) -> None:
    file = tmp_path / "i.faiss"
    if content is not None:
        file.write_bytes(content)
    done = subprocess.run([swift_tool, "info", file], capture_output=True, check=False)
    assert done.returncode == code
    assert done.stdout == b""
    assert "i.faiss" in done.stderr.decode()
    assert message in done.stderr.decode()


def test_info_tells_what_a_file_holds(run_swift: RunSwift, tmp_path: Path) -> None:
    index = build("IDMap2,SQ8", 0, np.eye(8, dtype=np.float32), np.arange(8))
    faiss.write_index(index, str(tmp_path / "i.faiss"))
    size = (tmp_path / "i.faiss").stat().st_size
    assert json.loads(run_swift("info", tmp_path / "i.faiss", "--json")) == {
        "kind": "IDMap2,SQ8",
        "metric": "inner product",
        "dimension": 8,
        "count": 8,
        "bytes": size,
    }
