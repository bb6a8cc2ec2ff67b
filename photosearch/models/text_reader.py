"""Reads the text in pictures: RapidOCR with the PP-OCRv6 models inside its wheel, in OpenVINO.

Lines are found by differentiable binarization (Liao et al. 2020, arXiv:1911.08947), turned upright
and read by a network whose letters are decoded by CTC (Graves et al. 2006). The models know the
Latin letters with their diacritics, Greek, Chinese and Japanese; they do not know Cyrillic, Arabic
or Hebrew. Nothing is downloaded.

Shape legend: H, W sides of a picture in pixels.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from photosearch.encoder import Bytes
from photosearch.errors import ModelError, ShapeError, require
from photosearch.models.engine import openvino, stream_count

# To which a picture is scaled down. On receipts that fill little of a photo more pixels find more:
# tests/benchmarks/bench_recognise.py compares.
MOST_PIXELS = 1_920_000
MOST_SIDE = 4000
# Of a line, the mean probability of its letters. Nearly all true lines are above it; what is found
# below it is mostly no text; same benchmark.
LEAST_CONFIDENCE = 0.8

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
_LEAST_LETTERS = 2  # of a line: what is read as one letter is mostly an edge or a pole
_LEAST_SIDE = 736  # pixels of the shorter side, for which the models were made
_MOST_ASPECT = 8  # longer pictures are laid on white, or RapidOCR enlarges them without a limit
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # categories of Unicode: no letters


class TextReader(Protocol):
    """What reads the text in a picture."""

    def read(self, picture: Bytes) -> str:
        """The lines of text in a picture, uint8 RGB [H, W, 3], from top to bottom; "" for none."""
        ...


def require_text_reader() -> None:
    """Raises MissingExtra without the extra `ocr`; imports nothing."""
    require("ocr", "reading the text in photos", "rapidocr")


def load_text_reader() -> LineReader:
    """The reader of the extra `ocr`. It is used by one thread at a time.

    Raises MissingExtra without that extra, ModelError if its models are not there or do not run.
    """
    require_text_reader()
    openvino()  # in our way, before RapidOCR imports it
    try:
        reader = LineReader()
        reader.lines(np.zeros((32, 32, 3), np.uint8))  # what does not run fails here
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise ModelError(f"the models that read text do not run here: {error}") from error
    return reader


class LineReader:
    """A TextReader that tells how sure it is of each line, too."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._engine: Any = RapidOCR(params=_settings())

    def read(self, picture: Bytes) -> str:
        """As `TextReader.read`. Raises ShapeError for another array."""
        return clean_lines(self.lines(picture))

    def lines(self, picture: Bytes) -> list[tuple[str, float]]:
        """What may be lines of text, with their confidences in 0...1. Raises as `read`."""
        _check(picture)
        found = self._engine(_laid_on_white(_enlarged(picture))[..., ::-1])  # BGR, as OpenCV has it
        return [] if found.txts is None else list(zip(found.txts, found.scores, strict=True))


def clean_lines(
    lines: Iterable[tuple[str, float]], *, least_confidence: float = LEAST_CONFIDENCE
) -> str:
    """Lines and their confidences to one text: sure lines only, NFC, without control characters."""
    cleaned = (_clean(text) for text, confidence in lines if confidence >= least_confidence)
    return "\n".join(line for line in cleaned if sum(map(str.isalnum, line)) >= _LEAST_LETTERS)


def _clean(line: str) -> str:
    kept = (" " if unicodedata.category(each) in _DROPPED else each for each in line)
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def _settings() -> dict[str, Any]:
    """What differs from RapidOCR's config.yaml. Models named by path are never downloaded."""
    import rapidocr

    assert rapidocr.__file__ is not None
    folder = Path(rapidocr.__file__).parent / "models"
    settings: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.text_score": 0.0,  # `clean_lines` chooses
        "Global.max_side_len": MOST_SIDE,
        "Det.limit_type": "max",  # pictures come in the size in which lines are found
        "Det.limit_side_len": MOST_SIDE,
        "EngineConfig.openvino.inference_num_threads": stream_count(),
        "EngineConfig.openvino.enable_cpu_pinning": False,
    }
    for part, name in _MODELS.items():
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: got no {name}, expected it in the wheel of rapidocr 3.10")
        settings[f"{part}.model_path"] = str(folder / name)
        settings[f"{part}.engine_type"] = rapidocr.EngineType.OPENVINO
    return settings


def _enlarged(picture: Bytes) -> Bytes:
    """A small picture with its shorter side at `_LEAST_SIDE`, as far as the limits allow."""
    from PIL import Image

    height, width = picture.shape[:2]
    most = min(math.sqrt(MOST_PIXELS / (height * width)), MOST_SIDE / max(height, width))
    scale = min(_LEAST_SIDE / min(height, width), most)
    if scale <= 1:
        return picture
    size = (round(width * scale), round(height * scale))
    return np.array(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))


def _laid_on_white(picture: Bytes) -> Bytes:
    """A picture longer than 8 : 1 at the top left of a white one that is not; others as they are.

    [H, W, 3] -> [max(H, W / 8), max(W, H / 8), 3]
    """
    height, width = picture.shape[:2]
    down, right = (max(0, -(-b // _MOST_ASPECT) - a) for a, b in ((height, width), (width, height)))
    return np.pad(picture, ((0, down), (0, right), (0, 0)), constant_values=255)


def _check(picture: Bytes) -> None:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        got = f"{picture.dtype} {list(picture.shape)}"
        raise ShapeError(f"picture: got {got}, expected uint8 [H, W, 3] with a pixel at least")
