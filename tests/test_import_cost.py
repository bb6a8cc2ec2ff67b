"""Importing costs nothing; help needs nothing heavy; a search needs no more than it must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photosearch import PhotoIndex, load_encoder
from photosearch.testing import draw_photos, random_bundle

# What takes long to import, or searches the folder of installed packages when it is imported.
HEAVY = {
    *("numpy", "faiss", "torch", "transformers", "tokenizers", "safetensors", "openvino"),
    *("onnxruntime", "PIL", "pillow_heif", "rich", "pygments", "pydantic", "pydantic_core"),
    *("skimage", "sklearn", "scipy", "sympy", "coremltools", "huggingface_hub", "sqlite3"),
    *("asyncio", "multiprocessing", "unittest", "setuptools", "pkg_resources", "email", "ssl"),
    *("random", "tempfile", "xml.etree", "urllib.request", "http.client"),
    *("importlib.metadata", "importlib_metadata"),
    *("photosearch.cli.model.export", "photosearch.models.pretrained"),
}
SEARCHING = {"numpy", "faiss", "sqlite3", "safetensors"}


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a new process, which then prints the heavy modules that it holds."""
    code += f"\nimport sys; print('', *{HEAVY} & sys.modules.keys())"
    command = [sys.executable, "-X", "importtime", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def imported_by(code: str) -> set[str]:
    return set(run(code).stdout.splitlines()[-1].split())


def imported(*arguments: str | Path) -> dict[str, str]:
    """Each heavy module that a command imports, and the module whose import brought it."""
    code = (
        "from photosearch.cli.app import app\n"
        f"try: app(args={[*map(str, arguments)]})\n"
        "except SystemExit as stop: assert stop.code == 0"
    )
    done = run(code)
    importers = importers_in(done.stderr)
    held = done.stdout.splitlines()[-1].split()
    return {name: importers.get(name, "a function") for name in held}


def importers_in(log: str) -> dict[str, str]:
    """From what -X importtime says: a module is told after those that it imports, less indented."""
    waiting: list[tuple[int, str]] = []
    found: dict[str, str] = {}
    for line in log.splitlines():
        indented = line.rpartition("| ")[2]
        name = indented.strip()
        depth = len(indented) - len(name)
        while waiting and waiting[-1][0] > depth:
            found[waiting.pop()[1]] = name
        waiting.append((depth, name))
    return found


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert imported_by("import photosearch") == set()


def test_the_records_and_errors_are_light() -> None:
    assert imported_by("from photosearch import Filter, Hit, PhotoSearchError") == set()


@pytest.mark.parametrize(
    "arguments", ["--version", "search --help", "similar --help", "status --help", "index --help"]
)
def test_the_help_of_a_verb_imports_nothing_heavy(arguments: str) -> None:
    assert imported(*arguments.split()) == {}


def test_the_list_of_commands_imports_nothing_heavy() -> None:
    assert imported("--help") == {}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("index")
    encoder = load_encoder(random_bundle(home / "random.photomodel"))
    with PhotoIndex.open(home / "x.photoindex", encoder) as made:
        made.add(draw_photos(home / "photos").values())
    return home / "x.photoindex"


def heavier(found: dict[str, str], needed: set[str]) -> dict[str, str]:
    return {name: by for name, by in found.items() if name not in needed}


@pytest.mark.parametrize("form", ["--json", "--csv", "--paths", "--no-thumbnails"])
def test_a_search_imports_what_it_searches_with_and_nothing_else(index: Path, form: str) -> None:
    found = imported("search", "red -blue", form, "--index", index)
    assert heavier(found, SEARCHING) == {}


def test_similar_to_an_indexed_photo_imports_no_model(index: Path) -> None:
    photo = index.parent / "photos" / "red-disc-on-white.jpg"
    found = imported("similar", photo, "--json", "--index", index)
    assert heavier(found, SEARCHING - {"safetensors"}) == {}


def test_status_imports_the_catalog_only(index: Path) -> None:
    assert heavier(imported("status", "--index", index), {"numpy", "sqlite3"}) == {}


def test_who_imported_what_is_told(index: Path) -> None:
    assert imported("status", "--index", index)["numpy"].startswith("photosearch.")


def test_a_search_in_python_never_imports_torch(index: Path) -> None:
    code = f"import photosearch; photosearch.PhotoIndex.open({str(index)!r}).search('red')"
    assert imported_by(code) == SEARCHING


def test_looking_at_a_photo_imports_no_torch(index: Path) -> None:
    photo = next((index.parent / "photos").iterdir())
    code = (
        f"import photosearch; photosearch.PhotoIndex.open({str(index)!r}).similar({str(photo)!r})"
    )
    assert "torch" not in imported_by(code)
    code = f"""
import photosearch
encoder = photosearch.load_encoder({str(index.parent / "random.photomodel")!r})
encoder.encode_images([{str(photo)!r}])"""
    assert imported_by(code) >= {"numpy", "openvino", "PIL"}
    assert not imported_by(code) & {"torch", "transformers", "faiss"}
