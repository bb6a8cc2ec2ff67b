"""What a person is asked in the terminal, and that no answer is lost."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosearch.cli.evaluation.judge import judge_photos, read_judged, stdin_lines, type_queries
from photosearch.cli.evaluation.pooled import Asked, ask_index, score_asked
from photosearch.errors import StorageError, UsageError
from photosearch.evaluate.trec import read_qrels, trec_name, write_qrels
from photosearch.index import PhotoIndex
from photosearch.testing import FakeEncoder, draw_photos

MEANING = "0 not relevant, 1 partly, 2 right; b back, s skip, q stop: "


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Two queries of an index of six drawn photos."""
    home = tmp_path_factory.mktemp("judge")
    draw_photos(home / "photos")
    with PhotoIndex.open(home / "x.photoindex", FakeEncoder()) as photos:
        photos.add(home / "photos")
        return ask_index(photos, {"1": "red", "2": "a blue picture"})


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    return tmp_path / "judged.trec"


def answers(*lines: str) -> Iterator[str]:
    return iter([f"{line}\n" for line in lines])


def grades(asked: Asked, qrels: Path, query: str) -> list[int | None]:
    """In the order in which they are asked for."""
    judged = read_judged(qrels).get(query, {})
    return [judged.get(photo) for photo in asked.pool[query]]


def test_each_pooled_photo_gets_the_grade_that_is_typed(asked: Asked, qrels: Path) -> None:
    judge_photos(asked, qrels, answers(*"012012", *"210210"))
    assert grades(asked, qrels, "1") == [0, 1, 2, 0, 1, 2]
    assert grades(asked, qrels, "2") == [2, 1, 0, 2, 1, 0]


def test_how_many_remain_is_said_with_the_words_and_the_photo(
    asked: Asked, qrels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge_photos(asked, qrels, answers(*"0000000"))
    told = capsys.readouterr()
    head = f"12 photos to judge; the answers are kept in {qrels}"
    assert told.err.startswith(f"{head}\n\nred: 1 of 6, query 1 of 2\n")
    assert f"a blue picture: 2 of 6, query 2 of 2\n{asked.pool['2'][1]}\n{MEANING}\n" in told.err
    assert told.out == ""


def test_the_end_of_the_answers_stops(asked: Asked, qrels: Path) -> None:
    judge_photos(asked, qrels, answers("2"))
    assert grades(asked, qrels, "1") == [2, *5 * [None]]


def test_a_stop_keeps_what_was_answered(asked: Asked, qrels: Path) -> None:
    judge_photos(asked, qrels, answers("2", "q", "1"))
    assert grades(asked, qrels, "1") == [2, *5 * [None]]


def test_the_next_session_asks_for_the_rest_only(asked: Asked, qrels: Path) -> None:
    judge_photos(asked, qrels, answers("2", "s", "1", "q"))
    judge_photos(asked, qrels, answers(*10 * "0"))
    assert grades(asked, qrels, "1") == [2, 0, 1, 0, 0, 0]
    assert grades(asked, qrels, "2") == 6 * [0]


def test_when_all_are_judged_nothing_is_asked(
    asked: Asked, qrels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge_photos(asked, qrels, answers(*12 * "0"))
    capsys.readouterr()
    judge_photos(asked, qrels, answers("2"))
    assert capsys.readouterr().err.startswith("0 photos to judge")
    assert grades(asked, qrels, "1") == 6 * [0]


def test_back_takes_the_last_answer_back(asked: Asked, qrels: Path) -> None:
    judge_photos(asked, qrels, answers("2", "1", "b", "q"))
    assert grades(asked, qrels, "1") == [2, *5 * [None]]


def test_back_goes_over_skipped_photos_and_to_the_query_before(asked: Asked, qrels: Path) -> None:
    judge_photos(asked, qrels, answers(*"00000", "s", "b", "b", "1", "2", "0", "b", "q"))
    assert grades(asked, qrels, "1") == [0, 0, 0, 0, 1, 2]
    assert grades(asked, qrels, "2") == 6 * [None]


def test_the_only_answer_taken_back_leaves_no_judgement(asked: Asked, qrels: Path) -> None:
    judge_photos(asked, qrels, answers("2", "b", "q"))
    assert read_judged(qrels) == {}


def test_back_before_any_answer_is_told(
    asked: Asked, qrels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge_photos(asked, qrels, answers("b", "q"))
    assert "nothing to take back" in capsys.readouterr().err
    assert not qrels.exists()


@pytest.mark.parametrize("odd", ["", "3", "yes", "00", "-1", "\x1b[A"])
def test_another_answer_is_asked_for_again(
    asked: Asked, qrels: Path, odd: str, capsys: pytest.CaptureFixture[str]
) -> None:
    judge_photos(asked, qrels, answers(odd, " 2 ", "Q"))
    err = capsys.readouterr().err
    assert f"got {odd!r}, expected 0, 1, 2, b, s or q\n" in err
    assert "\x1b" not in err
    assert grades(asked, qrels, "1")[:2] == [2, None]


def test_each_answer_is_on_the_disk_before_the_next_question(asked: Asked, qrels: Path) -> None:
    """So Ctrl-C loses the answer in hand at most."""
    seen = []

    def typed() -> Iterator[str]:
        for _ in range(3):
            yield "1\n"
            seen.append(len(read_qrels(qrels)["1"]))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge_photos(asked, qrels, typed())
    assert seen == [1, 2, 3]


def test_what_others_write_meanwhile_stays(asked: Asked, qrels: Path) -> None:
    def typed() -> Iterator[str]:
        yield "1\n"
        write_qrels(qrels, {**read_qrels(qrels), "theirs": {"x": 3}})
        yield "2\n"

    judge_photos(asked, qrels, typed())
    assert grades(asked, qrels, "1")[:2] == [1, 2]
    assert read_qrels(qrels)["theirs"] == {"x": 3}


def test_a_link_to_the_judgements_stays_a_link(asked: Asked, qrels: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.trec"
    write_qrels(real, {"1": {"x": 1}})
    qrels.symlink_to(real)
    judge_photos(asked, qrels, answers("2"))
    assert qrels.is_symlink()
    assert len(read_qrels(real)["1"]) == 2


def test_a_photo_whose_file_is_gone_is_judged_by_its_name(
    tmp_path: Path, qrels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = draw_photos(tmp_path / "photos")
    with PhotoIndex.open(tmp_path / "x.photoindex", FakeEncoder()) as photos:
        photos.add(tmp_path / "photos")
        asked = ask_index(photos, {"1": "red"})
    gone = drawn["red disc on white"]
    gone.unlink()
    judge_photos(asked, qrels, answers(*6 * "2"))
    assert f"\n{gone} (the file is gone)\n" in capsys.readouterr().err
    assert read_qrels(qrels)["1"][trec_name(str(gone))] == 2


@pytest.mark.parametrize(
    ("term", "begins"), [("xterm-kitty", "\x1b_Ga=T"), ("iterm", "\x1b]1337;File="), ("dumb", "")]
)
def test_the_photo_is_shown_where_the_terminal_can(
    asked: Asked,
    qrels: Path,
    term: str,
    begins: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("TMUX", "KITTY_WINDOW_ID", "TERM_PROGRAM", "LC_TERMINAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    if term == "iterm":
        monkeypatch.setenv("TERM_PROGRAM", "iTerm.app")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    judge_photos(asked, qrels, answers("q"))
    told = capfd.readouterr()
    assert told.out == ""
    assert re.findall("\x1b[_\\]](?:Ga=T|1337;File=)", told.err) == [begins] * bool(begins)
    link = f"\x1b\\]8;[^;]*;file://{re.escape(asked.pool['1'][0])}\x1b"
    assert bool(re.search(link, told.err)) == (term != "dumb")


def test_words_are_typed_and_give_the_queries_their_names() -> None:
    assert type_queries({}, answers("a dog  on\ta beach", "cats", "cats", "", "0")) == {
        "a%20dog%20on%20a%20beach": "a dog on a beach",
        "cats": "cats",
    }


def test_queries_judged_before_are_asked_with_the_new_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    judged = {trec_name("50% of a café"): {"x": 1}, "cats": {"x": 0}}
    assert list(type_queries(judged, answers("dogs")).values()) == ["50% of a café", "cats", "dogs"]
    err = capsys.readouterr().err
    assert err.startswith("2 queries from before: 50% of a café; cats\n")
    assert "query 3: dogs\n" in err


def test_what_is_no_query_is_told_and_typed_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert type_queries({}, answers("2019", '"', "-", "a dog -")) == {"a%20dog%20-": "a dog -"}
    err = capsys.readouterr().err
    assert err.count("got no words, expected some") == 3
    assert "is read as a dash" in err


def test_names_that_are_no_words_need_the_file_of_queries() -> None:
    with pytest.raises(UsageError, match="query '17': got a name without words, expected --quer"):
        type_queries({"cats": {"x": 1}, "17": {"x": 1}}, answers("dogs"))


def test_no_queries_are_an_error() -> None:
    with pytest.raises(UsageError, match="got no queries"):
        type_queries({}, answers("", "dogs"))


def test_judgements_begin_with_no_file_and_with_an_empty_one(qrels: Path) -> None:
    assert read_judged(None) == read_judged(qrels) == {}
    qrels.touch()
    assert read_judged(qrels) == {}


@pytest.mark.parametrize(
    ("place", "message"),
    [(".", "got no file"), ("no/such.trec", "no folder"), ("words.tsv", "line 1: got 2 fields")],
)
def test_what_holds_no_judgements_is_refused_before_any_question(
    tmp_path: Path, place: str, message: str
) -> None:
    (tmp_path / "words.tsv").write_text("1\tdogs\n")
    with pytest.raises(UsageError, match=message):
        read_judged(tmp_path / place)


def test_a_disk_that_takes_no_answer_ends_the_session(
    asked: Asked, qrels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match=r"judged\.trec: No space left"):
        judge_photos(asked, qrels, answers("1"))
    assert not qrels.exists()


def test_stdin_is_read_a_line_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\n\nb"))
    assert list(stdin_lines()) == ["a\n", "\n", "b"]


def test_a_closed_stdin_has_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert list(stdin_lines()) == []


def test_bytes_that_are_no_text_are_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"caf\xe9\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    with pytest.raises(UsageError, match="stdin: got bytes that are no text"):
        list(stdin_lines())


def test_a_session_from_words_to_a_number(
    tmp_path: Path, qrels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = draw_photos(tmp_path / "photos")
    typed = "red\nblue\n\n" + 12 * "1\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    lines = stdin_lines()
    words = type_queries(read_judged(qrels), lines)
    with PhotoIndex.open(tmp_path / "x.photoindex", FakeEncoder()) as photos:
        photos.add(tmp_path / "photos")
        asked = ask_index(photos, words)
    judge_photos(asked, qrels, lines)
    found = score_asked(asked, read_judged(qrels))
    assert found.values["nDCG@10"].tolist() == [1, 1]
    assert found.values["P@10"].tolist() == [len(drawn) / 10] * 2
