"""TREC's files: what is read, what is refused, and that what is written is read as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.errors import UsageError
from photosearch.evaluate import read_qrels, read_run, write_run
from photosearch.evaluate.trec import read_queries, trec_name, write_qrels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "got no lines"),
        ("q Q0 d 1 0.5\n", "line 1: got 5 fields, expected 'query Q0 document rank score name'"),
        ("q Q0 d 1 0.5 x\nq Q0 d 2 0.4 x\n", "line 2: query 'q' has document 'd' twice"),
        ("q Q0 d 1 nan x\n", "line 1: score: got 'nan', expected a finite number"),
        ("q Q0 d 1 -inf x\n", "score: got '-inf'"),
        ("q Q0 d 1 high x\n", "score: got 'high'"),
    ],
)
def test_a_run_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "run.trec"
    file.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_run(file)


@pytest.mark.parametrize(
    "text", ["q 0 d\n", "q 0 d 1.5\n", f"q 0 d -{9**40}\n", "q 0 d 1\nq 0 d 0\n", "\n\n"]
)
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


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    file = tmp_path / "qrels.trec"
    file.write_bytes(b"\xef\xbb\xbfq 0 a 1\r\n")
    assert read_qrels(file) == {"q": {"a": 1}}


def test_grades_below_zero_are_read(tmp_path: Path) -> None:
    file = tmp_path / "qrels.trec"
    file.write_text("q 0 a -1\nq 0 b 2\n")
    assert read_qrels(file) == {"q": {"a": -1, "b": 2}}


@pytest.mark.parametrize("text", ["", "1 words\n", "\twords\n", "1\t \n", "1\ta\n1\tb\n"])
def test_queries_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "words.tsv"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"words\.tsv"):
        read_queries(file)


def test_queries_are_read_with_their_words(tmp_path: Path) -> None:
    file = tmp_path / "words.tsv"
    file.write_text("1\ta dog\ton a beach\r\n\n2\tcats\n")
    assert read_queries(file) == {"1": "a dog\ton a beach", "2": "cats"}


names = st.text(min_size=1).map(trec_name)  # lone surrogates too: paths that are no UTF-8
scores = st.floats(allow_nan=False, allow_infinity=False)


@given(run=st.dictionaries(names, st.dictionaries(names, scores, min_size=1), min_size=1))
def test_a_run_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, run: dict[str, dict[str, float]]
) -> None:
    file = tmp_path_factory.mktemp("run") / "run.trec"
    write_run(file, run)
    assert read_run(file) == run


@pytest.mark.parametrize("name", ["", "a b", "a\u2028b"])
def test_a_name_with_white_space_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="expected one without white space"):
        write_run(tmp_path / "run.trec", {"q": {name: 1.0}})


def test_two_names_are_never_one() -> None:
    assert trec_name("a b") != trec_name("a%20b")


grades = st.integers(-1_000_000, 1_000_000)


@given(qrels=st.dictionaries(names, st.dictionaries(names, grades, min_size=1), min_size=1))
def test_judgements_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, qrels: dict[str, dict[str, int]]
) -> None:
    file = tmp_path_factory.mktemp("qrels") / "qrels.trec"
    write_qrels(file, qrels)
    assert read_qrels(file) == qrels


def test_judgements_with_white_space_in_a_name_leave_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "qrels.trec"
    write_qrels(file, {"q": {"a": 1}})
    with pytest.raises(UsageError, match="expected one without white space"):
        write_qrels(file, {"a q": {"a": 1}})
    assert read_qrels(file) == {"q": {"a": 1}}
