"""How many words in photos are read, how many of those read stand there, and how fast.

    python -m tests.benchmarks.bench_recognise --data DATA [--photos 40] [--plain 300]

Words are planted in drawn receipts, signs and screenshots (drawn_texts.py); scikit-image's page is
the one real photo whose words are known. Of photos without planted words, Flickr8k dev, it prints
what was found in them: some show a word or a number all the same. The least confidence and the
most pixels of photosearch/models/text_reader.py were chosen by these figures.
Then the same photos are indexed, and every planted word that is long enough to tell them apart is
searched for.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from photosearch import PhotoIndex
from photosearch.data import of_dev_split, read_captioned
from photosearch.images.picture import load_picture
from photosearch.index.texts import find_texts
from photosearch.models.text_reader import (
    LEAST_CONFIDENCE,
    MOST_PIXELS,
    MOST_SIDE,
    clean_lines,
    load_text_reader,
)
from photosearch.testing import FakeEncoder
from tests.benchmarks.drawn_texts import KINDS, PAGE, draw, page
from tests.benchmarks.figures import benchmark, keep, record

Lines = Sequence[tuple[str, float]]  # text and confidence
_FIRST_SEED = 1000
_LEAST = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
_LETTERS = 5  # of a word that is searched for


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """One photo, what it shows and what was read in it."""

    kind: str
    text: str
    lines: Lines
    seconds: float


def words(text: str) -> Counter[str]:
    """The words that a search tells apart: letters and digits, without case and diacritics."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return Counter(re.findall(r"[^\W_]+", bare.casefold()))


def score(photos: Iterable[ReadPhoto], least: float) -> tuple[int, int, int]:
    """Planted words that were read, planted words, words read."""
    hit = planted = found = 0
    for photo in photos:
        wanted = words(photo.text)
        read = words(clean_lines(photo.lines, least_confidence=least))
        hit += (wanted & read).total()
        planted, found = planted + wanted.total(), found + read.total()
    return hit, planted, found


def read_photos(kinds: Iterable[tuple[str, str, Path]]) -> list[ReadPhoto]:
    """Kind, text and file of photos, each read as indexing reads it."""
    reader = load_text_reader()
    read = []
    for kind, text, file in kinds:
        began = time.perf_counter()
        picture = load_picture(file, most_pixels=MOST_PIXELS, most_side=MOST_SIDE)
        lines = reader.lines(picture.pixels)
        read.append(ReadPhoto(kind, text, lines, time.perf_counter() - began))
    return read


def draw_all(folder: Path, count: int) -> list[tuple[str, str, Path]]:
    """Draws `count` photos of each kind, and the page, into a folder."""
    from PIL import Image

    drawn = []
    for kind in KINDS:
        for seed in range(_FIRST_SEED, _FIRST_SEED + count):
            photo, file = draw(kind, seed), folder / f"{seed}-{kind}.jpg"
            file.write_bytes(photo.jpeg)
            drawn.append((kind, photo.text, file))
    Image.fromarray(page()).save(folder / "page.png")
    return [*drawn, ("page", PAGE, folder / "page.png")]


def report(photos: Sequence[ReadPhoto]) -> None:
    """Recall and precision of words for each kind and least confidence."""
    for kind in (*KINDS, "page"):
        some = [photo for photo in photos if photo.kind == kind]
        speed = len(some) / sum(photo.seconds for photo in some)
        print(f"{kind}: {len(some)} photos, {speed:.2f} photos/s")
        for least in _LEAST:
            hit, planted, found = score(some, least)
            shares = hit / planted, hit / max(found, 1)
            print(f"  confidence >= {least:.2f}: recall {shares[0]:.3f} precision {shares[1]:.3f}")
            if least == LEAST_CONFIDENCE:
                keep(f"{kind}: words read", 100 * shares[0], f"% of {planted}")
                keep(f"{kind}: words read that stand there", 100 * shares[1], f"% of {found}")
        keep(f"{kind}: speed", speed, "photos/s")


def report_plain(photos: Sequence[ReadPhoto]) -> None:
    """What is found in photos in which nothing was planted."""
    speed = len(photos) / sum(photo.seconds for photo in photos)
    print(f"photos without planted words: {len(photos)}, {speed:.2f} photos/s")
    for least in _LEAST:
        _, _, found = score(photos, least)
        with_some = sum(bool(clean_lines(each.lines, least_confidence=least)) for each in photos)
        print(f"  confidence >= {least:.2f}: {found} words, in {with_some} photos")
    lines = sorted((share, line) for photo in photos for line, share in photo.lines)
    print("  " + ", ".join(f"{line!r} {share:.2f}" for share, line in lines if share >= 0.6))
    keep("without planted words: words found", score(photos, LEAST_CONFIDENCE)[2], "words")
    keep("without planted words: speed", speed, "photos/s")


def report_search(folder: Path, drawn: Sequence[tuple[str, str, Path]]) -> None:
    """How many planted words bring their photos back, from an index with its text read."""
    with PhotoIndex.open(folder / "x.photoindex", FakeEncoder(dim=8)) as index:
        index.add([file for _, _, file in drawn])
        told = index.recognise_text()
        ids = {photo.path: photo.id for photo in index.photos()}
        hit = asked = 0
        for _, text, file in drawn:
            for word in (each for each in words(text) if len(each) >= _LETTERS):
                found = find_texts(index._catalog, [word]) or []
                asked += 1
                hit += ids[file] in {each.id for each in found}
    print(f"searched: {hit} of {asked} words find their photo; {told}")
    keep("searches for a planted word that find its photo", 100 * hit / asked, f"% of {asked}")


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--photos", type=int, default=40, help="of each kind")
    parser.add_argument("--plain", type=int, default=300, help="without planted words")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        drawn = draw_all(Path(folder), options.photos)
        report(read_photos(drawn))
        report_search(Path(folder), drawn)
    if options.data:
        dev = of_dev_split(read_captioned(options.data / "flickr8k"))[: options.plain]
        report_plain(read_photos(("plain", "", photo.path) for photo in dev))
    if options.record:
        record()


if __name__ == "__main__":
    main()
