"""Every verb speaks whatever encoding it is given, and programs read the same bytes in all."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import World, run
from tests.cli.test_process import COMMAND, on_a_terminal

C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ENVIRONMENTS = {
    "C": C,
    "C with a stdout of UTF-8": C | {"PYTHONIOENCODING": "utf-8"},
    "utf-16": {"PYTHONIOENCODING": "utf-16"},
    **{name: {"PYTHONIOENCODING": name} for name in ("ascii", "cp1252", "cp437:strict", "latin-1")},
}
NAME = "größe 😀 мир.jpg"

# Several commands in one process: starting takes longer than all of them.
_MANY = """
import sys
from photosearch.cli.app import main
for line in sys.stdin.buffer.read().decode().splitlines():
    sys.argv = ["photosearch", *line.split(" | ")]
    try:
        main()
    except SystemExit as stop:
        if stop.code:
            sys.stderr.write(f"{line}: {stop.code}")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"\\n==\\n")
"""


@pytest.fixture(scope="module")
def named(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Photos with names of every kind, and their index."""
    home = tmp_path_factory.mktemp("named")
    made = World(home / "photos", world.bundle, home / "x.photoindex")
    shutil.copytree(world.photos, made.photos)
    shutil.copy(world.photos / "red-disc-on-white.jpg", made.photos / NAME)
    ran = run("index", made.photos, "--index", made.index, "--model", made.bundle)
    assert ran.code == 0, ran.err
    return made


def many(environment: dict[str, str], commands: list[str]) -> tuple[list[bytes], bytes]:
    """What each of the commands writes to stdout, and all of stderr."""
    done = subprocess.run(
        [sys.executable, "-c", _MANY],
        input="\n".join(commands).encode(),
        capture_output=True,
        check=True,
        env=os.environ | environment,
    )
    return done.stdout.split(b"\n==\n")[:-1], done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_every_form_comes_out_in_every_encoding(
    environment: dict[str, str], named: World, tmp_path: Path
) -> None:
    search = f"search | red | --index | {named.index}"
    forms = ("--json", "--csv", "--paths", "--null")
    commands = [f"{search} | {form}" for form in forms]
    commands += [search, f"{search} | --sheet | {tmp_path}/s.html", "--help", "search | --help"]
    commands += [f"status | --index | {named.index}", f"verify-index | --index | {named.index}"]
    commands += [f"index | {named.photos} | --index | {named.index} | --json"]
    outputs, told = many(environment, commands)
    assert b"Traceback" not in told
    assert len(outputs) == len(commands)
    for form, output in zip(forms, outputs, strict=False):
        expected = run("search", "red", "--index", named.index, form)
        assert output == expected.out
    assert json.loads(outputs[-1])["unchanged"] == 8  # under the same names as in UTF-8


@pytest.mark.slow
def test_what_an_encoding_lacks_is_escaped_in_a_table(named: World) -> None:
    (table,), _ = many(ENVIRONMENTS["cp1252"], [f"search | red | --index | {named.index}"])
    assert "größe \\U0001f600 \\u043c\\u0438\\u0440.jpg" in table.decode("cp1252")


@pytest.mark.slow
def test_a_query_and_a_path_are_understood_in_the_c_locale(named: World) -> None:
    photo = named.photos / NAME
    for command in (["search", "größe"], ["similar", str(photo), "-k", "1"]):
        command = [*COMMAND, *command, "--json", "--index", str(named.index)]
        found = [
            subprocess.run(command, capture_output=True, check=True, env=os.environ | more).stdout
            for more in (C, {"PYTHONUTF8": "1"})
        ]
        assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_a_terminal_of_few_letters_gets_a_table(encoding: str, named: World) -> None:
    command = [*COMMAND, "search", "red", "--index", str(named.index)]
    shown = on_a_terminal(
        command, {"TERM": "xterm", "PYTHONIOENCODING": encoding, "COLUMNS": "200"}
    )
    assert b"U0001f600" in shown
    assert b"u2588" not in shown  # bars are of signs that it has


@pytest.mark.slow
@pytest.mark.parametrize("form", ["--json", "--paths", "--thumbnails"])
def test_a_closed_stdout_is_no_error(form: str, named: World) -> None:
    words = " ".join([*COMMAND, "search", "red", form, "--index", str(named.index)])
    done = subprocess.run(["sh", "-c", f"{words} >&-"], capture_output=True, check=False)
    assert (done.returncode, b"Error" in done.stderr) == (0, False)


def test_names_are_stored_alike_in_every_locale() -> None:
    code = (
        "import os, sys; from photosearch.index.paths import *\n"
        "for name in (b'/gr\\xc3\\xb6\\xc3\\x9fe', b'/caf\\xe9'):\n"
        "    source = to_source(Path(os.fsdecode(name)))\n"
        "    assert os.fsencode(to_path(source)) == name\n"
        "    print(ascii(source), ascii(inside(to_path(source))))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=os.environ | more
        ).stdout
        for more in (C, {"PYTHONUTF8": "1"})
    ]
    assert told[0] == told[1]
    assert told[0].splitlines()[0].startswith(b"'/gr\\xf6\\xdfe'")  # TEXT
    assert told[0].splitlines()[1].startswith(b"b'/caf\\xe9'")


def test_json_of_a_name_that_is_not_utf8_is_the_same_in_the_c_locale() -> None:
    code = (
        "from pathlib import Path; import os, json\n"
        "from photosearch.cli.output import path_record\n"
        "print(json.dumps(path_record(Path(os.fsdecode(b'/gr\\xc3\\xb6\\xe9')))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=os.environ | C
    )
    record = json.loads(done.stdout)
    assert record["path"] == "/grö\ufffd"
    assert base64.b64decode(record["path_base64"]) == b"/gr\xc3\xb6\xe9"


def test_an_error_shows_no_escape_sequence_of_a_name() -> None:
    ran = run("status", "--index", "no\x1b[31m\nwhere")
    assert ran.code == 7
    assert "no\\x1b[31m\\x0awhere" in ran.err


def test_an_exclusion_means_the_same_bytes_in_every_locale(named: World, tmp_path: Path) -> None:
    shutil.copytree(named.photos, tmp_path / "photos")
    index = ["--index", str(tmp_path / "x"), "--model", str(named.bundle)]
    command = ["index", str(tmp_path / "photos"), *index, "--exclude", NAME, "--exclude"]
    for environment in (C, {}):
        done = subprocess.run(
            [os.fsencode(part) for part in (*COMMAND, *command)] + [b"x\xff.jpg"],
            capture_output=True,
            env=os.environ | environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    told = run("status", "--index", tmp_path / "x").out.decode()
    assert NAME in told
    assert told.count("excluded") == 2
    assert r"x\xff.jpg" in told
