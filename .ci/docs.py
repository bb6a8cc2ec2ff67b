"""Writes the pages that follow from the code: `python .ci/docs.py`, after any change of it.

A test compares them with what lies in `docs`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from diagrams import WALKS, diagram
from files import ROOT, files_page, python_summary
from reference import (
    architecture_page,
    errors_page,
    index_page,
    manifest_page,
    python_page,
    with_region,
)


def help_pages() -> str:
    """Every help page, as docs/cli.md holds them."""
    from typer.main import get_command

    from photosearch.cli.app import app

    command: Any = get_command(app)
    root = command.make_context(app.info.name, [], resilient_parsing=True, terminal_width=100)
    head = "# Command line\n\nWritten by .ci/docs.py from the commands themselves.\n"
    return head + _pages(root)


def _pages(context: Any) -> str:
    """The help page of a command, then those of the commands in it."""
    page = f"\n## {context.command_path}\n\n```\n{context.get_help()}\n```\n"
    inner = getattr(context.command, "commands", {})
    return page + "".join(
        _pages(verb.make_context(name, [], parent=context, resilient_parsing=True))
        for name, verb in inner.items()
    )


def manifest_schema_page() -> str:
    """The JSON Schema of a bundle's manifest, from the records that read it."""
    from photosearch.manifest import manifest_schema

    return json.dumps(manifest_schema(), indent=2) + "\n"


def benchmarks_page() -> str:
    """docs/benchmarks.md with what the benchmarks kept, see tests/benchmarks/figures.py."""
    tables = "".join(_figures(script, **told) for script, told in _kept().items())
    return with_region("docs/benchmarks.md", "figures", tables)


# The README's figures: what is measured, the script, and its figures in a sentence.
README_FIGURES = (
    (
        "the photo that a caption describes is among the first ten of 1,000",
        "bench_model",
        "{captions to photos of Flickr8k dev, R@10:.1f} %",
    ),
    (
        "indexing photos of 224 pixels, against a plain transformers and Pillow loop",
        "bench_index",
        "{small photos, against the plain loop:.1f} times as fast: {small photos:.0f} photos/s",
    ),
    (
        "a search in a new process, 10,000 photos",
        "bench_cold",
        "{search, new process:.2f} s of CPU",
    ),
    (
        "a search in a running process, 100,000 photos, against faiss alone",
        "bench_search",
        "{search, warm, against faiss alone:.2f} times its time",
    ),
    (
        "Swift's scan of 100,000 photos, against faiss, one thread",
        "bench_swift",
        "{SQ8, scan against faiss's, one thread:.2f} times its time",
    ),
)


def readme() -> str:
    """README.md with its figures as the benchmarks kept them."""
    scripts = {script.rpartition(".")[2]: told for script, told in _kept().items()}
    rows = [
        f"| {measured} | {sentence.format_map(_values(scripts[script]))} "
        f"| `{scripts[script]['command']}` |\n"
        for measured, script, sentence in README_FIGURES
    ]
    (cpu,) = {scripts[script]["cpu"] for _, script, _ in README_FIGURES}
    head = f"On an {cpu}; [all of them](docs/benchmarks.md).\n\n"
    table = "| measured | figure | command |\n|-|-|-|\n" + "".join(rows)
    return with_region("README.md", "figures", head + table)


def _values(told: dict[str, Any]) -> dict[str, float]:
    return {row["name"]: row["value"] for row in told["figures"]}


def _kept() -> dict[str, Any]:
    kept = ROOT / "docs" / "benchmarks.json"
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _figures(script: str, *, command: str, cpu: str, date: str, figures: list[Any]) -> str:
    """What one script measured, with what anybody needs who measures it again."""
    told = python_summary(ROOT / f"{script.split()[0].replace('.', '/')}.py")
    rows = "".join(f"| {row['name']} | {row['value']:,.10g} | {row['unit']} |\n" for row in figures)
    head = f"\n### {told}\n\n`{command}`, {date}, {cpu}\n\n"
    return f"{head}| figure | value | unit |\n|-|-:|-|\n{rows}"


PAGES: dict[str, Callable[[], str]] = {
    "README.md": readme,
    "docs/files.md": files_page,
    "docs/architecture.md": architecture_page,
    "docs/benchmarks.md": benchmarks_page,
    "docs/cli.md": help_pages,
    "docs/manifest.schema.json": manifest_schema_page,
    "docs/reference/errors.md": errors_page,
    "docs/reference/index-format.md": index_page,
    "docs/reference/manifest.md": manifest_page,
    "docs/reference/python.md": python_page,
    **{f"docs/walks/{walk}.svg": partial(diagram, walk) for walk in WALKS},
}


def main() -> None:
    for name, page in PAGES.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
