"""`photosearch model run` from end to end, on a photo's and a text's small packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.manifest import ImageSpec, TextSpec
from photosearch.testing import draw_photo
from tests.cli.conftest import run
from tests.coreml.mil.packages import save_program
from tests.coreml.mil.test_model import SIDE, picture_package
from tests.coreml.records import record_export

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue"]
CONTEXT = 6
COLORS = np.concatenate([np.zeros((4, 3)), np.eye(3)]).astype(np.float32)  # a word's embedding


def text_tower(mb: Any, ids: Any, mask: Any) -> Any:
    """The sum of the words' embeddings: [1, T] -> [1, 3]."""
    rows = mb.gather(x=COLORS, indices=ids, axis=0)
    counted = mb.mul(x=rows, y=mb.reshape(x=mask, shape=[1, CONTEXT, 1]))
    return mb.reduce_sum(x=counted, axes=[1], name="y")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `model export` leaves it; an embedding is how much red, green and blue."""
    folder = tmp_path_factory.mktemp("exported")
    picture_package(folder / "image.mlpackage", scale=1 / 255)
    inputs = {
        "ids": np.zeros((1, CONTEXT), np.int32),
        "mask": np.zeros((1, 1, 1, CONTEXT), np.float32),
    }
    save_program(folder / "text.mlpackage", text_tower, inputs, 17)
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    record_export(
        folder,
        image=ImageSpec(size=SIDE, resize="squash", filter="bilinear"),
        text=TextSpec(context=CONTEXT, tokenizer="wordpiece"),
    )
    return folder


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    draw_photo("red disc on red").save(tmp_path / "red.png")
    return tmp_path / "red.png"


def test_a_photo_and_a_text_are_compared(exported: Path, photo: Path) -> None:
    ran = run("model", "run", exported, "--image", photo, "--text", "red", "--json")
    found = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert found["text.mlpackage"]["y"]["values"] == [[1, 0, 0]]
    red, green, blue = found["image.mlpackage"]["y"]["values"][0]
    assert red > max(green, blue)
    assert found["similarity"] > 0.9


def test_only_the_tokens_count_that_are_there(exported: Path) -> None:
    ran = run("model", "run", exported, "--text", "red green green", "--json")
    assert json.loads(ran.out)["text.mlpackage"]["y"]["values"] == [[1, 2, 0]]


def test_one_package_runs_alone(exported: Path, photo: Path) -> None:
    ran = run("model", "run", exported / "image.mlpackage", "--image", photo)
    package, output, shape, length, values = ran.out.decode().rstrip("\n").split("\t")
    assert (package, output, shape) == ("image.mlpackage", "y", "fp32 [1, 3]")
    assert length.startswith("length ")
    assert len(values.split()) == 3


def test_without_an_input_it_says_what_goes_in_and_comes_out(exported: Path) -> None:
    ran = run("model", "run", exported / "image.mlpackage")
    assert ran.out.decode().splitlines()[1:] == [
        f"main\tin\timage\tRGB\t[{SIDE}, {SIDE}, 3]",
        "main\tout\ty\tfp32\t[1, 3]",
    ]


def test_the_description_is_there_as_json(exported: Path) -> None:
    ran = run("model", "run", exported / "text.mlpackage", "--json")
    assert json.loads(ran.out)["main"]["inputs"]["ids"]["shape"] == [1, CONTEXT]


def test_of_a_bundle_without_a_text_package_the_other_is_shown(
    exported: Path, tmp_path: Path
) -> None:
    (tmp_path / "image.mlpackage").symlink_to(exported / "image.mlpackage")
    ran = run("model", "run", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert "main\tin\timage\tRGB" in ran.out.decode()
    assert run("model", "run", tmp_path, "--text", "red").code == 5


def test_arrays_go_in_from_files(exported: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "ids.npy", np.array([[6, 5, 0, 0, 0, 0]]))
    np.save(tmp_path / "mask.npy", np.ones((1, 1, 1, CONTEXT)))
    given = [f"--array={name}={tmp_path / name}.npy" for name in ("ids", "mask")]
    ran = run("model", "run", exported / "text.mlpackage", *given, "--json")
    assert json.loads(ran.out)["text.mlpackage"]["y"]["values"] == [[0, 1, 1]]


def test_infinity_is_null_in_json(exported: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "ids.npy", np.array([[4, 0, 0, 0, 0, 0]]))
    np.save(tmp_path / "mask.npy", np.full((1, 1, 1, CONTEXT), np.inf))
    given = [f"--array={name}={tmp_path / name}.npy" for name in ("ids", "mask")]
    ran = run("model", "run", exported / "text.mlpackage", *given, "--json")
    assert None in json.loads(ran.out)["text.mlpackage"]["y"]["values"][0]


@pytest.mark.parametrize("argument", ["ids", "=x", "ids=", "ids=no.npy", "ids={photo}"])
def test_an_array_that_cannot_be_read_is_refused(
    exported: Path, photo: Path, argument: str
) -> None:
    ran = run("model", "run", exported, "--array", argument.format(photo=photo))
    assert ran.code in (2, 8)
    assert ran.out == b""
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["image.mlpackage", "--text", "red"], 2, "expected ids for a text"),
        (["text.mlpackage", "--image", "{photo}"], 2, "takes 0 pictures"),
        (["image.mlpackage", "--image", "no.jpg"], 4, "no.jpg"),
        (["image.mlpackage", "--function", "other"], 2, "function: got 'other'"),
        (["none.mlpackage"], 5, "no Core ML package"),
    ],
)
def test_what_cannot_run_is_refused_in_one_line(
    exported: Path, photo: Path, arguments: list[str], code: int, said: str
) -> None:
    name, *options = (each.format(photo=photo) for each in arguments)
    ran = run("model", "run", exported / name, *options)
    assert (ran.code, ran.out) == (code, b"")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_text_needs_the_tokenizer_beside_its_package(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "text.mlpackage").symlink_to(exported / "text.mlpackage")
    ran = run("model", "run", tmp_path / "text.mlpackage", "--text", "red")
    assert ran.code == 2
    assert "no export.json and tokenizer beside text.mlpackage" in ran.err


@pytest.mark.parametrize("content", ["{", "[]", '{"text": {}}', '{"text": {"spec": {"a": 1}}}'])
def test_a_damaged_record_is_refused(exported: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "text.mlpackage").symlink_to(exported / "text.mlpackage")
    (tmp_path / "export.json").write_text(content, encoding="utf-8")
    ran = run("model", "run", tmp_path / "text.mlpackage", "--text", "red")
    assert ran.code in (2, 5)
    assert "export.json" in ran.err


@pytest.mark.slow
def test_a_siglip_text_is_read_by_its_own_tokenizer(tmp_path: Path) -> None:
    from tests.models.checkpoints import save_siglip

    checkpoint = save_siglip(tmp_path / "siglip")
    (tmp_path / "tokenizer").mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (checkpoint / name).rename(tmp_path / "tokenizer" / name)
    spec = TextSpec(context=CONTEXT, tokenizer="huggingface", pad_id=1)
    record_export(tmp_path, image=ImageSpec(size=SIDE), text=spec)
    save_program(
        tmp_path / "text.mlpackage",
        lambda mb, ids: mb.identity(x=ids, name="y"),
        {"ids": np.zeros((1, CONTEXT), np.int32)},
        17,
    )
    ran = run("model", "run", tmp_path / "text.mlpackage", "--text", "a red", "--json")
    assert json.loads(ran.out)["text.mlpackage"]["y"]["values"] == [[2, 3, 1, 1, 1, 1]]
