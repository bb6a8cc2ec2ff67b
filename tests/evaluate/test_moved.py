"""The queries that moved most, and what was found for them."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import UsageError
from photosearch.evaluate import Evaluation, embed_captioned, score_captions
from photosearch.evaluate.moved import (
    FIRST,
    Moved,
    captioned_evidence,
    moved_by_pair,
    moved_most,
    queries_of,
    right_ranks,
)
from photosearch.testing import FakeEncoder, draw_photos


def made(gains: dict[str, float], ranks: list[float] | None = None) -> Evaluation:
    values = {"nDCG@10": np.array(list(gains.values()))}
    values |= {"median rank": np.array(ranks or [1.0] * len(gains))}
    return Evaluation("text to photo", (), tuple(gains), values)


NOTHING = made({"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0}, [20, 40, 40, 30])


def test_the_greatest_differences_come_first_each_way() -> None:
    a = made({"x": 0.5, "y": 0.2, "z": 0.0, "w": 0.1})
    b = made({"x": 0.1, "y": 0.3, "z": 1.0, "w": 0.0})
    found = moved_most(a, b)
    assert [each.query for each in found.for_a] == ["x", "w"]
    assert [each.query for each in found.for_b] == ["z", "y"]
    assert found.for_b[0] == Moved("z", -1.0, 1.0, 1.0)


def test_equal_differences_are_ordered_by_ranks_and_then_by_name() -> None:
    a = made({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0})
    assert [each.query for each in moved_most(a, NOTHING).for_a] == ["b", "c", "d", "a"]


def test_no_more_are_named_than_asked_for() -> None:
    a = made({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0})
    found = moved_most(a, NOTHING, most=2)
    assert ([each.query for each in found.for_a], found.for_b) == (["b", "c"], ())


def test_a_query_without_a_difference_has_not_moved() -> None:
    """Sums in another order differ in their last digit."""
    a, b = made({"x": 0.1 + 0.2}), made({"x": 0.3})
    found = moved_most(a, b)
    assert (found.for_a, found.for_b) == ((), ())


def test_other_queries_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="other queries"):
        moved_most(made({"x": 1.0}), made({"y": 1.0}))


def test_the_rank_in_a_run_is_told_by_mrr_and_infinite_where_nothing_was_found() -> None:
    inverse = np.array([1.0, 1 / 3, 1 / 49, 0.0])
    run = Evaluation("run", (), ("a", "b", "c", "d"), {"MRR": inverse})
    assert right_ranks(run).tolist() == [1, 3, 49, math.inf]


def test_of_several_pairs_fewer_queries_are_shown_and_of_many_the_first_pairs() -> None:
    gains = np.random.default_rng(0).random((6, 40))
    systems = {
        str(at): made({f"q{query}": gain for query, gain in enumerate(row)})
        for at, row in enumerate(gains)
    }
    three = moved_by_pair({name: systems[name] for name in "012"})
    assert {(len(each.for_a), len(each.for_b)) for each in three.values()} == {(3, 3)}
    many = moved_by_pair(systems)  # fifteen pairs
    assert (len(many), len(queries_of(many)) <= 20) == (10, True)


def test_of_captions_the_first_photos_are_those_nearest(tmp_path: Path) -> None:
    drawn = draw_photos(tmp_path / "photos")
    rows = [
        {"image": f"photos/{path.name}", "captions": [text, "white"]}
        for text, path in drawn.items()
    ]
    (tmp_path / "captions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    data = embed_captioned(FakeEncoder(), tmp_path)
    asked = data.caption_names[2]  # the first of the second photo
    found = captioned_evidence({"fake": data, "other": data}, [asked], tmp_path)
    scores = data.captions[2] @ data.photos.T
    best = np.argsort(-scores, kind="stable")[:FIRST]
    assert list(found.runs["fake"]) == [asked]
    assert set(found.runs["fake"][asked]) == {data.photo_names[at] for at in best}
    assert found.right == {asked: {data.photo_names[1]: 1}}
    assert found.words[asked] == "blue square on yellow"
    assert found.files[data.photo_names[1]] == drawn["blue square on yellow"]


def test_where_nothing_moved_there_is_nothing_to_show(tmp_path: Path) -> None:
    (photo, *_) = draw_photos(tmp_path).items()
    row = {"image": photo[1].name, "captions": [photo[0]]}
    (tmp_path / "captions.jsonl").write_text(json.dumps(row))
    data = embed_captioned(FakeEncoder(), tmp_path)
    same = score_captions(data)[0]
    movers = moved_by_pair({"a": same, "b": same})
    assert queries_of(movers) == []
    assert captioned_evidence({"a": data, "b": data}, [], tmp_path).runs == {}
