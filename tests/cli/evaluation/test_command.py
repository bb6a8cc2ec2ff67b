"""`photosearch eval`: models over captions or labels, indexes, and the runs of any system."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from photosearch.data.photos import is_held_out
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
    best = next(hit for hit in hits if "red-disc" in hit["path"])  # a copy has another name
    qrels.write_text(f"1 0 {best['path']} 1\n2 0 /no/such.jpg 1\n")
    asked = ("eval", world.index, "--queries", queries, "--qrels", qrels, "--json")
    found = json.loads(run(*asked, "--run-out", listed).out)
    assert (found["measures"]["R@1"]["mean"], found["queries"]) == (0.5, 2)
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
        (("--queries", "q"), "an index: expected --queries and --qrels, or --judge, or --kinds"),
        (("--judge",), "--judge: got no --qrels"),
        (("--kinds", "--judge"), "expected one of --judge, --pool-out and --kinds"),
        (("a.photoindex", "--index", "b.photoindex", "--kinds"), "got two indexes"),
        (("--kinds", "--slices"), "expected neither --data nor studies"),
        (("--run", "missing.trec"), "--run: got no --qrels"),
        (("builtin", "--run", "r", "--qrels", "q"), "--run goes with --qrels alone"),
        (("x", "--queries", "q", "--qrels", "q", "--data", "d"), "expected neither --data nor"),
        (("builtin", "--data", ".", "--run-out", "no/such/run"), "--run-out: no folder no/such"),
        (("--run", "missing.trec", "--qrels", "q"), "missing.trec: No such file"),
        (("builtin", "--data", "."), "no captions.jsonl"),
        (("builtin", "--data", "no/such"), "--data: no folder no/such"),
        (("--kinds", "--qrels", "q"), "--kinds: expected neither --qrels nor --run with it"),
        (("--pool-out", "p", "--json"), "--pool-out: expected neither --html nor --json"),
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


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn photos with two labels; a tenth of the names is held out, here three."""
    folder = tmp_path_factory.mktemp("labelled")
    photos = list(draw_photos(folder / "photos").values())
    rows = []
    for number in range(40):
        path = folder / "photos" / f"{number}.jpg"
        path.write_bytes(photos[number % 2].read_bytes())
        label = ("disc", "square")[number % 2]
        rows.append({"image": f"photos/{path.name}", "set": "s", "label": label, "captions": []})
    (folder / "labels.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


def test_a_folder_with_labels_alone_is_classified(world: World, labelled: Path) -> None:
    ran = run("eval", world.bundle, "--data", labelled, "--probe", "--calibration", "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    held_out = sum(is_held_out(f"{number}.jpg") for number in range(40))
    assert found["queries"] == found["linear_probe"]["queries"] == held_out > 0
    assert found["linear_probe"]["measures"]["top-1"]["mean"] == 1.0  # two pictures, told apart
    assert found["calibration"][0]["asked"] == "names"


def test_slices_and_calibration_stand_behind_the_measures(world: World, captioned: Path) -> None:
    asked = ("eval", world.bundle, "--data", captioned, "--slices", "--calibration")
    found = json.loads(run(*asked, "--json").out)
    by_name = {each["slice"]: each["queries"] for each in found["slices"]}
    assert sum(by_name[name] for name in list(by_name)[:3]) == found["queries"]  # by length
    assert [each["hits"] for each in found["calibration"]] == ["first hit", "first ten hits"]
    told = run(*asked).out.decode()
    assert "all others" in told
    assert "calibration error" in told


def test_own_tags_are_slices(world: World, captioned: Path, tmp_path: Path) -> None:
    shutil.copytree(captioned, tmp_path, dirs_exist_ok=True)
    rows = [json.loads(line) for line in (tmp_path / "captions.jsonl").read_text().splitlines()]
    rows[0]["tags"] = ["holiday"]
    (tmp_path / "captions.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    found = json.loads(run("eval", world.bundle, "--data", tmp_path, "--slices", "--json").out)
    assert {"slice": "holiday", "queries": 2}.items() <= next(
        each for each in found["slices"] if each["slice"] == "holiday"
    ).items()


def test_a_photo_that_cannot_be_read_is_named(
    world: World, captioned: Path, tmp_path: Path
) -> None:
    shutil.copytree(captioned, tmp_path, dirs_exist_ok=True)
    broken = next((tmp_path / "photos").iterdir())
    broken.write_bytes(b"")
    ran = run("eval", world.bundle, "--data", tmp_path)
    assert ran.code == 4
    assert str(broken) in ran.err
    assert ran.err.splitlines()[-1].startswith("photosearch: ")


def test_an_index_is_measured_by_kinds_and_widths(world: World) -> None:
    found = json.loads(run("eval", "--index", world.index, "--kinds", "--json").out)["kinds"]
    exact = next(each for each in found["points"] if each["kind"] == "Flat")
    assert (exact["recall"], found["photos"]) == (1.0, 7)


def test_a_pool_is_written_for_judging_elsewhere(world: World, tmp_path: Path) -> None:
    queries, pool = tmp_path / "words.tsv", tmp_path / "pool.jsonl"
    queries.write_text("1\ta red disc\n")
    ran = run("eval", world.index, "--queries", queries, "--pool-out", pool)
    assert (ran.code, ran.out) == (0, b"")
    assert {json.loads(line)["words"] for line in pool.read_text().splitlines()} == {"a red disc"}


def test_what_judging_lacks_is_told_before_a_question(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photosearch.errors.find_spec", lambda _: None)
    ran = run("eval", "--judge", "--index", world.index, "--qrels", tmp_path / "mine.trec")
    assert "scoring what is judged needs an extra: pip install" in ran.err
    assert "Type what you would search for" not in ran.err
