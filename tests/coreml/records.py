"""A record of an export, in full, for packages that no export made."""

from __future__ import annotations

from pathlib import Path

from photosearch.contract import IDS_INPUT, IMAGE, IMAGE_INPUT, TEXT
from photosearch.coreml.record import (
    ArrayPort,
    ExportRecord,
    ImageRecord,
    PictureInput,
    Target,
    TextRecord,
    embedding_port,
    write_export_record,
)
from photosearch.manifest import Calibration, ImageSpec, TextSpec


def record_export(
    directory: Path,
    *,
    image: ImageSpec,
    text: TextSpec,
    space: str = "0" * 64,
    dim: int = 3,
    target: Target = "iOS17",
) -> None:
    picture = PictureInput(IMAGE_INPUT, (1, 3, image.size, image.size))
    ids = ArrayPort(IDS_INPUT, (1, text.context), "int32")
    record = ExportRecord(
        name="made for a test",
        architecture="made for a test",
        space=space,
        dim=dim,
        widths=(dim,),
        calibration=Calibration(10.0, -5.0),
        image=ImageRecord(image, (picture,)),
        text=TextRecord(text, "last", (ids,)),
        target=target,
        weights="int8",
        layout="ane",
        size_bytes={IMAGE: 1, TEXT: 1},
        fp16_bytes={IMAGE: 2, TEXT: 2},
        warnings=(),
        output=embedding_port(dim),
    )
    write_export_record(directory, record)
