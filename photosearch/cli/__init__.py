"""The command line: each command parses its options, calls the library once, and prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.cli.app import main as main
    from photosearch.cli.app import run_script as run_script
    from photosearch.cli.progress import show_steps as show_steps

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "main": "photosearch.cli.app",
        "run_script": "photosearch.cli.app",
        "show_steps": "photosearch.cli.progress",
    },
)
