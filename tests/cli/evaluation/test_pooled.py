"""An index that is asked, pooled with other systems, and scored by judgements."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosearch.cli.evaluation.pooled import Asked, ask_index, score_asked, write_asked
from photosearch.errors import QueryError, UsageError
from photosearch.evaluate import as_json, as_text, write_run
from photosearch.evaluate.trec import trec_name
from photosearch.index import PhotoIndex
from photosearch.testing import COLORS, FakeEncoder, draw_photos

WORDS = {"1": "red", "2": "a blue picture"}


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhotoIndex]:
    """Fourteen discs on black and on white, and one of them under a name that is not UTF-8."""
    home = tmp_path_factory.mktemp("pooled")
    others = [color for color in COLORS if color not in ("black", "white")]
    discs = [f"{color} disc on {ground}" for color in others for ground in ("black", "white")]
    drawn = draw_photos(home / "photos", [*discs, "black disc on white", "white disc on black"])
    shutil.copy(drawn["red disc on white"], home / "photos" / os.fsdecode(b"caf\xe9.jpg"))
    with PhotoIndex.open(home / "x.photoindex", FakeEncoder()) as index:
        index.add(home / "photos")
        yield index


@pytest.fixture
def asked(photos: PhotoIndex) -> Asked:
    return ask_index(photos, WORDS)


def graded(asked: Asked, colors: dict[str, str]) -> dict[str, dict[str, int]]:
    """2 for what has the color in its name, 0 for others, of all pooled photos."""
    return {
        query: {photo: 2 * (colors[query] in photo) for photo in photos}
        for query, photos in asked.pool.items()
        if query in colors
    }


def test_an_index_alone_is_pooled_by_its_first_ten(asked: Asked) -> None:
    assert {query: len(photos) for query, photos in asked.pool.items()} == {"1": 10, "2": 10}
    assert {query: len(found) for query, found in asked.run.items()} == {"1": 15, "2": 15}


def test_what_another_system_found_is_judged_too(
    photos: PhotoIndex, asked: Asked, tmp_path: Path
) -> None:
    last = min(asked.run["1"], key=lambda name: asked.run["1"][name])
    listed = tmp_path / "other.trec"
    write_run(listed, {"1": {last: 9.0, "/not/indexed.jpg": 8.0}, "7": {"x": 1.0}})
    both = ask_index(photos, WORDS, [listed])
    assert set(both.pool["1"]) == {*asked.pool["1"], last}
    assert (both.pool["2"], both.runs) == (asked.pool["2"], 2)
    assert "the first 10 of each of 2 runs" in as_text([score_asked(both, {"1": {last: 0}})])


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ({"7": {"x": 1.0}}, "got none of the queries, expected such as '1'"),
        ({"1": {"x.jpg": 1.0}}, "none of 1 photos is in the index: got 'x.jpg', expected whole"),
    ],
)
def test_a_run_of_something_else_is_refused(
    photos: PhotoIndex, tmp_path: Path, run: dict[str, dict[str, float]], message: str
) -> None:
    write_run(tmp_path / "other.trec", run)
    with pytest.raises(UsageError, match=message):
        ask_index(photos, WORDS, [tmp_path / "other.trec"])


def test_an_index_without_photos_is_refused(tmp_path: Path) -> None:
    with (
        PhotoIndex.open(tmp_path / "x.photoindex", FakeEncoder()) as empty,
        pytest.raises(UsageError, match="got an index without photos"),
    ):
        ask_index(empty, WORDS)


def test_words_that_are_no_query_are_refused(photos: PhotoIndex) -> None:
    with pytest.raises(QueryError):
        ask_index(photos, {"1": "  "})


def test_an_index_that_finds_what_is_right_scores_whole(asked: Asked) -> None:
    found = score_asked(asked, graded(asked, {"1": "red", "2": "blue"}))
    measures = json.loads(as_json([found]))["measures"]
    assert measures.keys() == {"nDCG@10", "P@10", "MRR"}
    assert measures["MRR"]["mean"] == 1
    assert measures["P@10"]["mean"] == pytest.approx(0.2)
    assert "20 of the 20 photos in the first 10 are judged." in found.notes
    assert "So few queries make a wide interval: judge 20 at least, better 50." in found.notes


def test_what_is_not_judged_is_told(asked: Asked) -> None:
    first = asked.pool["1"][0]
    found = score_asked(asked, {"1": {first: 1, "/gone.jpg": 2}, "other": {"x": 1}})
    assert {
        "1 queries of the run are not judged and left out.",
        "1 of the 10 photos in the first 10 are judged.",
        "The rest counts as not relevant: P@10 is too low then, nDCG@10 too low or too high.",
        "1 judged photos are not in the index.",
        "1 judged queries were not asked and are left out.",
    } <= set(found.notes)


def test_twenty_queries_have_an_interval_and_no_warning(
    photos: PhotoIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the names of the photos say what they show, so that with them all queries are perfect
    monkeypatch.setattr("photosearch.index.find.answer.find_texts", lambda *_: [])
    words = {f"{at}": f"{COLORS[at % 8]} {at}" for at in range(20)}
    asked = ask_index(photos, words)
    found = score_asked(asked, graded(asked, {query: words[query].split()[0] for query in words}))
    interval = found.estimates()["nDCG@10"]
    assert 0 < interval.low < interval.mean < interval.high <= 1
    assert not any("queries make a wide interval" in note for note in found.notes)


@pytest.mark.parametrize("judged", [{}, {"other": {"x": 1}}])
def test_nothing_judged_is_an_error(asked: Asked, judged: dict[str, dict[str, int]]) -> None:
    with pytest.raises(UsageError, match="none of 2 queries is judged"):
        score_asked(asked, judged)


def test_what_is_not_judged_is_written_for_annotation(asked: Asked, tmp_path: Path) -> None:
    out = tmp_path / "pool.jsonl"
    judged = {"1": dict.fromkeys(asked.pool["1"][1:], 0)}
    assert write_asked(asked, judged, out) == 11
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["query"] for row in rows] == ["1"] + 10 * ["2"]
    assert all(trec_name(row["path"]) == row["photo"] for row in rows if "path" in row)
    assert {row["words"] for row in rows} == set(WORDS.values())


def test_a_path_that_is_no_text_is_left_out_of_the_pool(asked: Asked, tmp_path: Path) -> None:
    odd = next(name for name in asked.files if name.endswith("caf%E9.jpg"))
    assert odd in asked.pool["1"]
    write_asked(asked, {}, tmp_path / "pool.jsonl")
    rows = map(json.loads, (tmp_path / "pool.jsonl").read_text().splitlines())
    assert [sorted(row) for row in rows if row["photo"] == odd and row["query"] == "1"] == [
        ["photo", "query", "words"]
    ]
