"""What `photosearch-swift import` is told, and what an index then holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from photosearch.encoder import Floats

Change = dict[str, Any]
State = dict[str, tuple[str | None, bool]]  # by name: content hash, favourite


def unit_vectors(count: int, dim: int, *, seed: int = 1) -> Floats:
    """[count, dim]."""
    drawn = np.random.default_rng(seed).standard_normal((count, dim))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def index_change(name: str, content: str, vector: Floats) -> Change:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return {"index": name, "hash": digest, "vector": vector.tolist()}


def to_lines(changes: Iterable[Change]) -> bytes:
    return "".join(json.dumps(change) + "\n" for change in changes).encode("ascii")


def state_after(changes: Iterable[Change]) -> State:
    """What is known of every photo when all of the changes are committed."""
    state: State = {}
    for change in changes:
        if "remove" in change:
            state.pop(change["remove"], None)
        elif "failed" in change:
            state[change["failed"]] = (None, False)
        elif "describe" in change:
            content, _ = state.get(change["describe"], (None, False))
            if content is not None:
                state[change["describe"]] = (content, change["favourite"])
        else:
            content, favourite = state.get(change["index"], (None, False))
            same = content == change["hash"]
            state[change["index"]] = (change["hash"], favourite if same else False)
    return state
