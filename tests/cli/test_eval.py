"""`photosearch eval`: a model over photos with captions, and runs of any system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photosearch.testing import draw_photos
from tests.cli.conftest import World, run


@pytest.fixture(scope="module")
def captioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn photos, each with two captions."""
    folder = tmp_path_factory.mktemp("captioned")
    photos = draw_photos(folder / "photos")
    rows = [
        {"image": f"photos/{path.name}", "captions": [text, f"a picture of {text}"]}
        for text, path in photos.items()
    ]
    (folder / "captions.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


def test_a_model_is_measured_both_ways_and_its_run_scores_the_same(
    world: World, captioned: Path, tmp_path: Path
) -> None:
    listed, qrels = tmp_path / "run.trec", tmp_path / "qrels.trec"
    ran = run("eval", world.bundle, "--data", captioned, "--json", "--run-out", listed)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    names = {line.split()[0] for line in listed.read_text().splitlines()}
    assert found["queries"] == len(names) == 2 * found["photo_to_text"]["queries"]
    qrels.write_text("".join(f"{name} 0 {name.rsplit('#', 1)[0]} 1\n" for name in sorted(names)))
    again = json.loads(run("eval", "--run", listed, "--qrels", qrels, "--json").out)
    for measure in ("nDCG@10", "MAP", "MRR", "R@1", "R@10"):
        mean = again["measures"][measure]["mean"]
        assert mean == pytest.approx(found["measures"][measure]["mean"], abs=1e-6), measure


def test_judged_captions_alone_are_asked(world: World, captioned: Path, tmp_path: Path) -> None:
    first = json.loads((captioned / "captions.jsonl").read_text().splitlines()[0])["image"]
    qrels = tmp_path / "qrels.trec"
    qrels.write_text(f"{first}#1 0 {first} 2\n")
    ran = run("eval", world.bundle, "--data", captioned, "--qrels", qrels)
    assert ran.code == 0, ran.err
    assert ran.out.startswith(b"judged, 1 query\n")


def test_an_index_is_asked_as_a_search_does(world: World, tmp_path: Path) -> None:
    queries, qrels, listed = (tmp_path / name for name in ("words.tsv", "qrels", "run.trec"))
    queries.write_text("1\ta red disc\n2\ta blue square on white\n")
    hits = json.loads(run("search", "a red disc", "--index", world.index, "--json").out)
    best = next(hit for hit in hits if "red-disc" in hit["path"])  # there is a copy of it
    qrels.write_text(f"1 0 {best['path']} 1\n2 0 /no/such.jpg 1\n")
    asked = ("eval", world.index, "--queries", queries, "--qrels", qrels, "--json")
    found = json.loads(run(*asked, "--run-out", listed).out)
    assert (found["measures"]["R@1"]["mean"], found["queries"]) == (0.25, 2)
    assert "1 judged photos are not in the index." in found["protocol"]
    qrels.write_text("1 0 red-disc-on-white.jpg 1\n")
    refused = run(*asked)
    assert (refused.code, "expected whole paths such as" in refused.err) == (2, True)
    assert listed.read_text().count("\n") == 14  # seven photos each
    assert "caf%E9.jpg" in listed.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected MODEL and --data, or --run and --qrels"),
        (("builtin",), "expected MODEL and --data"),
        (("--queries", "q"), "--queries: expected an index as MODEL, and --qrels, not --data"),
        (("--run", "missing.trec"), "--run: got no --qrels"),
        (("builtin", "--run", "r", "--qrels", "q"), "--run goes with --qrels alone"),
        (("x", "--queries", "q", "--qrels", "q", "--data", "d"), "and --qrels, not --data"),
        (("builtin", "--data", ".", "--run-out", "no/such/run"), "--run-out: no folder no/such"),
        (("--run", "missing.trec", "--qrels", "q"), "missing.trec: No such file"),
        (("builtin", "--data", "."), "no captions.jsonl"),
        (("no/such/model", "--data", "."), "no model at"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("eval", *arguments)
    assert ran.code in (2, 5)
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_two_runs_are_compared(tmp_path: Path) -> None:
    qrels = tmp_path / "qrels.trec"
    qrels.write_text("".join(f"q{number} 0 d 1\n" for number in range(30)))
    runs = []
    for name, good in (("good", 28), ("bad", 5)):
        runs.append(tmp_path / f"{name}.trec")
        listed = ("d" if number < good else "x" for number in range(30))
        runs[-1].write_text("".join(f"q{at} Q0 {each} 1 1 r\n" for at, each in enumerate(listed)))
    ran = run("compare", *runs, "--qrels", qrels, "--json")
    assert ran.code == 0, ran.err
    found = {each["measure"]: each for each in json.loads(ran.out)}
    assert found["nDCG@10"]["difference"] == pytest.approx(23 / 30)
    assert found["R@1"]["p_holm"] < 0.001
    told = run("compare", *runs, "--qrels", qrels).out.decode()
    assert f"{runs[0]} is better than {runs[1]} by 76.7 points of nDCG@10" in told


@pytest.mark.parametrize(
    "arguments", [("a",), ("a", "b"), ("a", "b", "--data", ".", "--qrels", "q")]
)
def test_a_comparison_needs_two_systems_and_one_way(arguments: tuple[str, ...]) -> None:
    ran = run("compare", *arguments)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "expected A and B, and either --data for models or --qrels for runs" in ran.err
