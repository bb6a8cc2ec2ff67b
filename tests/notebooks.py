"""Runs the notebooks from their first cell to their last, and writes down what they show.

    python -m tests.notebooks [NAME ...]

Without names, all of them are run and written. Of the machine that ran them nothing is kept.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, Final

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

FOLDER: Final = Path(__file__).resolve().parents[1] / "notebooks"
METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
FORMAT: Final[Any] = nbformat  # its functions have no types
_CELL_S: Final = 600  # no cell takes so long, on any machine
_COLORS: Final = 256  # of a picture that is kept


def names() -> list[str]:
    """Of all notebooks, in the order of their numbers."""
    return sorted(path.name for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> NotebookNode:
    notebook: NotebookNode = FORMAT.read(FOLDER / name, as_version=4)
    return notebook


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook as it is after all of its cells ran in this folder, by this interpreter.

    Raises CellExecutionError for the first cell that fails.
    """
    here = KernelSpecManager(kernel_dirs=[])  # what is left is the kernel of this interpreter
    kernel = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=here, transport_encryption="auto"
    )
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=_CELL_S,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    own = {"IPYTHONDIR": str(folder / ".ipython")}  # not what this user has set up
    done: NotebookNode = client.execute(cleanup_kc=True, env={**os.environ, **own})
    return done


def plain(notebook: NotebookNode) -> NotebookNode:
    """Without what tells of the machine, and with pictures of few colours, which are small."""
    notebook.metadata = FORMAT.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = FORMAT.from_dict({})
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = FORMAT.from_dict({})
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = _small(data["image/png"])
    return notebook


def _small(picture: str) -> str:
    """A PNG in base64 to one of fewer colours."""
    few = Image.open(io.BytesIO(b64decode(picture))).convert("RGB").quantize(_COLORS)
    stream = io.BytesIO()
    few.save(stream, "PNG", optimize=True)
    return b64encode(stream.getvalue()).decode()


def main(wanted: list[str]) -> None:
    for name in wanted or names():
        with tempfile.TemporaryDirectory() as folder:
            done = plain(run(read(name), Path(folder)))
        FORMAT.write(done, FOLDER / name)
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
