"""Who may import whom: down only, and two packages of one layer only where listed together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# The layers, with packages to come; those of one layer never import each other, but for the lowest
# two.
LAYERS = (
    {
        "errors",
        "atomic",
        "types",
        "records",
        "manifest",
        "contract",
        "blobs",
        "drawing",
        "weight_file",
        "weights",
        "progress",
        "lazy",
        "shorten",
        "template",
    },
    {"images", "text", "query", "encoder", "data", "evaluate"},
    {"models"},
    {"index", "coreml", "train", "curate", "rank"},
    {"search", "display", "bundle", "verify", "testing"},
    {"release", "annotate", "web"},
    {"cli", "flows"},
    {"__main__"},
)
MAY_KNOW_THEIR_OWN = {0, 1}
LAYER_OF = {part: number for number, parts in enumerate(LAYERS) for part in parts}
# Resolves the public names when they are used, so it stands above everything.
FACADE = "photosearch/__init__.py"


def sources() -> list[Path]:
    return sorted((ROOT / "photosearch").rglob("*.py"))


def imported_modules(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module that the code imports, at the top or inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
                yield f"{base}.{node.module}" if node.module else base
            elif node.module == "photosearch":
                yield from (f"photosearch.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module


def part_of(module: str) -> str | None:
    """`photosearch.index.store` -> `index`; None for what is not ours."""
    names = module.split(".")
    return names[1] if names[0] == "photosearch" and len(names) > 1 else None


def complaints(importer: str, source: str, package: str) -> list[str]:
    """The imports of one file that break the layers, in words."""
    found = []
    for module in imported_modules(ast.parse(source), package):
        part = part_of(module)
        if part is None or part == importer or part == "__version__":
            continue
        if part not in LAYER_OF:
            found.append(f"{importer} imports {module}, which has no layer")
            continue
        ours, theirs = LAYER_OF[importer], LAYER_OF[part]
        if theirs > ours or (theirs == ours and ours not in MAY_KNOW_THEIR_OWN):
            found.append(f"{importer} (layer {ours}) imports {module} (layer {theirs})")
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    name = path.relative_to(ROOT)
    if str(name) == FACADE:
        return
    package = ".".join(name.parent.parts)
    importer = name.parts[1].removesuffix(".py")
    assert importer in LAYER_OF, f"{importer} has no layer"
    assert complaints(importer, path.read_text(encoding="utf-8"), package) == []


@pytest.mark.parametrize(
    "source",
    [
        "import photosearch.search",
        "from photosearch.cli import app",
        "def f():\n    from photosearch.train import loop",
        "from photosearch import search",
        "from ..search import sheet",
    ],
)
def test_an_import_upwards_or_sideways_is_found(source: str) -> None:
    assert len(complaints("index", source, "photosearch.index")) == 1


def test_an_import_downwards_is_allowed() -> None:
    source = "from photosearch.models.load import load_encoder\nimport numpy, faiss"
    assert complaints("index", source, "photosearch.index") == []


def test_the_package_itself_imports_nothing_at_the_top() -> None:
    tree = ast.parse((ROOT / FACADE).read_text(encoding="utf-8"))
    top = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert top == ["__future__", "typing"]
