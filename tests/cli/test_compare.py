"""`photosearch compare --html`: the report beside what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photosearch.testing import draw_photos, random_bundle
from tests.cli.conftest import World, run


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two runs of thirty queries and their judgements; the second finds less."""
    qrels = tmp_path / "qrels.trec"
    qrels.write_text("".join(f"q{number} 0 d 1\n" for number in range(30)))
    made = []
    for name, good in (("good", 28), ("bad", 5)):
        made.append(tmp_path / f"{name}.trec")
        listed = ("d" if number < good else "<i>x" for number in range(30))
        made[-1].write_text("".join(f"q{at} Q0 {each} 1 1 r\n" for at, each in enumerate(listed)))
    return made[0], made[1], qrels


def test_runs_are_reported_by_the_names_of_their_documents(
    runs: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    good, bad, qrels = runs
    out = tmp_path / "report.html"
    ran = run("compare", good, bad, "--qrels", qrels, "--html", out, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)
    page = out.read_text("utf-8")
    assert f"{good} is better than {bad} by 76.7 points of nDCG@10" in page
    assert "&lt;i&gt;x" in page
    assert "<img" not in page
    assert f"report: {out}" in ran.err


def test_models_are_reported_with_the_photos_they_found(world: World, tmp_path: Path) -> None:
    rows = [
        {"image": f"photos/{path.name}", "captions": [text, f"a picture of {text}"]}
        for text, path in draw_photos(tmp_path / "photos").items()
    ]
    (tmp_path / "captions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    other = random_bundle(tmp_path / "other.photomodel", seed=1)
    out = tmp_path / "report.html"
    ran = run("compare", world.bundle, other, "--data", tmp_path, "--html", out)
    assert ran.code == 0, ran.err
    page = out.read_text("utf-8")
    assert "a picture of red disc on white" in page
    assert page.count("data:image/jpeg;base64,") >= 9


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("report.pdf", "report: got 'report.pdf', expected a name in .html"),
        ("no/report.html", "report: no folder"),
    ],
)
def test_a_report_that_cannot_be_written_is_told_before_anything_is_read(
    name: str, message: str, tmp_path: Path
) -> None:
    missing = tmp_path / "missing"
    ran = run("compare", "a", "b", "--data", missing, "--html", tmp_path / name)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert message in ran.err


def test_without_html_nothing_is_written(runs: tuple[Path, Path, Path], tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    good, bad, qrels = runs
    assert run("compare", good, bad, "--qrels", qrels).code == 0
    assert sorted(tmp_path.iterdir()) == before
