"""Swift's text tower against Python's, with the built-in model."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from photosearch.models.load import builtin_bundle, load_encoder
from photosearch.query import embed_query, parse_query

pytestmark = pytest.mark.slow

RunSwift = Callable[..., bytes]
_QUERIES = (
    "a dog on the beach",
    'dog -beach "red car":2',
    "x",
    "[PAD] cat [PAD]",
    "café ΟΔΟΣ 中文 👩\u200d👧",
    "word " * 200,
    "-rain:0.25 sun:10",
)


def _lines(texts: tuple[str, ...] | list[str]) -> bytes:
    return "".join(json.dumps(text) + "\n" for text in texts).encode("ascii")


@pytest.mark.parametrize("width", [None, 256, 128])
def test_queries_have_the_vectors_of_python(run_swift: RunSwift, width: int | None) -> None:
    encoder = load_encoder(width=width)
    expected = [embed_query(encoder, parse_query(query)) for query in _QUERIES]
    words = [] if width is None else ["--width", str(width)]
    output = run_swift(
        "encode", "--bundle", builtin_bundle(), "--json-lines", *words, stdin=_lines(_QUERIES)
    )
    found = [json.loads(line) for line in output.splitlines()]
    for got, want in zip(found, expected, strict=True):
        away = [
            [strength, *vector] for strength, vector in zip(want.strengths, want.away, strict=True)
        ]
        np.testing.assert_allclose(got["toward"], want.toward, atol=1e-4)
        np.testing.assert_allclose(got["away"], away, atol=1e-4)
