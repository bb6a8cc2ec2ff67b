"""Output: data on stdout, messages on stderr; a table for people, other forms for programs."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, get_args

from photosearch.cli.options import Output
from photosearch.display import printable
from photosearch.errors import UsageError
from photosearch.types import Hit, Media

Form = Literal["table", "json", "csv", "paths", "null"]

COLUMNS = ("rank", "score", "confidence", "similarity", "path", "id", "taken_at",
           "utc_offset_min", "latitude", "longitude", "camera", "width", "height", "favourite",
           "media", "matched")  # fmt: skip

# Exit codes that stand for no error of ours; the others are in `photosearch.errors`.
INTERRUPTED = 130  # what shells report for Ctrl-C
BROKEN_PIPE = 141  # what shells report for a reader that went away

_KEPT = "surrogateescape"  # bytes that are no UTF-8 pass through: PEP 383


def chosen_form(output: Output) -> Form:
    """The one form that was asked for. Raises UsageError if there were two."""
    if output.null:
        output = Output(json=output.json, csv=output.csv, null=True)  # -0 and --paths agree
    chosen: list[Form] = [
        name for name in ("json", "csv", "paths", "null") if getattr(output, name)
    ]
    if len(chosen) > 1:
        raise UsageError("got several of --json, --csv, --paths and --null, expected one")
    return chosen[0] if chosen else "table"


def print_hits(hits: Sequence[Hit], form: Form) -> None:
    """Writes the results to stdout in a form for programs, or as a table."""
    if form == "json":
        print_json([hit_record(hit) for hit in hits])
    elif form == "csv":
        _print_csv(hits)
    elif form == "table":
        from photosearch.cli.terminal import print_table

        print_table(hits)
    else:
        print_paths((hit.path for hit in hits), end=b"\0" if form == "null" else b"\n")


def hit_record(hit: Hit) -> dict[str, Any]:
    """One result as JSON values: a confidence if words were searched for, else a similarity.

    JSON holds no bytes: in a name that is not UTF-8, those are shown as U+FFFD in `path`, and
    `path_base64` holds the exact ones.
    """
    info = asdict(hit.info) if hit.info else {}
    record: dict[str, Any] = {name: info.get(name) for name in COLUMNS}
    record |= {"rank": hit.rank, "id": hit.id, **path_record(hit.path)}
    record["score"] = round(hit.score, 6)
    if hit.confidence is None:
        record["similarity"] = record["score"]
    else:
        record["confidence"] = round(hit.confidence, 6)
    if hit.info and hit.info.taken_at:
        record["taken_at"] = hit.info.taken_at.isoformat()
    if hit.info:
        record["media"] = [name for name in get_args(Media) if name in hit.info.media]
    record["matched"] = list(hit.matched)
    return record


def path_record(path: Path) -> dict[str, Any]:
    exact = os.fsencode(path)
    shown = {"path": exact.decode("utf-8", "replace")}
    if shown["path"].encode() != exact:
        shown["path_base64"] = base64.b64encode(exact).decode()
    return shown


def print_json(value: object) -> None:
    """Pretty, and UTF-8 whatever the locale. A lone surrogate stays an escape of JSON."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    write_bytes(text.encode("utf-8", "backslashreplace") + b"\n")


def dtype_name(dtype: str) -> str:
    """A dtype as people read it everywhere: fp16 for numpy's float16. JSON keeps numpy's names."""
    return dtype.replace("float", "fp")


def print_paths(paths: Iterable[Path], *, end: bytes = b"\n") -> None:
    """The exact bytes of each name, so that what is not UTF-8 survives a pipe."""
    write_bytes(b"".join(os.fsencode(path) + end for path in paths))


def _print_csv(hits: Sequence[Hit]) -> None:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for hit in hits:
        record = hit_record(hit) | {"path": os.fsencode(hit.path).decode("utf-8", _KEPT)}
        record["matched"] = " ".join(record["matched"])
        if hit.info:
            record |= {"favourite": int(hit.info.favourite), "media": " ".join(record["media"])}
        writer.writerow(record)
    write_bytes(stream.getvalue().encode("utf-8", _KEPT))


def write_bytes(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def say(message: str) -> None:
    """One line for the person, on stderr; what a name could do to a terminal is shown escaped."""
    print(printable(message), file=sys.stderr, flush=True)


def forgiving_streams() -> None:
    """What the encoding of stdout or stderr lacks is shown escaped; a closed one takes anything.

    Python has no stream for a descriptor that was closed, and the next file opened would take its
    number.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        else:
            stream.reconfigure(errors="backslashreplace")
