"""The `photosearch` command: its commands, and the names that they had."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from photosearch.cli.app import app, run_script
from photosearch.errors import UsageError
from tests.cli.conftest import run

FORMER = [
    ("export", "model export"),
    ("lint", "model lint"),
    ("run-mlpackage", "model run"),
    ("release", "model release"),
    ("bundle verify", "model verify"),
]


def notice(former: str, now: str) -> str:
    return f"photosearch {former} is now photosearch {now}\n"


@pytest.mark.parametrize(("former", "now"), FORMER)
def test_a_former_name_does_the_same_after_one_line_on_stderr(former: str, now: str) -> None:
    old, new = run(*former.split(), "--help"), run(*now.split(), "--help")
    assert (old.code, old.out) == (new.code, new.out)
    assert old.err == notice(former, now) + new.err


@pytest.mark.parametrize(("former", "now"), FORMER)
def test_a_former_name_fails_with_the_same_exit_code(former: str, now: str, tmp_path: Path) -> None:
    old, new = (run(*name.split(), tmp_path / "none", "--none") for name in (former, now))
    assert (old.code, old.out) == (new.code, new.out) == (2, b"")
    assert old.err == notice(former, now) + new.err


def test_the_former_group_alone_shows_the_help_of_the_new_one() -> None:
    old, new = run("bundle"), run("model")
    assert (old.code, old.out) == (new.code, new.out)
    assert old.err == notice("bundle", "model") + new.err


def test_a_search_for_a_former_name_is_a_search() -> None:
    ran = run("search", "export", "--index", "none")
    assert "is now" not in ran.err


def test_former_names_are_not_in_the_help() -> None:
    commands = run("--help").out.decode().partition("Commands:")[2]
    listed = re.findall(r"^  ([a-z-]+)  ", commands, re.MULTILINE)
    assert listed == list(get_command(app).commands)  # type: ignore[attr-defined]
    assert not {former.split()[0] for former, _ in FORMER} & set(listed)


def test_the_command_is_a_module_too() -> None:
    command = [sys.executable, "-m", "photosearch", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("photosearch ")


@pytest.mark.parametrize("group", [(), ("embeddings",), ("model",)])
def test_no_line_of_a_help_page_is_cut(group: tuple[str, ...]) -> None:
    assert "..." not in run(*group, "--help").out.decode().partition("Commands:")[2]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("got x"), 2, "photosearch: got x"),
        (OSError(28, "No space left", "a.pt"), 8, "photosearch: a.pt: No space left"),
    ],
)
def test_a_script_of_the_repository_ends_as_the_command_does(
    error: Exception,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = typer.Typer(pretty_exceptions_enable=False)

    @script.command()
    def fails() -> None:
        raise error

    monkeypatch.setattr("sys.argv", ["script"])
    with pytest.raises(SystemExit) as stopped:
        run_script(script)
    assert stopped.value.code == code
    assert said in capsys.readouterr().err
