"""Swift's tokenizers against Python's, on texts that nobody has seen before."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest

from photosearch.manifest import TextSpec
from photosearch.models import builtin_bundle, open_tokenizer
from tests.fixtures.strings import SCRIPTS
from tests.fixtures.write import FIXTURES
from tests.swift.bundles import tokenizer_bundle
from tests.text.conftest import TRAPS

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
_TEXTS = 20_000


@pytest.fixture(scope="module")
def fresh_texts() -> list[str]:
    """Other ones in every run; the seed is in the failure's list of texts."""
    draw = random.Random()
    pools = [TRAPS, list("the quick brown fox '\"!?.,-#[]<|>0123456789 "), *_blocks(), _any(draw)]
    texts = ["".join(_part(draw, pools) for _ in range(draw.randrange(10))) for _ in range(_TEXTS)]
    # In JSON, two surrogates that stand side by side are one character: here, too.
    found: list[str] = json.loads(json.dumps(texts))
    return found


def _blocks() -> list[list[str]]:
    return [[chr(code) for code in range(first, last + 1)] for first, last in SCRIPTS.values()]


def _any(draw: random.Random) -> list[str]:
    """Every plane, unassigned code points and lone surrogates too."""
    return [chr(code) for code in draw.sample(range(0x110000), 5000)]


def _part(draw: random.Random, pools: list[list[str]]) -> str:
    part = "".join(draw.choices(draw.choice(pools), k=draw.randrange(1, 6)))
    return part + draw.choice(("", "", " ", "\n"))


def _check(run: RunSwift, bundle: Path, spec: TextSpec, texts: list[str]) -> None:
    tokenizer = open_tokenizer(bundle / "tokenizer", spec)
    lines = "".join(json.dumps(text) + "\n" for text in texts).encode("ascii")
    answers = run("tokenize", "--bundle", bundle, "--json-lines", stdin=lines).splitlines()
    assert len(answers) == len(texts)
    pairs = zip(texts, answers, strict=True)
    wrong = [text for text, ids in pairs if json.loads(ids) != tokenizer.encode(text)]
    assert [ascii(text) for text in wrong] == []


def test_the_built_in_tokenizer_on_fresh_texts(run_swift: RunSwift, fresh_texts: list[str]) -> None:
    spec = TextSpec(context=64, tokenizer="wordpiece")
    _check(run_swift, builtin_bundle(), spec, fresh_texts)


def test_word_pieces_on_fresh_texts(
    run_swift: RunSwift, fresh_texts: list[str], tmp_path: Path
) -> None:
    spec = TextSpec(context=77, tokenizer="wordpiece")
    bundle = tokenizer_bundle(tmp_path / "words", spec)
    shutil.copy(FIXTURES / "tokens" / "vocab.txt", bundle / "tokenizer")
    _check(run_swift, bundle, spec, fresh_texts)


@pytest.mark.parametrize("context", [2, 77, 100_000])
def test_byte_pairs_on_fresh_texts(
    run_swift: RunSwift, fresh_texts: list[str], tmp_path: Path, context: int
) -> None:
    spec = TextSpec(context=context, tokenizer="clip-bpe")
    bundle = tokenizer_bundle(tmp_path / "pairs", spec)
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(FIXTURES / "tokens" / "clip" / name, bundle / "tokenizer")
    _check(run_swift, bundle, spec, [*fresh_texts, "".join(fresh_texts[:300])])


def test_every_line_is_answered_before_the_next_is_sent(swift_tool: Path) -> None:
    words = (swift_tool, "tokenize", "--bundle", builtin_bundle(), "--json-lines")
    with subprocess.Popen(words, stdin=PIPE, stdout=PIPE, stderr=PIPE) as tool:
        assert tool.stdin is not None
        assert tool.stdout is not None
        assert tool.stderr is not None
        for text in ("a dog", "", "snow"):
            tool.stdin.write(json.dumps(text).encode("ascii") + b"\n")
            tool.stdin.flush()
            assert json.loads(tool.stdout.readline())
        tool.stdin.write(b'"a cat"\nno text\n')
        tool.stdin.close()
        assert json.loads(tool.stdout.readline())
        assert b"a line is not JSON" in tool.stderr.read()
    assert tool.returncode == 2


def test_real_captions(run_swift: RunSwift, shared_data: Path) -> None:
    captions = (shared_data / "captions" / "coco_val2017.txt").read_text(encoding="utf-8")
    spec = TextSpec(context=64, tokenizer="wordpiece")
    _check(run_swift, builtin_bundle(), spec, captions.splitlines())
