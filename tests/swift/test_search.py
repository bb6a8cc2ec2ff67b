"""`photosearch-swift search` finds what `photosearch search` finds, in an index made by Python."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.encoder import Bytes, Floats, ImageInput
from photosearch.errors import ShapeError
from photosearch.index import PhotoIndex
from photosearch.models.builtin import BuiltinEncoder
from photosearch.models.load import builtin_bundle
from photosearch.testing import draw_photo
from photosearch.types import Filter, Hit, Near

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
RunEach = Callable[..., list[bytes]]
_PHOTOS = 200
_QUERIES = (
    *("a dog on the beach", 'dog -beach "red car":2', "-snow", "x", "sunset", "ΟΔΟΣ été"),
    "snow -dog:3 -beach",
)
_AE_IN_TWO = "a\u0308"  # ä as a Mac may store it
_CAMERAS = ("Leica M10", "Canon EOS R5", "Straße Ⅲ", "ΦΩΣ ﬃ İ ꭰ", None)


class _WordsOnly(BuiltinEncoder):
    """The built-in words; a photo's vector is drawn by its pixels, near some words."""

    def encode_images(self, images: Sequence[ImageInput]) -> Floats:
        raise NotImplementedError

    def encode_pixels(self, pixels: Bytes) -> Floats:
        draw = np.random.default_rng(int(pixels.astype(np.int64).sum()))
        words = self.encode_texts([*_QUERIES[:2], "snow", "sunset over the sea"])
        mixed = draw.standard_normal((len(pixels), len(words))) @ words
        mixed += 0.02 * draw.standard_normal(mixed.shape)
        return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module", params=["SQ8", "SQfp16", "Flat"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PhotoIndex:
    folder = tmp_path_factory.mktemp("photos")
    for number in range(_PHOTOS):
        place = folder / ("a", "b", f"{_AE_IN_TWO} b", "a/c")[number % 4]
        place.mkdir(parents=True, exist_ok=True)
        draw_photo("red disc on white", width=40 + number, height=30).save(place / f"{number}.png")
    (folder / "a" / "copy.png").write_bytes((folder / "a" / "0.png").read_bytes())
    encoder = _WordsOnly(builtin_bundle(), name="builtin")
    place = tmp_path_factory.mktemp("index") / "x.photoindex"
    index = PhotoIndex.open(place, encoder, kind=request.param)
    index.add(folder)
    _describe(place)
    return index


def _describe(place: Path) -> None:
    """What a camera would have written."""
    draw = random.Random(4)
    with closing(sqlite3.connect(place / "catalog.sqlite")) as db, db:
        for (number,) in db.execute("SELECT id FROM photos").fetchall():
            taken = None if number % 7 == 0 else draw.randrange(10**15, 17 * 10**14)
            place_at = (draw.uniform(-90, 90), draw.uniform(-180, 180))
            offset, camera = draw.choice((None, 60, -480)), draw.choice(_CAMERAS)
            db.execute(
                "UPDATE photos SET taken_at = ?, utc_offset_min = ?, latitude = ?, longitude = ?,"
                " camera = ? WHERE id = ?",
                (taken, offset, *place_at, camera, number),
            )


def _swift(run: RunSwift, index: PhotoIndex, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("search", "--json", index.directory, *words))
    return found


def _check(found: list[dict[str, Any]], expected: list[Hit]) -> None:
    assert [hit["matched"] for hit in found] == [list(hit.matched) for hit in expected]
    assert [hit["id"] for hit in found] == [hit.id for hit in expected]
    assert [hit["path"] for hit in found] == [str(hit.path) for hit in expected]
    for name in ("score", "confidence"):
        wanted = [getattr(hit, name) for hit in expected]
        assert [hit[name] for hit in found] == pytest.approx(wanted, abs=1e-5)
    for hit, want in zip(found, expected, strict=True):
        assert want.info is not None
        taken = want.info.taken_at
        assert hit["taken_at"] == (taken and taken.isoformat())
        assert (hit["latitude"], hit["camera"]) == (want.info.latitude, want.info.camera)


@pytest.mark.parametrize("query", _QUERIES)
@pytest.mark.parametrize("k", [1, 20, 500])
def test_words_find_the_same_photos(
    run_swift: RunSwift, index: PhotoIndex, query: str, k: int
) -> None:
    found = _swift(run_swift, index, "-k", str(k), "--", query)
    _check(found, index.search(query, k))


def _filters(folder: Path) -> Iterator[tuple[list[str], Filter]]:
    since, until = datetime(2010, 1, 1), datetime(2015, 6, 1)
    yield ["--since", "2010"], Filter(since=since)
    yield ["--until", "2015-05"], Filter(until=until)
    yield ["--since", "2010-01-01", "--until", "2015-05-31"], Filter(since=since, until=until)
    for latitude, longitude, radius_km in ((48.9, 2.4, 3000), (0, 179.5, 5000), (89, 0, 3000)):
        near = Near(latitude, longitude, radius_km)
        yield [f"--near={latitude},{longitude},{radius_km}"], Filter(near=near)
    yield ["--under", str(folder / "a")], Filter(under=(folder / "a",))
    for name in ("\u00e4 b", f"{_AE_IN_TWO} b"):
        yield ["--under", str(folder / name)], Filter(under=(folder / name,))
    yield ["--camera", "leica"], Filter(camera="leica")
    yield ["--camera", "STRASSE"], Filter(camera="STRASSE")
    yield ["--camera", "none"], Filter(camera="none")
    for camera in ("φως", "FFI", "i̇", "Ꭰ", "ẞ"):
        yield ["--camera", camera], Filter(camera=camera)


def test_filters_let_the_same_photos_pass(run_swift: RunSwift, index: PhotoIndex) -> None:
    folder = next(iter(index.photos())).path.parents[1]
    for words, wanted in _filters(folder):
        found = _swift(run_swift, index, "-k", "300", *words, "a dog")
        _check(found, index.search("a dog", 300, wanted))


def test_a_stale_vector_file_is_not_believed(run_swift: RunSwift, index: PhotoIndex) -> None:
    vectors = index.directory / "vectors.faiss"
    kept = vectors.read_bytes()
    expected = index.search("snow", 50)
    for bad in (None, b"", kept[:-1], kept[:1000] + b"x" + kept[1001:], kept[:-24] + bytes(24)):
        vectors.unlink(missing_ok=True)
        if bad is not None:
            vectors.write_bytes(bad)
        _check(_swift(run_swift, index, "-k", "50", "snow"), expected)
    vectors.write_bytes(kept)


def test_a_vector_file_finds_what_the_vector_finds(
    run_each: RunEach, index: PhotoIndex, tmp_path: Path
) -> None:
    vector = index.encoder.encode_texts(["a red disc"])
    np.save(tmp_path / "query.npy", vector)
    words = ("search", "--json", index.directory, "--vector", tmp_path / "query.npy")
    first, *others = run_each(*words)
    _check(json.loads(first), index.search_vector(vector[0]))
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    "numbers", [{3: np.nan}, {0: -np.inf}, dict.fromkeys(range(1000), 0.0), {5: 3e19}, {-1: None}]
)
def test_vectors_that_find_nothing_are_refused_in_the_same_words(
    swift_tool: Path, index: PhotoIndex, tmp_path: Path, numbers: dict[int, float | None]
) -> None:
    vector = index.encoder.encode_texts(["a red disc"])[0]
    kept = [numbers.get(place, number) for place, number in enumerate(vector)]
    wrong = np.array(kept[: -1 if -1 in numbers else None], np.float32)
    np.save(tmp_path / "query.npy", wrong)
    words = ("search", index.directory, "--vector", tmp_path / "query.npy")
    done = subprocess.run([swift_tool, *words], capture_output=True, text=True, check=False)
    with pytest.raises(ShapeError) as refused:
        index.search_vector(wrong)
    assert done.returncode == ShapeError.exit_code
    assert done.stderr == f"photosearch-swift search: {refused.value}\n"


@pytest.mark.parametrize("option", ["-k", "--k"])
def test_how_many_is_told_and_refused_by_the_same_name(
    swift_tool: Path, run_swift: RunSwift, index: PhotoIndex, option: str
) -> None:
    assert len(_swift(run_swift, index, option, "3", "snow")) == 3
    words = ("search", index.directory, option, "0", "snow")
    done = subprocess.run([swift_tool, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "-k: got '0', expected a whole number of at least 1" in done.stderr
    for verb in ("search", "query"):
        assert b"  -k, --k K " in run_swift(verb, "--help")
