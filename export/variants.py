"""The Core ML guide's table of Core ML variants: each is exported and verified, then becomes a row.

    python -m export.variants [--data DIR]

The built-in model for iOS 17 in the Neural Engine's layout. Without data the last two columns stay
empty: what it finds against torch needs photos with captions.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from photosearch.cli import run_script, show_steps
from photosearch.errors import require

if TYPE_CHECKING:
    from photosearch.coreml import Convertible
    from photosearch.coreml.compress.apply import Weights
    from photosearch.data.evaluation_set import Sampling
    from photosearch.verify.records import Verification
    from photosearch.verify.verification import TorchSide

MEGA = 1e6
BUDGET_MB = 18.0  # of mixed: two fifths of fp16, four fifths of int8
COLUMNS = (
    "weights", "image + text, MB", "of fp16", "error / spread, image", "text", "top-10 overlap",
    "R@10, %", "change against torch, points", "passes",
)  # fmt: skip

app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path | None, typer.Option(help="Photos beside captions.jsonl.")] = None,
    model: Annotated[str, typer.Option(help="Any that `model export` takes.")] = "builtin",
    budget_mb: Annotated[float, typer.Option(help="What mixed may take.")] = BUDGET_MB,
    photos: Annotated[int, typer.Option(help="At most so many of the data's photos.")] = 1000,
    captions: Annotated[int, typer.Option(help="And so many captions.")] = 1000,
) -> None:
    """Prints Markdown on stdout, progress on stderr."""
    require("coreml", "the table of Core ML variants", "coremltools")
    from photosearch.coreml import open_model
    from photosearch.coreml.compress.apply import Weights
    from photosearch.data.evaluation_set import Sampling, read_evaluation_set
    from photosearch.verify.verification import torch_side

    source, sampling = open_model(model), Sampling(photos, captions)
    with show_steps() as listener:
        read = read_evaluation_set(data, sampling) if data else None
        torch = torch_side(source, data=read, progress=listener)
    print("\n".join(heading()), flush=True)
    for weights in get_args(Weights):
        budget = round(budget_mb * MEGA) if weights == "mixed" else None
        print(row(verified(source, weights, budget, data, sampling, torch)), flush=True)


def verified(
    source: Convertible,
    weights: Weights,
    budget_bytes: int | None,
    data: Path | None,
    sampling: Sampling,
    torch: TorchSide,
) -> Verification:
    """What `photosearch model export` writes, and what is found of it."""
    from photosearch.coreml import export_model
    from photosearch.verify.verification import verify_export

    with tempfile.TemporaryDirectory() as folder, show_steps() as listener:
        out = Path(folder) / "packages"
        export_model(source, out, weights=weights, budget_bytes=budget_bytes, progress=listener)
        return verify_export(
            out, source, eval_data=data, sampling=sampling, reference=torch, progress=listener
        )


def heading() -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|-" * len(COLUMNS) + "|"


def row(verification: Verification) -> str:
    """One line of Markdown."""
    found = verification.summary
    recall = found.recall_at_10
    cells = (
        verification.subject.weights,
        f"{found.size_bytes / MEGA:.1f}",
        f"{found.size_bytes / found.fp16_bytes:.0%}",
        f"{found.error['image']:.4f}",
        f"{found.error['text']:.4f}",
        f"{found.overlap:.3f}",
        recall.shipped.percent() if recall else "",
        recall.difference.percent() if recall else "",
        "yes" if verification.passed else "no",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    run_script(app)
