"""What exiftool says of photos, picked by the order of docs/metadata.md: the judge of the readers.

Run as a program it writes judged.json: `python -m tests.images.exiftool FOLDER`, where the folder
holds `data/camera` and `cases`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

# date and time in ISO 8601, offset in minutes, latitude, longitude, make, model
Judged: TypeAlias = "list[Any]"
STORED = Path(__file__).with_name("judged.json")
SUFFIXES = frozenset((".avif", ".gif", ".heic", ".heif", ".jpg", ".png", ".tif", ".tiff", ".webp"))
_TAKEN = ("ExifIFD:DateTimeOriginal", "IFD0:DateTimeOriginal", "XMP-exif:DateTimeOriginal",
          "XMP-photoshop:DateCreated", "IPTC:DateTimeCreated", "PNG:CreationTime")  # fmt: skip
_DIGITISED = ("ExifIFD:CreateDate", "IFD0:CreateDate", "XMP-exif:DateTimeDigitized",
              "XMP-xmp:CreateDate", "IPTC:DigitalCreationDateTime")  # fmt: skip
_IPTC = {  # IPTC2 is a second record, which exiftool finds in the resources of a TIFF
    "IPTC:DateTimeCreated": ("DateCreated", "TimeCreated"),
    "IPTC:DigitalCreationDateTime": ("DigitalCreationDate", "DigitalCreationTime"),
}
_CHANGED, _INSTANT = ("IFD0:ModifyDate",), ("Composite:GPSDateTime", "XMP-exif:GPSDateTime")
_OFFSETS = {
    "ExifIFD:DateTimeOriginal": "ExifIFD:OffsetTimeOriginal",
    "ExifIFD:CreateDate": "ExifIFD:OffsetTimeDigitized",
    "IFD0:ModifyDate": "ExifIFD:OffsetTime",
}
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d\d)?$")


def installed() -> bool:
    return shutil.which("exiftool") is not None


def judge(paths: Iterable[Path]) -> dict[Path, Judged]:
    """Runs it once for all files."""
    command = ["exiftool", "-j", "-n", "-G1", "-a", "-api", "struct=0", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=False)  # 1: some file is damaged
    return {Path(tags["SourceFile"]): _judged(tags) for tags in json.loads(done.stdout)}


def _judged(tags: dict[str, Any]) -> Judged:
    for name, (day, time) in _IPTC.items():
        group = "IPTC" if f"IPTC:{day}" in tags else "IPTC2"
        tags[name] = f"{tags.get(f'{group}:{day}', '')} {tags.get(f'{group}:{time}', '')}"
    for name in (*_TAKEN, *_DIGITISED, *_CHANGED, *_INSTANT):
        date = _date(tags.get(name))
        if date:
            offset = _offset(str(tags.get(_OFFSETS.get(name, ""), "")))
            offset = _offset(str(tags[name])) if offset is None else offset
            return [date, offset, *_place(tags), *_camera(tags)]
    return [None, None, *_place(tags), *_camera(tags)]


def _date(written: object) -> str | None:
    """By the rules of exiftool's ConvertDateTime: all groups of digits, a year of 1000 to 2999."""
    plain = re.sub(r"([+-]\d\d?(:?\d\d)?|Z)$", "", str(written)) if written else ""
    parts = [int(part) for part in re.findall(r"\d+", plain.split(".")[0])]
    if not parts or not 1000 <= parts[0] < 3000 or 0 in parts[1:3]:
        return None
    year, month, day, hour, minute, second = (*parts, *(1, 1, 1, 0, 0, 0)[len(parts) :])[:6]
    hour, second = 0 if hour == 24 else hour, min(second, 59)  # which exiftool leaves as they are
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def _offset(written: str) -> int | None:
    if written.endswith("Z"):
        return 0
    found = _OFFSET.search(written) if ":" in written or len(written) < 6 else None
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return -minutes if found[1] == "-" else minutes


def _place(tags: dict[str, Any]) -> list[float | None]:
    for group in ("Composite", "XMP-exif"):
        found = [tags.get(f"{group}:GPS{name}") for name in ("Latitude", "Longitude")]
        if group == "Composite" and "GPS:GPSLatitude" not in tags:
            continue  # made from XMP: below
        if all(isinstance(degrees, int | float) for degrees in found) and any(found):
            return [round(degrees, 6) for degrees in found]  # type: ignore[arg-type]
    return [None, None]


def _camera(tags: dict[str, Any]) -> list[str]:
    for group in ("IFD0", "XMP-tiff"):
        found = [tags.get(f"{group}:{name}") for name in ("Make", "Model")]
        if any(found):
            return [" ".join(str(part or "").split()) for part in found]
    return ["", ""]


def main() -> None:
    folder = Path(sys.argv[1])
    files = [file for part in ("data/camera", "cases") for file in (folder / part).rglob("*")]
    files = sorted(file for file in files if file.suffix.lower() in SUFFIXES)
    found = {str(path.relative_to(folder)): told for path, told in judge(files).items()}
    lines = [f"{json.dumps(name)}: {json.dumps(told)}" for name, told in sorted(found.items())]
    STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
