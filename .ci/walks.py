"""Prints which files take part when a photo is indexed, a query answered, a package made.

    python .ci/walks.py

A file takes part if one of its functions runs. Needs the extras coreml and models.
"""

from __future__ import annotations

import inspect
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import photosearch
from photosearch import PhotoIndex, load_encoder
from photosearch.testing import draw_photos, random_bundle

SOURCE = Path(photosearch.__file__).parent


@contextmanager
def traced() -> Iterator[set[str]]:
    """The files of the package whose functions run meanwhile, on any thread."""
    seen: set[str] = set()
    inside = f"{SOURCE}/"

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        function = code.co_flags & inspect.CO_OPTIMIZED  # bodies of modules and classes are not
        if event == "call" and function and code.co_filename.startswith(inside):
            seen.add(code.co_filename.removeprefix(inside))

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def photo_to_row(work: Path) -> Callable[[], object]:
    index = PhotoIndex.open(work / "walk.photoindex", load_encoder())
    photos = draw_photos(work / "photos", ["red disc on blue"]).values()
    return lambda: index.add(photos)


def words_to_reading(work: Path) -> Callable[[], object]:
    index = PhotoIndex.open(work / "walk.photoindex", load_encoder())
    return lambda: index.read("a dog on a beach")


def query_to_hits(work: Path) -> Callable[[], object]:
    index = PhotoIndex.open(work / "walk.photoindex", load_encoder())
    reading = index.read("a dog on a beach")
    return lambda: index.search_reading(reading, k=3)


def weight_to_package(work: Path) -> Callable[[], object]:
    from photosearch.coreml.export import export_model
    from photosearch.coreml.families.convertible import open_model

    bundle = random_bundle(work / "random.photomodel")
    return lambda: export_model(open_model(bundle), work / "packages")


def package_to_verification(work: Path) -> Callable[[], object]:
    from photosearch.coreml.families.convertible import open_model
    from photosearch.verify.verification import verify_export

    source = open_model(work / "random.photomodel")
    return lambda: verify_export(work / "packages", source)


WALKS = {
    "photo to row": photo_to_row,
    "words to reading": words_to_reading,
    "query to hits": query_to_hits,
    "weight to package": weight_to_package,
    "package to verification": package_to_verification,
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, prepared in WALKS.items():
            run = prepared(Path(folder))
            with traced() as seen:
                run()
            print(f"{name}: {len(seen)} files", *sorted(seen), sep="\n    ")


if __name__ == "__main__":
    main()
