"""Reads a transformers image processor's settings as our ImageSpec and a normalisation.

Settings that an ImageSpec cannot say are refused rather than read slightly wrong. The pixels
equal those of transformers' own Pillow processor (a test compares them), with three exceptions:
Pillow 13 scales some pictures, higher than wide, in the other order, which changes a few values
by 1 (by up to 5 at drawn edges); a large JPEG is decoded at a reduced size; and of a strip more
than eight times longer than wide only the middle is scaled.

Shape legend: N photos, S side in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from photosearch.errors import ModelError
from photosearch.manifest import ImageSpec
from photosearch.records import decode_json, read_regular

Family = Literal["clip", "siglip"]
Rgb = tuple[float, float, float]

_PLACES = (("preprocessor_config.json", None), ("processor_config.json", "image_processor"))
_FILTERS: dict[int, Literal["bilinear", "bicubic"]] = {2: "bilinear", 3: "bicubic"}  # Pillow's
# What transformers takes where a file leaves a setting out (clip and siglip image processors).
_DEFAULTS: dict[Family, dict[str, Any]] = {
    "clip": {
        "size": {"shortest_edge": 224},
        "crop_size": {"height": 224, "width": 224},
        "do_center_crop": True,
        "image_mean": (0.48145466, 0.4578275, 0.40821073),
        "image_std": (0.26862954, 0.26130258, 0.27577711),
    },
    "siglip": {
        "size": {"height": 224, "width": 224},
        "do_center_crop": False,
        "image_mean": (0.5, 0.5, 0.5),
        "image_std": (0.5, 0.5, 0.5),
    },
}
_COMMON = {
    "do_resize": True,
    "do_rescale": True,
    "do_normalize": True,
    "resample": 3,
    "rescale_factor": 1 / 255,
}


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """Model input = (pixel * rescale - mean) / std per channel, on pixels as `spec` says."""

    spec: ImageSpec
    rescale: float
    mean: Rgb
    std: Rgb


def read_preprocessing(directory: Path, family: Family) -> Preprocessing:
    """From `preprocessor_config.json`, or `processor_config.json` of transformers 5.

    Raises ModelError if neither is there, or if it asks for what an ImageSpec cannot say.
    """
    return parse_preprocessing(_settings(directory), family)


def parse_preprocessing(settings: Mapping[str, Any], family: Family) -> Preprocessing:
    """The same from decoded JSON."""
    given = {**_COMMON, **_DEFAULTS[family], **settings}
    for step in ("do_resize", "do_rescale"):
        if not given[step]:
            raise ModelError(f"preprocessing: got {step}=false, expected true")
    if given["resample"] not in _FILTERS:
        raise ModelError(f"resample: got {given['resample']!r}, expected 2 or 3 (Pillow's numbers)")
    size, resize = _geometry(given, family)
    normalise = bool(given["do_normalize"])
    return Preprocessing(
        spec=ImageSpec(size=size, resize=resize, filter=_FILTERS[given["resample"]]),
        rescale=float(given["rescale_factor"]),
        mean=_rgb(given["image_mean"]) if normalise else (0.0, 0.0, 0.0),
        std=_rgb(given["image_std"]) if normalise else (1.0, 1.0, 1.0),
    )


def _settings(directory: Path) -> dict[str, Any]:
    for name, key in _PLACES:
        path = directory / name
        if path.is_file():
            raw = read_json(path)
            found = raw if key is None else raw.get(key)
            if isinstance(found, dict):
                return found
    raise ModelError(f"{directory}: no preprocessor_config.json; save the processor there too")


def _geometry(given: Mapping[str, Any], family: Family) -> tuple[int, Literal["squash", "crop"]]:
    """Side in pixels, and how the picture comes to be square."""
    size = given["size"]
    if isinstance(size, int):  # what old files say
        size = {"shortest_edge": size} if family == "clip" else {"height": size, "width": size}
    if set(size) == {"height", "width"} and size["height"] == size["width"]:
        side, resize = int(size["height"]), "squash"
    elif set(size) == {"shortest_edge"} and given["do_center_crop"]:
        side, resize = int(size["shortest_edge"]), "crop"
    else:
        raise ModelError(f"size: got {size}, expected a square, or shortest_edge and a centre crop")
    if given["do_center_crop"]:
        _check_crop(given.get("crop_size"), side)
    return side, "squash" if resize == "squash" else "crop"


def _check_crop(crop: object, side: int) -> None:
    if crop not in (side, {"height": side, "width": side}):
        raise ModelError(f"crop_size: got {crop}, expected {side} like the resize before it")


def _rgb(values: Any) -> Rgb:
    if not isinstance(values, list | tuple) or len(values) != 3:
        raise ModelError(f"image_mean or image_std: got {values!r}, expected three numbers")
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file of a checkpoint. Raises ModelError if it is not one."""
    try:
        data = read_regular(path)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from error
    raw = decode_json(data, str(path), error=ModelError)
    if not isinstance(raw, dict):
        raise ModelError(f"{path}: got {type(raw).__name__}, expected an object")
    return raw
