"""`photosearch embeddings`: write the embeddings of an index to a file, and read them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli.commands import Group
from photosearch.cli.options import IndexDir, Json, index_directory, open_index
from photosearch.cli.output import print_json, say
from photosearch.cli.progress import show_photos

EMBEDDINGS = Group(
    help="""Write embeddings to a file, and read them from one.

It carries them from one index to another, or to other programs.

\b
Examples:
  photosearch embeddings export photos.safetensors
  photosearch embeddings import photos.safetensors --index other.photoindex
""",
    commands={
        "export": "photosearch.cli.embeddings:export",
        "import": "photosearch.cli.embeddings:import_",
    },
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A name in .safetensors.")]


def export(file: File, index: IndexDir = None, json: Json = False) -> None:
    """Write the embeddings of an index to one file.

    Of all indexed photos it holds unit vectors in fp16, hashes, names, dates, places and cameras;
    a file of that name is replaced. It tells as much as the photos' names and places do: keep it as
    private.

    \b
    Examples:
      photosearch embeddings export photos.safetensors
      photosearch embeddings export photos.safetensors --index trip.photoindex
    """
    with open_index(index) as photos, show_photos() as listener:
        count = photos.export_embeddings(file, progress=listener)
    if json:
        print_json({"exported": count})
    else:
        say(f"{count:,} {'photo' if count == 1 else 'photos'} written to {file}")


def import_(file: File, index: IndexDir = None, json: Json = False) -> None:
    """Add the photos of an embeddings file to an index.

    No photo is looked at or embedded. The file must come from the same model. Photos known under
    the same name with the same content stay as they are, so an import that was stopped goes on when
    it is done again. Makes the index if there is none.

    \b
    Examples:
      photosearch embeddings import photos.safetensors
      photosearch embeddings import photos.safetensors --index new.photoindex --json
    """
    from photosearch.index import PhotoIndex

    with PhotoIndex.open(index_directory(index)) as photos, show_photos() as listener:
        count = photos.import_embeddings(file, progress=listener)
    if json:
        print_json({"added": count})
    else:
        say(f"{count:,} {'photo' if count == 1 else 'photos'} added")
