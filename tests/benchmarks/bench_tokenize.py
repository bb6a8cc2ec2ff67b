"""How many captions Swift's tokenizers split in a second, one thread.

    swift build -c release --product photosearch-swift
    python -m tests.benchmarks.bench_tokenize CAPTIONS CLIP [--tool PATH]

CAPTIONS is a text file with English captions, one a line; CLIP a folder with CLIP's vocabulary.
At least 100,000 English captions and 20,000 of mixed scripts: words of random characters of 50
scripts between English ones, which no table of common words helps with.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
from pathlib import Path

from photosearch.manifest import TextSpec
from photosearch.models.load import builtin_bundle
from photosearch.text.clip_files import read_clip_files
from tests.benchmarks.figures import benchmark, keep, record
from tests.fixtures.strings import SCRIPTS
from tests.swift.bundles import tokenizer_bundle

ROOT = Path(__file__).resolve().parents[2]
_MIXED = 5000  # texts


def clip_bundle(folder: Path, vocabulary: Path) -> Path:
    """A bundle of CLIP's tokenizer and nothing else."""
    ids, merges = read_clip_files(vocabulary)
    spec = TextSpec(context=77, tokenizer="clip-bpe", pad_id=ids["<|endoftext|>"])
    files = tokenizer_bundle(folder, spec) / "tokenizer"
    (files / "vocab.json").write_text(json.dumps(ids), encoding="utf-8")
    pairs = "".join(f"{first} {second}\n" for first, second in merges)
    (files / "merges.txt").write_text(f"#version: 0.2\n{pairs}", encoding="utf-8")
    return folder


def mixed(captions: list[str]) -> list[str]:
    """Half the words drawn from one script's characters, half from a caption."""
    draw = random.Random(1)
    texts = []
    for _ in range(_MIXED):
        first, last = draw.choice(list(SCRIPTS.values()))
        words = draw.choice(captions).split()[:5]
        for _ in range(draw.randint(3, 8)):
            letters = (draw.randint(first, last) for _ in range(draw.randint(2, 9)))
            words.append("".join(chr(code) for code in letters if not 0xD800 <= code <= 0xDFFF))
        draw.shuffle(words)
        texts.append(" ".join(" ".join(words).split()))
    return texts


def captions_per_s(tool: Path, bundle: Path, texts: Path) -> float:
    command = [str(tool), "bench", "--bundle", str(bundle), "--texts", str(texts), "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return float(json.loads(done.stdout)["captions_per_s"])


def main() -> None:
    parser = benchmark(__doc__)
    parser.add_argument("captions", type=Path)
    parser.add_argument("clip", type=Path)
    tool = os.environ.get("PHOTOSEARCH_SWIFT", ROOT / ".build/release/photosearch-swift")
    parser.add_argument("--tool", type=Path, default=tool)
    given = parser.parse_args()
    english = given.captions.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundles = {
            "WordPiece": builtin_bundle(),
            "CLIP": clip_bundle(folder / "clip.photomodel", given.clip),
        }
        for kind, texts in (("English", english), ("mixed", mixed(english))):
            file = folder / f"{kind}.txt"
            file.write_text("\n".join(texts), encoding="utf-8")
            for tokenizer, bundle in bundles.items():
                speed = captions_per_s(given.tool.resolve(), bundle, file)
                keep(f"{kind} captions, {tokenizer}", speed, "a second")
                print(f"{kind:8} {tokenizer:10} {speed:12,.0f} captions a second")
    if given.record:
        record()


if __name__ == "__main__":
    main()
