"""What a benchmark found, kept in docs/benchmarks.json with its command, the CPU and the date.

    options = benchmark(__doc__).parse_args()  # has --record
    keep("search", 0.27, "s of CPU")
    if options.record:
        record()

The table in docs/benchmarks.md is made from that file by .ci/docs.py, and from nothing else.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from photosearch.atomic import replacing

KEPT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.json"
_FEATURES = {  # as Linux names them, and as people do
    "avx2": "AVX2",
    "avx512f": "AVX-512",
    "avx512_vnni": "VNNI",
    "avx512_bf16": "bfloat16",
    "amx_tile": "AMX",
}
# What forces slower instructions or fewer threads: such runs are kept beside the plain one.
_SWITCHES = (
    *("ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "FAISS_SIMD_LEVEL", "PHOTOSEARCH_KERNEL"),
    "OMP_NUM_THREADS",
)

_found: dict[str, tuple[float, str]] = {}  # name -> value, unit: of the benchmark that runs


def keep(name: str, value: float, unit: str) -> None:
    """A figure of the benchmark that is running. Nothing is written yet."""
    _found[name] = value, unit


def benchmark(documentation: str | None) -> argparse.ArgumentParser:
    """A parser with the options that every benchmark has."""
    parser = argparse.ArgumentParser(
        description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--record", action="store_true", help=f"keep the figures in docs/{KEPT.name}"
    )
    return parser


def record(arguments: Sequence[str] | None = None, kept: Path = KEPT) -> None:
    """Replaces what the running script recorded before, with the same switches."""
    script = _module(Path(sys.argv[0]))
    switches = [f"{name}={os.environ[name]}" for name in _SWITCHES if name in os.environ]
    told = {
        "command": " ".join([*switches, "python -m", script, *shown(arguments or sys.argv[1:])]),
        "cpu": cpu(),
        "date": datetime.date.today().isoformat(),
        "figures": [
            {"name": name, "value": float(f"{value:.4g}"), "unit": unit}
            for name, (value, unit) in _found.items()
        ],
    }
    everything = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    everything[" ".join([script, *switches])] = told
    text = json.dumps(dict(sorted(everything.items())), indent=1, ensure_ascii=False)
    with replacing(kept) as stream:
        stream.write(f"{text}\n".encode())


def _module(script: Path) -> str:
    return ".".join(script.resolve().relative_to(KEPT.parents[1]).with_suffix("").parts)


def shown(arguments: Sequence[str]) -> list[str]:
    """Without --record, and with names for the paths of this machine: `--data DATA`, `FILE`."""
    names = []
    for before, argument in zip(("", *arguments), arguments, strict=False):
        if os.sep in argument or Path(argument).exists():
            option = before.lstrip("-").upper() if before.startswith("--") else ""
            names.append(option or ("FOLDER" if Path(argument).is_dir() else "FILE"))
        elif argument != "--record":
            names.append(argument)
    return names


def cpu() -> str:
    """The processor's name, its cores, and the features that the speed of this package follows."""
    text = ""
    with suppress(OSError):
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    name = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    flags = set(text.split())
    features = [shown for flag, shown in _FEATURES.items() if flag in flags]
    called = name[1] if name else platform.processor() or platform.machine()
    return ", ".join([called, f"{os.cpu_count()} cores", *features])
