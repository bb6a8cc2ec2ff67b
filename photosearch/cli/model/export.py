"""`photosearch model export`: converts a model to Core ML packages and verifies them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.model.options import ConversionOptions, Model, VerificationOptions
from photosearch.cli.output import say
from photosearch.cli.progress import show_steps
from photosearch.display import printable
from photosearch.errors import require

if TYPE_CHECKING:
    from photosearch.coreml import Exported
    from photosearch.verify.records import Verification


def export(
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new directory for the packages.")],
    model: Model = "builtin",
    *,
    conversion: ConversionOptions,
    verification: VerificationOptions,
) -> None:
    """Convert a model's two towers to Core ML packages.

    Works on any system; what it writes runs on Apple's. Pictures go in as RGB, 0 to 255, at the
    size that export.json says; all else that pixels need is inside the package.

    The packages are then run on real photos and sentences and compared with the model in torch;
    verification.html shows how. If they compute something else, the exit code is 10, and
    `photosearch model release` would not pack them. With a thousand photos of --eval-data that
    takes about a minute more.

    \b
    Examples:
      photosearch model export --out packages
      photosearch model export --model ./clip-vit-base-patch32 --out clip --target iOS18
      photosearch model export --out exact --weights fp16 --layout plain
      photosearch model export --out small --weights mixed --budget-mb 18
      photosearch model export --out packages --eval-data ./holiday-photos-with-captions
    """
    require("coreml", "photosearch model export", "torch", "coremltools")
    from photosearch.coreml import export_model, open_model
    from photosearch.verify.verification import HTML, export_verified, require_passed

    verification.check()
    found = None
    with show_steps() as listener:
        source = open_model(model)
        convert = partial(
            export_model,
            source,
            target=conversion.target.value,
            weights=conversion.weights.value,
            layout=conversion.layout.value,
            budget_bytes=conversion.budget_bytes,
            progress=listener,
        )
        if verification.skip_verification:
            done = convert(out)
        else:
            done, found = export_verified(
                source,
                out,
                convert,
                eval_data=verification.eval_data,
                sampling=verification.sampling,
                on_mac=verification.on_mac,
                progress=listener,
            )
    _print_sizes(done)
    if found is None:
        say("warning: not verified (--skip-verification)")
    else:
        _print_verification(found)
        require_passed(found, done.directory / HTML)


def _print_sizes(done: Exported) -> None:
    """Sizes on stdout, warnings on stderr."""
    for name, size in done.size_bytes.items():
        before = f"{done.fp16_bytes[name] / 1e6:.2f} MB as fp16"
        print(f"{printable(done.directory / name)}  {size / 1e6:.2f} MB ({before})")
    for warning in done.warnings:
        say(f"warning: {warning}")


def _print_verification(found: Verification) -> None:
    """The figures on stdout; what was not run on stderr."""
    summary = found.summary
    errors = ", ".join(f"{name} {error:.4f}" for name, error in summary.error.items())
    state = "verified" if found.passed else "failed"
    print(f"{state}: error / spread {errors}; the same ten best {summary.overlap:.1%}")
    if summary.recall_at_10:
        recall = summary.recall_at_10
        print(
            f"R@10, %: as shipped {recall.shipped.percent()}, torch {recall.torch.percent()}, "
            f"change {recall.difference.percent()}"
        )
    for check in found.checks:
        if check.outcome == "not run":
            say(str(check))
    say(found.statement)
