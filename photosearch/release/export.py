"""An export with its verification beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from photosearch.atomic import new_folder
from photosearch.coreml.export import Exported
from photosearch.coreml.families.convertible import Convertible
from photosearch.data.evaluation_set import Sampling, read_evaluation_set
from photosearch.progress import Listener, silent
from photosearch.verify.mac import require_mac
from photosearch.verify.records import Verification
from photosearch.verify.verification import DEFAULT, verify_export, write_verification


def export_verified(
    source: Convertible,
    out: Path,
    export: Callable[[Path], Exported],
    *,
    eval_data: Path | None = None,
    sampling: Sampling = DEFAULT,
    on_mac: bool = False,
    progress: Listener = silent,
) -> tuple[Exported, Verification]:
    """`export` writes to the path that it is given; with the report beside it that becomes `out`.

    So it does if the verification failed: whether that matters is for the caller to say, by
    `require_passed`. Raises what `export` and `verify_export` raise, and leaves nothing then;
    whatever can be known to be wrong before the work is said before it.
    """
    if on_mac:
        require_mac()
    if eval_data is not None:
        read_evaluation_set(eval_data, sampling)
    with new_folder(out) as partial:
        made = partial / "export"
        done = export(made)
        verification = verify_export(
            made,
            source,
            eval_data=eval_data,
            sampling=sampling,
            on_mac=on_mac,
            progress=progress,
        )
        write_verification(made, verification)
        for each in made.iterdir():
            each.rename(partial / each.name)
        made.rmdir()
    return replace(done, directory=out), verification
