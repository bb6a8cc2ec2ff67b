"""Core ML packages for the built-in bundle, which Swift's PhotoSearchBuiltin carries.

    python -m export.builtin_packages --data DATA

`export.builtin_model` ends with this. The packages pass the gates of a release first; the weights,
the tokenizer and the card stay as they are, and so does the space: indexes remain valid.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.data.photos import CAPTIONS, folder_with
from photosearch.manifest import Manifest
from photosearch.models import builtin_bundle
from photosearch.progress import Listener, silent

if TYPE_CHECKING:
    from photosearch.coreml.record import Target
    from photosearch.release.gates import Steps

BUNDLE = builtin_bundle()
TARGET: Target = "iOS16"  # the oldest system that Package.swift supports
CAPTIONED = "flickr8k"  # photos beside captions, in the folder that the model was trained on

app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="The folder with flickr8k/")],
    bundle: Annotated[
        Path, typer.Option(help="Where the packages go.", show_default="the one that ships")
    ] = BUNDLE,
) -> None:
    """Converts the bundle's towers, verifies them on photos held back, and puts them in."""
    from photosearch.cli import show_steps

    with show_steps() as listener:
        add_packages(bundle, captioned_in(data), progress=listener)
    typer.echo(bundle)


def captioned_in(data: Path) -> Path | None:
    """The folder with photos and captions on which packages are compared, if there is one."""
    folder = folder_with(data, CAPTIONS, CAPTIONED)
    return folder if (folder / CAPTIONS).is_file() else None


def add_packages(
    bundle: Path, eval_data: Path | None, *, steps: Steps | None = None, progress: Listener = silent
) -> Manifest:
    """Replaces a bundle by the same with packages, theirs or none before.

    `eval_data` is as `photosearch.data.evaluation_set` reads it; None compares numbers alone. The
    same bundle gives the same bytes. Raises GateFailed if a check does not pass; the bundle is then
    as it was.
    """
    from photosearch.atomic import replacing_folder, work_folder
    from photosearch.bundle.build import build_bundle
    from photosearch.bundle.model_metadata import describe_model
    from photosearch.release.gates import Steps, pass_gates, require_sound
    from photosearch.release.options import ReleaseOptions

    steps = steps or Steps()
    options = ReleaseOptions(target=TARGET, eval_data=eval_data)
    options.check()
    source = steps.open(str(bundle))
    with work_folder(bundle.with_name(f"{bundle.name}.new")) as work:
        exported, made = work / "export", work / bundle.name
        pass_gates(exported, bundle, source, options, steps, progress)
        model = describe_model(str(bundle), source)
        manifest = build_bundle(exported, made, model, progress=progress)
        require_sound(made)
        with replacing_folder(bundle) as partial:
            for each in made.iterdir():
                each.rename(partial / each.name)
    return manifest


if __name__ == "__main__":
    from photosearch.cli import run_script

    run_script(app)
