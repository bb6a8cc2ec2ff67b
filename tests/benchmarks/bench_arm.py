"""Instructions that scans take on arm64, against faiss's way and a plain loop: under qemu.

    python -m tests.benchmarks.bench_arm

`.ci/kernels-arm FOLDER` builds swift/Checks/loops.c, which holds the other loops: a plain one, and
one that goes about it as faiss does on NEON. A row has 512 numbers. Of SQ8, the first pass looks at
every row, and the exact scan at the few that it leaves. Counts do not tell time: they say how much
work a processor of either kind has, without one at hand.

faiss 1.15.1's own library for arm64, read with llvm-objdump, is better than the loop after its
sources: it folds the ranges of SQ8 into the query, and takes 13 instructions for 8 numbers, 832 a
row, or 37 for 8 numbers of four rows, 592 a row.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.figures import benchmark, keep, record

ROOT = Path(__file__).resolve().parents[2]
QEMU = "qemu-aarch64-static"
_PROCESSORS = {"NEON": "cortex-a53", "NEON with dotprod": "cortex-a76"}
_LOOPS = {
    "SQ8": ("sq8-first", "faiss-sq8", "plain-sq8"),
    "SQ8, exact scan": ("sq8-exact", "faiss-sq8", "plain-sq8"),
    "Flat": ("f32", "faiss-f32", "plain-f32"),
}
_FEW, _MANY = 16, 48


def single_steps() -> list[str]:
    """The options with which qemu logs every instruction that it runs."""
    told = subprocess.run([QEMU, "--help"], check=True, capture_output=True, text=True).stdout
    step = "-one-insn-per-tb" if "-one-insn-per-tb" in told else "-singlestep"
    return [step, "-d", "exec,nochain"]


def executed(program: Path, processor: str, loop: str, rows: int) -> int:
    """How many instructions a whole run takes."""
    log = program.with_suffix(".log")
    words = [QEMU, "-cpu", processor, *single_steps(), "-D", str(log), str(program), loop]
    subprocess.run([*words, str(rows)], check=True)
    return len(re.findall(rb"^Trace ", log.read_bytes(), re.MULTILINE))


def instructions(program: Path, processor: str, loop: str) -> float:
    """How many one more row takes."""
    few, many = (executed(program, processor, loop, rows) for rows in (_FEW, _MANY))
    return (many - few) / (_MANY - _FEW)


def main() -> None:
    given = benchmark(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([ROOT / ".ci/kernels-arm", folder], check=True)
        for called, processor in _PROCESSORS.items():
            for kind, loops in _LOOPS.items():
                ours, faiss, plain = (
                    instructions(Path(folder, "loops"), processor, loop) for loop in loops
                )
                told = f"{kind}, {called}"
                keep(f"{told}: a row", ours, "instructions")
                keep(f"{told}: against faiss's way", ours / faiss, "times its instructions")
                keep(f"{told}: against a plain loop", ours / plain, "times its instructions")
                print(f"{told}: {ours:.0f}, faiss's way {faiss:.0f}, a plain loop {plain:.0f}")
    if given.record:
        record()


if __name__ == "__main__":
    main()
