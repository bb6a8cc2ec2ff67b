"""Every verb of the command line, those of groups under both names."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from photosearch.cli.app import app


def _leaves(commands: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, command in commands.items():
        inner = getattr(command, "commands", None)
        found |= _leaves(inner, f"{before}{name} ") if inner else {before + name: command}
    return found


# For example "search" and "model verify".
VERBS = _leaves(get_command(app).commands)  # type: ignore[attr-defined]
