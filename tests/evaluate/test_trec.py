"""TREC's files: what is read, what is refused, and that what is written is read as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import UsageError
from photosearch.evaluate import read_qrels, read_run, write_run
from photosearch.evaluate.trec import trec_name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "got no lines"),
        ("q Q0 d 1 0.5\n", "line 1: got 5 fields, expected 'query Q0 document rank score name'"),
        ("q Q0 d 1 0.5 x\nq Q0 d 2 0.4 x\n", "line 2: query 'q' has document 'd' twice"),
        ("q Q0 d 1 nan x\n", "line 1: score: got 'nan', expected a number"),
        ("q Q0 d 1 -inf x\n", "score: got '-inf'"),
        ("q Q0 d 1 high x\n", "score: got 'high'"),
    ],
)
def test_a_run_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "run.trec"
    file.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_run(file)


@pytest.mark.parametrize("text", ["q 0 d\n", "q 0 d 1.5\n", "q 0 d 1\nq 0 d 0\n", "\n\n"])
def test_judgements_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "qrels.trec"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"qrels\.trec"):
        read_qrels(file)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_what_is_no_text_is_one_error(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "run.trec"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=r"run\.trec"):
        read_run(file)


def test_grades_below_zero_are_read(tmp_path: Path) -> None:
    file = tmp_path / "qrels.trec"
    file.write_text("q 0 a -1\nq 0 b 2\n")
    assert read_qrels(file) == {"q": {"a": -1, "b": 2}}


names = st.text(min_size=1).filter(lambda text: not any(0xD800 <= ord(c) < 0xE000 for c in text))
scores = st.floats(allow_nan=False, allow_infinity=False)


@given(run=st.dictionaries(names, st.dictionaries(names, scores, min_size=1), min_size=1))
def test_a_run_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, run: dict[str, dict[str, float]]
) -> None:
    file = tmp_path_factory.mktemp("run") / "run.trec"
    write_run(file, run)
    assert read_run(file) == {
        trec_name(query): {trec_name(name): score for name, score in found.items()}
        for query, found in run.items()
    }
