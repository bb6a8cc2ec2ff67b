"""Writes the pages of `docs/reference` from the code that they describe."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from files import ROOT, python_summary

NOTE = "Written by `.ci/docs.py`"
EXIT_CODES = {
    0: "done; no matching photo is no error",
    1: "a bug: please report it",
    2: "arguments or a query that make no sense",
    3: "an optional package is missing; the message says how to install it",
    4: "a photo or folder that was named cannot be read",
    5: "the model is missing, damaged or does not fit",
    6: "an array of the wrong shape",
    7: "the index is missing, damaged, locked, newer than this version or of another model",
    8: "the disk is full, read-only or not permitted",
    9: "over a fifth of the photos vanished: nothing was removed (`--allow-removal`)",
    10: "a gate failed: verification, lint",
    130: "stopped by Ctrl-C; what was done is kept",
    141: "the reader of a pipe went away",
}
_BRANCH = re.compile(r"^ {4}([│├└─ ]*)(\w+)(?: +\d+(?= {2}|$))? *(.*)$", re.MULTILINE)
FORMATS = (  # what the docstrings of these modules say is the format
    ("Catalog", "photosearch.index.migrations"),
    ("Full text", "photosearch.index.texts.full_text"),
    ("Vectors", "photosearch.index.vector_file"),
    ("Embeddings file", "photosearch.index.embeddings.file_format"),
)


def errors_page() -> str:
    """The exit codes, and the tree of errors as a table."""
    from photosearch import errors

    codes = "".join(f"| {code} | {told} |\n" for code, told in EXIT_CODES.items())
    told = inspect.getdoc(errors) or ""
    rows = "".join(_error_row(found) for found in _BRANCH.finditer(told))
    after = told[list(_BRANCH.finditer(told))[-1].end() :].strip()
    return (
        f"# Errors and exit codes\n\n{NOTE} from "
        "[photosearch/errors.py](../../photosearch/errors.py).\n\n"
        f"## Exit codes\n\n| code | means |\n|-|-|\n{codes}\n"
        f"## Errors\n\n| class | exit code | means |\n|-|-|-|\n{rows}\n{after}\n"
    )


def _error_row(found: re.Match[str]) -> str:
    """One line of the tree, indented as deep as the class stands in it."""
    from photosearch import errors

    branch, name, told = found.groups()
    told = told.replace("exit code 1", "any of these")  # the root's line says its number alone
    depth = "&nbsp;" * len(branch)
    return f"| {depth}`{name}` | {getattr(errors, name).exit_code} | {told} |\n"


def python_page() -> str:
    """The public names of every package, for mkdocstrings to fill in."""
    head = f"# Python\n\n{NOTE} from each package's `__all__`.\n"
    return head + "".join(_package(file) for file in _packages())


def _packages() -> Iterator[Path]:
    """The `__init__.py` of each package that says what is public, the main one first."""
    for file in sorted((ROOT / "photosearch").rglob("__init__.py"), key=lambda file: file.parts):
        if "__all__" in file.read_text(encoding="utf-8") and _homes(file):
            yield file


def _package(file: Path) -> str:
    package = ".".join(file.parent.relative_to(ROOT).parts)
    blocks = (
        f"\n::: {home}.{name}\n    options:\n      heading: {package}.{name}\n"
        for name, home in sorted(_homes(file).items())
    )
    return f"\n## {package}\n\n{python_summary(file)}.\n" + "".join(blocks)


def _homes(file: Path) -> dict[str, str]:
    """Public name to module, as the package imports them for type checkers."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    blocks = (node for node in tree.body if isinstance(node, ast.If))
    imports = (node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom))
    return {alias.name: node.module or "" for node in imports for alias in node.names}


def manifest_page() -> str:
    """The records of a bundle's manifest, as tables."""
    from photosearch import manifest

    source = (ROOT / "photosearch" / "manifest.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    records = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    records.sort(key=lambda node: node.name != "Manifest")
    head = (
        f"# Bundle manifest\n\n{NOTE} from "
        "[photosearch/manifest.py](../../photosearch/manifest.py), for people; "
        "[the JSON Schema](../manifest.schema.json) is for programs.\n\n"
        f"{(ast.get_docstring(tree) or '').partition(chr(10))[2].strip()}\n"
    )
    return head + "".join(
        _record(node, getattr(manifest, node.name), source.splitlines()) for node in records
    )


def _record(node: ast.ClassDef, kind: type[Any], lines: list[str]) -> str:
    """A section with a row for each field; what is behind a field says what it is."""
    hints = get_type_hints(kind, include_extras=True)
    defaults = {
        field.name: f"`{json.dumps(field.default)}`"
        for field in fields(kind)
        if field.default is not MISSING
    }
    rows = []
    for field in node.body:
        if isinstance(field, ast.AnnAssign):
            assert field.end_lineno is not None
            name = ast.unparse(field.target)
            told = lines[field.end_lineno - 1].partition("  # ")[2]
            form, default = _in_words(hints[name]), defaults.get(name, "")
            rows.append(f"| `{name}` | {form} | {default} | {told} |\n")
    told = ast.get_docstring(node)
    lead = f"{told}\n\n" if told else ""
    table = "| field | type | if missing | what |\n|-|-|-|-|\n" + "".join(rows)
    return f"\n## {node.name}\n\n{lead}{table}"


_PLAIN = {str: "text", int: "whole number", float: "number", NoneType: "`null`"}


def _in_words(hint: Any) -> str:
    """What JSON holds for an annotation that `photosearch.records` understands."""
    if is_dataclass(hint):
        name = getattr(hint, "__name__", "")
        return f"[{name}](#{name.lower()})"
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        kind, limit = arguments
        pattern = getattr(limit, "pattern", None)
        return f"text of the form `{pattern}`" if pattern else f"{_in_words(kind)}, {limit}"
    if origin is Literal:
        return " or ".join(f'`"{each}"`' for each in arguments)
    if origin in (Union, UnionType):
        return " or ".join(map(_in_words, arguments))
    if origin is tuple:
        return f"list, each: {_in_words(arguments[0])}"
    if origin is dict:
        return f"object, each value: {_in_words(arguments[1])}"
    return _PLAIN[hint]


def architecture_page() -> str:
    """docs/architecture.md with the layers that tests/test_layers.py holds the packages to."""
    told = (ROOT / "tests" / "test_layers.py").read_text(encoding="utf-8")
    (layers,) = (
        ast.literal_eval(node.value)
        for node in ast.parse(told).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYERS"
    )
    rows = "".join(
        _layer_row(number, name) for number, names in enumerate(layers) for name in sorted(names)
    )
    table = f"| layer | package | what it is |\n|-|-|-|\n{rows}"
    return with_region("docs/architecture.md", "layers", table)


def _layer_row(number: int, name: str) -> str:
    """A package or module of a layer; nothing for one that is yet to come."""
    folder = ROOT / "photosearch" / name
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    link = folder if folder.is_dir() else file
    if not file.is_file():
        return ""
    told = python_summary(file).replace("|", r"\|")
    return f"| {number} | [{name}](../{link.relative_to(ROOT)}) | {told} |\n"


def with_region(page: str, name: str, inner: str) -> str:
    """A page whose part between `<!-- name` and `<!-- /name -->` is written anew."""
    place = re.compile(rf"(<!-- {name}\b[^\n]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
    text = (ROOT / page).read_text(encoding="utf-8")
    return place.sub(lambda found: f"{found[1]}\n{inner}\n{found[2]}", text)


def index_page() -> str:
    """The files of an index, as the modules that write them describe them."""
    from photosearch.index.migrations import SCHEMA, TABLES
    from photosearch.index.texts.full_text import WORDS

    sections = (
        f"\n## {title}\n\n{inspect.getdoc(import_module(module))}\n" for title, module in FORMATS
    )
    sql = ";\n".join(statement.strip() for statement in (*TABLES, *WORDS))
    return (
        f"# Index format\n\n{NOTE} from the modules that write the files.\n\n"
        "A `.photoindex` is a folder that Python and Swift read and write: `catalog.sqlite`, the\n"
        "truth, and `vectors.faiss`, which can be made from it again.\n"
        + "".join(sections)
        + f"\n## Tables\n\nSchema {SCHEMA}; earlier ones are upgraded when they are opened.\n\n"
        + f"```sql\n{sql};\n```\n"
    )
