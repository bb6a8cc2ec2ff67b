"""Every package says what is public: a short sorted list, whose names are imported on first use."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import photosearch

ROOT = Path(photosearch.__file__).parent
PACKAGES = sorted(
    "photosearch." + ".".join(file.parent.relative_to(ROOT).parts)
    for file in ROOT.rglob("__init__.py")
    if file.parent != ROOT and "lazy_names(" in file.read_text(encoding="utf-8")
)
NAMES = [(package, name) for package in PACKAGES for name in import_module(package).__all__]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_public_names_are_sorted_and_at_most_twenty(package: str) -> None:
    names = import_module(package).__all__
    assert names == sorted(names)
    assert len(names) <= 20


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_every_public_name_resolves_and_says_what_it_is(package: str, name: str) -> None:
    value = getattr(import_module(package), name)
    assert inspect.getdoc(value)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_type_checker_sees_the_same_names(package: str) -> None:
    source = inspect.getsource(import_module(package))
    seen = {line.split(" as ")[1].strip(" ,") for line in source.splitlines() if " as " in line}
    assert seen == set(import_module(package).__all__)


def test_importing_the_packages_imports_none_of_their_modules() -> None:
    code = f"import sys\nimport {', '.join(PACKAGES)}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.startswith("photosearch")}
    parents = {package.rsplit(".", 1)[0] for package in PACKAGES}
    assert ours <= {*PACKAGES, *parents, "photosearch", "photosearch.lazy"}


@pytest.mark.parametrize("package", PACKAGES)
def test_another_name_is_an_attribute_error(package: str) -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = import_module(package).nonsense
